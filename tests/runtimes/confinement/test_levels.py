"""What every level does alike, and what each one holds."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from filelock import FileLock

from gitcp.model.runtimes import ProcessRuntime, Sandbox
from gitcp.runtimes import StopCause, end_run
from gitcp.runtimes.confinement import CONFINEMENTS, confinement_for, is_boxed, why_unconfined
from gitcp.runtimes.confinement.bubblewrap import Bubblewrap
from gitcp.runtimes.confinement.cgroup import ControlGroup, group_name
from tests.runtimes.confinement.cells import BOXED, LEVELS, a_run, expect, printed_by
from tests.runtimes.programs import DAEMON, python, shell, wait_until

pytestmark = pytest.mark.xdist_group("levels")

# Names no process of ours: a session, a parent and an environment of its own, gone before anybody has looked.
GHOST = """
import os, signal, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.execve("/bin/sleep", ["sleep", sys.argv[2]], {})
    os._exit(0)
os.wait()
time.sleep(float(sys.argv[1]))
"""
# Another suite may run on this machine.
NAP = f"31.{os.getpid()}"


@pytest.fixture(autouse=True)
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let one test after another run: some look at all processes and control groups of the machine."""
    with FileLock(tmp_path_factory.getbasetemp().parent / "levels.lock"):
        yield


@pytest.fixture(params=LEVELS)
def level(request: pytest.FixtureRequest) -> Sandbox:
    expect(request.param)
    return Sandbox(request.param)


def ghosts() -> list[psutil.Process]:
    return [
        process
        for process in psutil.process_iter(["cmdline", "status"])
        if process.info["cmdline"] == ["sleep", NAP] and process.info["status"] != psutil.STATUS_ZOMBIE
    ]


def groups_of(run: Path) -> list[Path]:
    return list(Path("/sys/fs/cgroup").glob(f"**/{group_name(run)}"))


def test_a_program_ends_by_itself_and_the_level_is_said(tmp_path: Path, level: Sandbox) -> None:
    done, said = printed_by(a_run(tmp_path, shell("echo out; echo err >&2; exit 3", sandbox=level)))

    assert (done.code, done.stopped, done.error, done.isolation) == (3, None, None, level.value)
    assert said == "out\nerr\n"


def test_a_program_has_time_to_end_when_it_is_told_to(tmp_path: Path, level: Sandbox) -> None:
    script = "trap 'sleep 0.2; echo bye; exit 5' TERM; touch up; echo up; while :; do sleep 0.05; done"
    launch = a_run(tmp_path, shell(script, sandbox=level), grace_seconds=20)

    done, said = printed_by(launch, lambda: StopCause.CANCEL if (launch.cwd / "up").exists() else None)

    assert (done.stopped, done.code) == (StopCause.CANCEL, 5)
    assert said.endswith("bye\n")


def test_who_ignores_term_is_killed(tmp_path: Path, level: Sandbox) -> None:
    script = "trap '' TERM; while :; do sleep 60; done"

    done, _ = printed_by(a_run(tmp_path, shell(script, sandbox=level), minutes=0.01, grace_seconds=0.2))

    assert done.stopped is StopCause.MINUTES
    assert done.code in {-signal.SIGKILL, 128 + signal.SIGKILL}


def test_a_daemon_is_ended_with_the_program(tmp_path: Path, level: Sandbox) -> None:
    script = f"{DAEMON}\nprint('gone')"
    pid = tmp_path / "checkout" / "pid"
    command = python(script, str(pid), "deaf", sandbox=level)

    done, said = printed_by(a_run(tmp_path, command, grace_seconds=0.2))

    assert (done.code, said) == (0, "gone\n")


@pytest.mark.parametrize("seconds", ["0", "60"])
@pytest.mark.parametrize("level", [Sandbox.BUBBLEWRAP, Sandbox.CGROUP])
def test_a_process_without_any_mark_is_held_by_what_holds_all(
    tmp_path: Path, level: Sandbox, seconds: str
) -> None:
    expect(level)
    done, _ = printed_by(
        a_run(tmp_path, python(GHOST, seconds, NAP, sandbox=level), minutes=0.02, grace_seconds=0.2)
    )

    assert done.error is None
    assert ghosts() == []


def test_a_process_group_does_not_hold_a_process_without_any_mark(tmp_path: Path) -> None:
    config = python(GHOST, "0", NAP, sandbox=Sandbox.PROCESS_GROUP)

    printed_by(a_run(tmp_path, config, grace_seconds=0.2))
    left = ghosts()
    for process in left:
        process.kill()

    assert len(left) == 1


@pytest.mark.parametrize("command", ["no-such-program", "./no-such-program"])
def test_a_program_that_is_not_there_is_said(tmp_path: Path, level: Sandbox, command: str) -> None:
    done, _ = printed_by(a_run(tmp_path, ProcessRuntime(type="process", command=(command,), sandbox=level)))

    assert (done.code, done.isolation) == (None, None)
    assert f"the program {command!r}" in str(done.error)


