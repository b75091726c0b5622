"""gitcp and what it depends on as wheels, without an index: what is installed here is packed again."""

import re
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from email import message_from_bytes
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

_NOT_PACKED: Final = frozenset({"INSTALLER", "REQUESTED", "direct_url.json", "RECORD"})
_NAME: Final = re.compile(r"^[A-Za-z0-9._-]+")


def built(project: Path, folder: Path) -> Path:
    """Build gitcp's own wheel."""
    argv = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(argv, cwd=project, capture_output=True, check=True, timeout=120)
    [wheel] = folder.glob("gitcp-*.whl")
    return wheel


def pack_dependencies(wheel: Path, folder: Path) -> None:
    """Pack all that a wheel depends on, as it is installed here."""
    folder.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        [name] = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        told = message_from_bytes(archive.read(name))
    for found in _closure(told.get_all("Requires-Dist") or [], set()):
        _pack(found, folder)


def _closure(wanted_lines: Iterable[str], seen: set[str]) -> Iterator[Distribution]:
    for line in wanted_lines:
        wanted = _NAME.match(line)
        assert wanted is not None
        plain = wanted[0].lower().replace("_", "-")
        if "extra ==" in line or plain in seen:
            continue
        seen.add(plain)
        try:
            found = distribution(plain)
        except PackageNotFoundError:
            continue  # of another platform
        yield found
        yield from _closure(found.requires or (), seen)


def _pack(found: Distribution, folder: Path) -> None:
    told = found.read_text("WHEEL") or ""
    tags = [line.removeprefix("Tag: ").split("-") for line in told.splitlines() if line.startswith("Tag: ")]
    tag = "-".join(".".join(dict.fromkeys(parts)) for parts in zip(*tags, strict=True))
    name = re.sub(r"[-_.]+", "_", found.metadata["Name"])
    paths = [path for path in found.files or () if ".." not in path.parts and "__pycache__" not in path.parts]
    with zipfile.ZipFile(folder / f"{name}-{found.version}-{tag}.whl", "w") as archive:
        for path in paths:
            if path.parts[0].endswith(".dist-info") and path.name in _NOT_PACKED:
                continue
            archive.write(str(path.locate()), str(path))
        information = next(path.parts[0] for path in paths if path.parts[0].endswith(".dist-info"))
        rows = "".join(f"{item},,\n" for item in (*archive.namelist(), f"{information}/RECORD"))
        archive.writestr(f"{information}/RECORD", rows)
