"""What a confined program sees of the file system: an allow-list, as arguments of bubblewrap.

Rule: later arguments cover earlier ones, and what is hidden is covered after what others may name and before what is the run's own.
"""

import os
import pwd
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from gitcp.runtimes.base import Launch
from gitcp.runtimes.confinement import programs
from gitcp.runtimes.confinement.clone import of_clone

SYSTEM: Final = ("usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32", "opt", "nix")
# What programs read there to work at all; the rest of /etc holds keys, passwords and tokens, which root could read.
SETTINGS: Final = (
    "alternatives", "crypto-policies", "debian_version", "fonts", "gai.conf", "host.conf", "hosts", "java*",
    "ld.so.*", "locale.alias", "locale.conf", "localtime", "lsb-release", "magic", "mime.types", "networks",
    "nsswitch.conf", "os-release", "pki/ca-trust", "pki/tls/cert.pem", "pki/tls/certs", "protocols", "resolv.conf",
    "services", "ssl/cert.pem", "ssl/certs", "ssl/openssl.cnf", "static", "timezone",
)  # fmt: skip
# Below /proc; the rest of it is of processes, or can be read alone.
KERNEL: Final = (
    "acpi", "asound", "bus", "driver", "dynamic_debug", "fs", "irq", "mtrr", "pressure", "scsi", "sys", "sysrq-trigger", "tty",
)  # fmt: skip
_ORDINARY: Final = 1000
_AGENT: Final = "agent"
_SHELLS: Final = ("/bin/bash", "/bin/sh")
_NOBODY: Final = "nobody:x:65534:65534::/nonexistent:/usr/sbin/nologin"


def arguments(program: Path, argv: Sequence[str], launch: Launch) -> list[str]:
    """Return the arguments that make the view for one start of a program, and make the folders that they need."""
    hidden = [path.resolve() for path in (*launch.hidden, *_homes())]
    readable = [*_named(launch, "readable"), *_there(launch.readable)]
    writable = [*_named(launch, "writable"), *_there(launch.writable)]
    return [
        *_system(),
        *_covers(hidden, [Path("/", name).resolve() for name in SYSTEM]),
        *_bound("--ro-bind", readable),
        *_bound("--bind", writable),
        *_covers(launch.hidden, (*readable, *writable)),
        *_bound("--ro-bind", _tools(_needed(program, argv, launch), (*readable, *writable), hidden)),
        *_own(launch),
    ]


def _system() -> Iterator[str]:
    for folder in ("/tmp", "/var/tmp", "/run"):  # noqa: S108 — made anew, for the program alone
        yield from ("--tmpfs", folder)
    yield from ("--proc", "/proc", "--dev", "/dev", *_kernel())
    for path in (Path("/", name) for name in SYSTEM):
        if path.is_symlink():
            yield from ("--symlink", str(path.readlink()), str(path))
        elif path.is_dir():
            yield from ("--ro-bind", str(path), str(path))


def _kernel() -> Iterator[str]:
    # What root owns there it may write without any of its powers: how the kernel is set, even what it starts as root outside. It knows
    # root by the number that it has outside.
    if os.getuid() == 0:
        yield from _bound("--ro-bind", _there(Path("/proc", name) for name in KERNEL))


def _named(launch: Launch, field: str) -> Iterator[Path]:
    # What is hidden is not shown in parts either, by whatever name.
    hidden = [path.resolve() for path in launch.hidden]
    named = (Path(name).expanduser() for name in getattr(launch.config, field, ()))
    yield from (path for path in _there(named) if not _is_within(path.resolve(), hidden))


def _there(paths: Iterable[Path]) -> Iterator[Path]:
    return (path for path in paths if path.exists())


def _needed(program: Path, argv: Sequence[str], launch: Launch) -> Iterator[Path]:
    yield from programs.needed_by(program)
    yield from programs.on_path(launch.environment.get("PATH", ""))
    yield from programs.own()
    yield from programs.named_in(argv)