def test_what_cannot_be_begun_inside_is_said_in_bubblewraps_words(tmp_path: Path) -> None:
    expect(BOXED)
    config = ProcessRuntime(type="process", command=("./lost",), sandbox=BOXED)
    launch = a_run(tmp_path, config)
    (launch.cwd / "lost").write_text("#!/no/such/shell\n")
    (launch.cwd / "lost").chmod(0o700)

    done, _ = printed_by(launch)

    assert done.code is None
    assert "started in isolation: bwrap: execvp ./lost: No such file" in str(done.error)


def test_a_program_that_exits_with_1_was_begun_all_the_same(tmp_path: Path, level: Sandbox) -> None:
    done, _ = printed_by(a_run(tmp_path, shell("exit 1", sandbox=level)))

    assert (done.code, done.error) == (1, None)


def test_no_file_of_the_runner_is_open_in_a_program(tmp_path: Path, level: Sandbox) -> None:
    with (tmp_path / "secret").open("w") as secret:
        os.set_inheritable(secret.fileno(), True)
        _, said = printed_by(a_run(tmp_path, shell("echo /proc/self/fd/*", sandbox=level)))

    # The fourth is the shell's own look at the folder.
    assert {Path(name).name for name in said.split()} <= {"0", "1", "2", "3"}


def test_nothing_is_left_open_and_no_group_is_left(tmp_path: Path, level: Sandbox) -> None:
    printed_by(a_run(tmp_path, shell("true", sandbox=level)))
    before = psutil.Process().num_fds()
    printed_by(a_run(tmp_path, shell("true", sandbox=level)))

    assert psutil.Process().num_fds() == before
    assert not groups_of(tmp_path / "state" / "runs" / "r1")


def test_what_the_watch_raises_ends_the_program_first(tmp_path: Path, level: Sandbox) -> None:
    def watch() -> StopCause | None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        printed_by(a_run(tmp_path, python(GHOST, "60", NAP, sandbox=level)), watch)

    for ghost in ghosts():
        assert level is Sandbox.PROCESS_GROUP
        ghost.kill()


def test_the_strongest_level_of_the_machine_is_taken(tmp_path: Path) -> None:
    strongest = next(level for level in CONFINEMENTS if level.why_not(network=True) is None)

    done, _ = printed_by(a_run(tmp_path, shell("true", sandbox=Sandbox.AUTO)))

    assert done.isolation == strongest.level.value


def test_a_level_that_is_named_is_had_or_nothing_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Bubblewrap, "why_not", lambda *_, **__: "bubblewrap is not installed")
    config = shell("touch ran", sandbox=BOXED)
    launch = a_run(tmp_path, config)

    done, _ = printed_by(launch)

    assert done.error == (
        "runtime.sandbox: bubblewrap is not to be had on this machine: bubblewrap is not installed"
    )
    assert not (launch.cwd / "ran").exists()
    assert not is_boxed(shell("true", sandbox=Sandbox.AUTO))


def test_a_weaker_level_is_taken_where_the_stronger_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Bubblewrap, "why_not", lambda *_, **__: "no")
    monkeypatch.setattr(ControlGroup, "why_not", lambda *_, **__: "no")

    found = confinement_for(shell("true", sandbox=Sandbox.AUTO))

    assert found is not None
    assert found.level is Sandbox.PROCESS_GROUP


def test_without_what_keeps_it_off_the_network_a_program_does_not_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Bubblewrap, "why_not", lambda *_, **__: "bubblewrap is not installed")
    config = shell("true", sandbox=Sandbox.AUTO, network=False)

    assert confinement_for(config) is None
    assert "a process group cannot keep a program off the network" in why_unconfined(config)


def a_killed_runner(folder: Path, level: Sandbox) -> Path:
    """Start a ghost under a runner, kill the runner, and return the run's folder."""
    expect(level)
    launch = a_run(folder, python(GHOST, "60", NAP, sandbox=level))
    pid = os.fork()
    if pid == 0:
        printed_by(launch)
        os._exit(0)
    wait_until(ghosts)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return launch.folder


def test_a_runner_that_is_killed_takes_its_namespaces_along(tmp_path: Path) -> None:
    a_killed_runner(tmp_path, BOXED)

    wait_until(lambda: not ghosts())


def test_what_a_killed_runner_leaves_in_a_group_is_found_by_the_next(tmp_path: Path) -> None:
    folder = a_killed_runner(tmp_path, Sandbox.CGROUP)
    assert ghosts()

    remains = end_run(folder, 0.2)

    assert ghosts() == []
    assert len(remains.found) == 2
    assert not groups_of(folder)


def test_a_program_is_no_root_inside_and_may_make_sandboxes_of_its_own(tmp_path: Path) -> None:
    expect(BOXED)
    nested = "bwrap --unshare-user --ro-bind / / --dev /dev -- id -u"

    done, said = printed_by(
        a_run(tmp_path, shell(f"id -u; touch made; {nested}; ls -ln made", sandbox=BOXED))
    )

    user = str(os.getuid() or 1000)
    assert done.code == 0, said
    assert said.split()[:2] == [user, user]
    assert (tmp_path / "checkout" / "made").stat().st_uid == os.getuid()
