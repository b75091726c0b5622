import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from gitcp.runtimes.tree import MARK, Tree, end_run, is_alive
from tests.runtimes.programs import DAEMON, is_gone, read_pid, wait_until

# Two that test at once must not find each other's processes, and a run's id is the same in both.
RUN = Path(f"/runs/{os.getpid()}/20261122T090000Z-riley")
OTHER_RUN = Path(f"/runs/{os.getpid()}/other/20261122T090000Z-riley")


def start(*argv: str, run: Path | None = RUN, session: bool = True) -> "subprocess.Popen[bytes]":
    environment = {"PATH": os.environ["PATH"]} | ({MARK: str(run)} if run else {})
    process = subprocess.Popen(argv, env=environment, start_new_session=session, stdout=subprocess.DEVNULL)
    wait_until(lambda: has_environment(process.pid))
    return process


def has_environment(pid: int) -> bool:
    """Whether a program's environment is seen, which it is a moment after the program; or it has ended already."""
    try:
        return bool(psutil.Process(pid).environ())
    except psutil.NoSuchProcess:  # a zombie too
        return True


@pytest.fixture
def bystander() -> Iterator["subprocess.Popen[bytes]"]:
    """A process of another run, which must live."""
    process = start("sleep", "60", run=OTHER_RUN)
    yield process
    assert process.poll() is None, "a process of another run was ended"
    process.kill()
    process.wait()


@pytest.fixture
def nobody() -> Iterator["subprocess.Popen[bytes]"]:
    """A process of no run at all."""
    process = start("sleep", "60", run=None)
    yield process
    assert process.poll() is None, "a process of no run was ended"
    process.kill()
    process.wait()


@pytest.mark.usefixtures("bystander", "nobody")
def test_a_process_that_left_its_session_and_its_parent_is_found_by_its_mark(tmp_path: Path) -> None:
    leader = start(sys.executable, "-S", "-E", "-c", DAEMON, str(tmp_path / "pid"))
    tree = Tree(RUN, psutil.Process(leader.pid))
    daemon = read_pid(tmp_path / "pid")
    leader.wait()

    assert [process.pid for process in tree.members()] == [daemon]
    assert len(tree.stop(5).found) == 1
    assert is_gone(daemon)


@pytest.mark.usefixtures("bystander", "nobody")
def test_a_process_without_the_mark_is_found_by_its_session(tmp_path: Path) -> None:
    leader = start("/bin/sh", "-c", f"env -i sleep 60 & echo $! >{tmp_path}/pid")
    tree = Tree(RUN, psutil.Process(leader.pid))
    child = read_pid(tmp_path / "pid")
    wait_until(lambda: psutil.Process(leader.pid).status() == psutil.STATUS_ZOMBIE)

    remains = tree.stop(5)
    leader.wait()

    assert [name.partition(" ")[2] for name in remains.found] == [f"({child})"]
    assert is_gone(child)


@pytest.mark.usefixtures("bystander", "nobody")
def test_a_process_without_mark_and_session_is_found_by_its_parents(tmp_path: Path) -> None:
    script = f"import os, time; os.fork() or (os.setsid(), open('{tmp_path}/pid', 'w').write(str(os.getpid()) + chr(10)) , os.execve('/bin/sleep', ['sleep', '60'], {{}})); time.sleep(60)"
    leader = start(sys.executable, "-S", "-E", "-c", script)
    child = read_pid(tmp_path / "pid")
    wait_until(lambda: psutil.Process(child).name() == "sleep")

    remains = Tree(RUN, psutil.Process(leader.pid)).stop(5)
    leader.wait()

    assert len(remains.found) == 2
    assert is_gone(child)


def test_who_ignores_term_is_killed_after_the_grace(tmp_path: Path) -> None:
    leader = start("/bin/sh", "-c", f"trap '' TERM; echo $$ >{tmp_path}/pid; while :; do sleep 60; done")
    read_pid(tmp_path / "pid")

    remains = Tree(RUN, psutil.Process(leader.pid)).stop(0.1)

    assert leader.wait() == -signal.SIGKILL
    assert len(remains.found) >= 1
    assert remains.survivors == ()


def test_who_is_stopped_is_ended_too(tmp_path: Path) -> None:
    leader = start("sleep", "60")
    leader.send_signal(signal.SIGSTOP)

    Tree(RUN, psutil.Process(leader.pid)).stop(5)

    assert leader.wait() == -signal.SIGTERM


def test_children_that_multiply_when_told_to_end_are_all_ended(tmp_path: Path) -> None:
    bomb = f"trap 'for i in 1 2 3 4 5; do sleep 60 & done; echo $$ >{tmp_path}/done; sleep 60' TERM; echo $$ >{tmp_path}/pid; sleep 60 & wait"
    leader = start("/bin/sh", "-c", bomb)
    read_pid(tmp_path / "pid")

    remains = Tree(RUN, psutil.Process(leader.pid)).stop(0.2)
    leader.wait()

    assert remains.survivors == ()
    assert Tree(RUN).members() == []


def test_a_run_whose_runner_was_killed_is_ended_by_its_mark(
    tmp_path: Path, bystander: "subprocess.Popen[bytes]"
) -> None:
    left = start("sleep", "60")

    found = end_run(RUN, 5).found

    assert [name.partition(" ")[2] for name in found] == [f"({left.pid})"]
    assert left.wait() == -signal.SIGTERM
    assert end_run(RUN, 5).found == ()


def test_a_process_never_ends_itself_nor_those_that_it_descends_from() -> None:
    script = f"""
import os
from gitcp.runtimes.tree import end_run
from pathlib import Path
print(end_run(Path({str(RUN)!r}), 1).found, flush=True)
"""
    marked = {**os.environ, MARK: str(RUN)}
    outer = ["/bin/sh", "-c", 'result=$("$0" -c "$1"); echo "$result"', sys.executable, script]
    done = subprocess.run(outer, env=marked, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "()"


def test_a_later_process_with_the_same_number_is_somebody_else() -> None:
    process = start("sleep", "60")
    known = psutil.Process(process.pid)
    process.kill()
    process.wait()

    assert not is_alive(known)
    assert Tree(RUN, known).members() == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a program's first thread end alone")
def test_a_program_whose_first_thread_has_ended_lives_as_long_as_the_others() -> None:
    script = "import ctypes, threading, time; threading.Thread(target=time.sleep, args=(60,)).start(); ctypes.CDLL(None).pthread_exit(None)"
    process = start(sys.executable, "-S", "-E", "-c", script)
    known = psutil.Process(process.pid)
    try:
        wait_until(lambda: known.status() == psutil.STATUS_ZOMBIE)

        assert is_alive(known)
    finally:
        process.kill()
        process.wait()
    assert not is_alive(known)