def _tools(needed: Iterable[Path], shown: Iterable[Path], hidden: Iterable[Path]) -> Iterator[Path]:
    """Yield what is not shown yet. What holds a hidden folder is no folder of tools, whatever the search path says."""
    before, now = [*(Path("/", name) for name in SYSTEM), *shown], list[Path]()
    for path in needed:
        if _is_within(path, now) or not path.exists():
            continue
        is_covered = _is_within(path.parent.resolve() / path.name, hidden)
        is_shown = _is_within(path, before) and not is_covered
        if not is_shown and not any(_is_within(other, [path.resolve()]) for other in hidden):
            now.append(path)
            yield path


def _own(launch: Launch) -> Iterator[str]:
    yield from _bound("--ro-bind", (launch.folder,))
    yield from _settings(launch, launch.folder / "etc")
    for name in ("home", "tmp"):
        (launch.folder / name).mkdir(exist_ok=True)
    # Never the folder itself: gitcp writes beside these folders later, and would follow a link that stands there.
    yield from _bound(
        "--bind", (path for path in sorted(launch.folder.iterdir()) if path.is_dir() and path.name != "etc")
    )
    yield from _bound("--bind", (launch.cwd, *((launch.home,) if launch.home else ())))
    if launch.clone is not None:
        yield from of_clone(launch.clone, launch)
    for told in (launch.brief, launch.system_prompt, launch.skill):
        if told is not None and told.exists() and not told.is_relative_to(launch.folder):
            yield from ("--ro-bind", str(told), str(told))


def seen_as_user() -> tuple[int, int]:
    """Return the numbers of the user and the group that a program seems to run as.

    Never root's: without its powers it is none, programs that refuse root need not, and sandboxes inside of this one can be made.
    """
    return (os.getuid(), os.getgid()) if os.getuid() else (_ORDINARY, _ORDINARY)


def _settings(launch: Launch, stage: Path) -> Iterator[str]:
    # Files are copied: a mount for each of them would cost more than all else at the start.
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir()
    folders = []
    for path in (path for pattern in SETTINGS for path in sorted(Path("/etc").glob(pattern))):
        place = stage / path.relative_to("/etc")
        if path.is_dir():
            place.mkdir(parents=True)
            folders.append(path)
        elif path.is_file():  # a link is copied as what it leads to: that may lie where nothing else is shown
            place.parent.mkdir(exist_ok=True)
            shutil.copyfile(path, place)
    _accounts(launch, stage)
    yield from ("--ro-bind", str(stage), "/etc")
    for path in folders:
        yield from ("--ro-bind", str(path.resolve()), str(path))


def _accounts(launch: Launch, stage: Path) -> None:
    """Write the names of this user and of nobody: programs ask who they are, and who else there is is not theirs to know."""
    user, group = seen_as_user()
    name = _name() if user == os.getuid() else _AGENT
    home = launch.environment.get("HOME", "/")
    # Agents write their commands for bash, and some run them in whatever stands here.
    shell = next((shell for shell in _SHELLS if Path(shell).exists()), _SHELLS[-1])
    (stage / "passwd").write_text(f"{name}:x:{user}:{group}::{home}:{shell}\n{_NOBODY}\n")
    (stage / "group").write_text(f"{name}:x:{group}:\nnogroup:x:65534:\n")


def _name() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # as in containers that are started with any number
        return _AGENT


def _homes() -> tuple[Path, ...]:
    homes = [Path.home()]
    with suppress(KeyError):
        homes.append(Path(pwd.getpwuid(os.getuid()).pw_dir))
    return tuple(home for home in dict.fromkeys(homes) if home != Path("/"))


def _covers(hidden: Iterable[Path], shown: Iterable[Path]) -> Iterator[str]:
    known = [(path, path.resolve()) for path in shown]
    for path in dict.fromkeys(path.resolve() for path in hidden):
        if path.exists():
            # Where a link is shown, what is behind it stands below the link's name.
            places = (name / path.relative_to(real) for name, real in known if path.is_relative_to(real))
            for place in dict.fromkeys(places):
                yield from ("--tmpfs", str(place)) if path.is_dir() else ("--ro-bind", os.devnull, str(place))


def _bound(how: str, paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        yield from (how, str(path), str(path))


def _is_within(path: Path, folders: Iterable[Path]) -> bool:
    return any(map(path.is_relative_to, folders))
