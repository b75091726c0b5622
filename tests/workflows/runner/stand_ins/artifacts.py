"""Artifacts of a workflow's run: plain files without their modes, links followed, hidden ones left out unless they are asked for."""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from tests.workflows.runner.language import RefusedError
from tests.workflows.runner.steps import Called, FailedError


@dataclass
class Upload:
    inputs = frozenset({"name", "path", "if-no-files-found", "retention-days", "include-hidden-files", "overwrite", "compression-level"})  # fmt: skip

    def __call__(self, called: Called) -> Mapping[str, str]:
        """Keep the files below one path."""
        name, [path] = called.get("name", "artifact"), called.paths("path")
        files = list(files_below(path, hidden=called.flag("include-hidden-files", "false")))
        if not files:
            what = called.get("if-no-files-found", "warn")
            told = f"No files were found with the provided path: {path}. No artifacts will be uploaded."
            if what == "error":
                raise FailedError(told)
            if what not in {"warn", "ignore"}:
                raise FailedError(f"Unrecognized if-no-files-found input: {what}")
            called.job.machine.say(told)
            return {}
        top = path if path.is_dir() else path.parent
        keep(called, name, top, files, overwrite=called.flag("overwrite", "false"))
        return {"artifact-id": "1", "artifact-url": "", "artifact-digest": ""}


@dataclass
class Download:
    inputs = frozenset({"name", "path", "pattern", "merge-multiple"})

    def __call__(self, called: Called) -> Mapping[str, str]:
        """Bring one artifact, or each that fits a pattern into a folder of its own."""
        [path] = called.paths("path") if called.get("path") else [called.job.machine.workspace]
        name = called.get("name")
        if name:
            found = called.job.run.artifacts.get(name)
            if found is None:
                raise FailedError(f"Unable to download artifact(s): Artifact not found for name: {name}")
            shutil.copytree(found, path, dirs_exist_ok=True)
            return {"download-path": str(path)}
        for known, folder in sorted(called.job.run.artifacts.items()):
            if fnmatch(known, called.get("pattern", "*")):
                into = path if called.flag("merge-multiple", "false") else path / known
                shutil.copytree(folder, into, dirs_exist_ok=True)
        return {"download-path": str(path)}


def files_below(path: Path, *, hidden: bool) -> Iterator[Path]:
    """Return files, also behind links; what begins with a dot only where it is asked for."""
    if path.is_file():
        yield path
    elif path.is_dir():
        for item in sorted(path.iterdir()):
            if hidden or not item.name.startswith("."):
                yield from files_below(item, hidden=hidden)


def keep(called: Called, name: str, top: Path, files: list[Path], *, overwrite: bool = False) -> None:
    """Keep files as an artifact of the run.

    Raises:
        FailedError: this attempt has one of that name.
    """
    if any(sign in name for sign in '":<>|*?\r\n\\/'):
        raise FailedError(f"The artifact name is not valid: {name}")
    run = called.job.run
    folder = run.folder / f"artifact-{run.attempt}-{name}"
    if folder.exists() and not overwrite:
        raise FailedError(
            f"Failed to CreateArtifact: (409) Conflict: an artifact with this name already exists: {name}"
        )
    shutil.rmtree(folder, ignore_errors=True)
    for file in files:
        if not file.is_file():
            raise RefusedError(f"{file}: expected a plain file")
        to = folder / file.relative_to(top)
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, to)
    run.artifacts[name] = folder
