"""Put the workflows into a control repository: written where nobody edited them, kept and named where somebody did."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gitcp.control.github.facts import Facts, facts_of
from gitcp.control.github.workflows import TICK, Choices, choices_in, is_as_written, rendered
from gitcp.control.state import write_whole
from gitcp.errors import GitcpError, NotAllowedError
from gitcp.model.snapshot import agents

if TYPE_CHECKING:
    from gitcp.control.plane import Plane


@dataclass(frozen=True, slots=True)
class Installed:
    """What became of each file, by its path: `written`, now or, when only looked for, if it were not; `kept`, because a person edited it."""

    written: tuple[str, ...]
    kept: tuple[str, ...]
    unchanged: tuple[str, ...]
    choices: Choices
    facts: Facts

    @property
    def is_up_to_date(self) -> bool:
        """Whether every file was as this gitcp writes it."""
        return not self.written and not self.kept


def install(plane: "Plane", choices: Choices, *, is_forced: bool = False, is_look: bool = False) -> Installed:
    """Bring the workflows of a control repository up to date; with `is_look` say only what would be written.

    With `is_forced` what a person edited is written over.

    Raises:
        NotAllowedError: the repository has no checkout.
        GitcpError: `gitcp.yaml` cannot be read, or a file cannot be written.
    """
    if not plane.store.has_checkout:
        raise NotAllowedError(
            f"{plane.store.root}: expected a checkout to write the workflows into, found a bare repository",
            hint="run it in a clone, commit, and push",
        )
    snapshot, root = plane.snapshot(), plane.store.root
    if snapshot.company is None:
        raise GitcpError(
            "gitcp.yaml: cannot be read, and says what the workflows are for", hint="gitcp check"
        )
    facts = facts_of(snapshot.company, agents(snapshot), plane.store.branch)
    files = rendered(facts, choices)
    here = {path: _text(root, path) for path in files}
    unchanged = {path for path, text in files.items() if here[path] == text}
    kept = set() if is_forced else {path for path in files if _is_edited(here[path])} - unchanged
    written = files.keys() - unchanged - kept
    if not is_look:
        _write(root, {path: files[path] for path in written})
    return Installed(_sorted(written), _sorted(kept), _sorted(unchanged), choices, facts)


def chosen_before(plane: "Plane") -> Choices:
    """Return what was chosen when the workflows were written last, else what is usual."""
    return choices_in(_text(plane.store.root, TICK) or "") or Choices()


def _text(root: Path, path: str) -> str | None:
    place = root / path
    try:
        return place.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise GitcpError(
            f"{place}: cannot be read: {error}", hint="move it away, and install again"
        ) from error


def _is_edited(text: str | None) -> bool:
    return text is not None and not is_as_written(text)


def _write(root: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        place = root / path
        try:
            _expect_inside(root, place.parent)
            place.parent.mkdir(parents=True, exist_ok=True)
            write_whole(place, text)
        except OSError as error:
            raise GitcpError(f"{place}: cannot be written: {error.strerror}") from error


def _expect_inside(root: Path, folder: Path) -> None:
    if not folder.resolve().is_relative_to(root.resolve()):
        raise GitcpError(
            f"{folder}: leads out of the repository by a link, expected a folder", hint="remove the link"
        )


def _sorted(paths: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(paths))
