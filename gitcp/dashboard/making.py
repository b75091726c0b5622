"""Making the files of a site, one by one, and noting what each asked."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from gitcp.dashboard.facts import FACTS, TOLD, digest, fact
from gitcp.dashboard.frame import frame
from gitcp.dashboard.index.file import Made, PageKey
from gitcp.dashboard.kinds import Extra, Kind, page
from gitcp.dashboard.moment import PAST
from gitcp.dashboard.pages import EXTRAS, KINDS
from gitcp.dashboard.register import Register
from gitcp.dashboard.render import Renderer

_ALL: Final[tuple[Kind | Extra, ...]] = (*EXTRAS, *KINDS)

BY_NAME: Final[Mapping[str, Kind | Extra]] = {kind.name: kind for kind in _ALL}
"""Every kind by its name; the files that pages load come first, so that no page is there before what it loads."""

_EMPTY: Final = frozenset(map(digest, ((), None)))


@dataclass(slots=True)
class Done:
    """Files that were made: how many of them are other than before, and what tells the values of facts apart that they asked, and what facts read; both only where it was not told before."""

    made: list[Made] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    reads: dict[str, set[str]] = field(default_factory=dict)
    written: int = 0


class Place(Protocol):
    """Where files are put; see `gitcp.dashboard.site_folder` for the rule."""

    def renew(self, path: str, content: bytes) -> bool:
        """Put a whole file in place of what was there, if anything; return whether that was other bytes."""


class Maker:
    """Makes files out of one register."""

    def __init__(self, register: Register, renderer: Renderer) -> None:
        self._register = register
        self._renderer = renderer
        self._digested: set[str] = set()
        self._shapes: dict[tuple[str, ...], tuple[str, ...]] = {}

    def content(self, kind: Kind | Extra, name: str) -> str | bytes | None:
        """Return what the file of a name holds, or none where there is none."""
        if isinstance(kind, Extra):
            return kind.write(self._register, name)
        made = page(kind, self._register, name)
        if made is None:
            return None
        return self._renderer.render(made, frame(self._register, made.path, made.shown))

    def put(self, place: Place, keys: Iterable[PageKey]) -> Done:
        """Make files, and put those into a place that are other than what is there."""
        done = Done()
        asked: dict[str, str] = {}
        for key in keys:
            made, content = self._make(*key, asked)
            done.made.append(made)
            done.written += content is not None and place.renew(made.path, content)
        done.facts = self._digests(asked)
        done.reads = self._register.told_reads()
        return done

    def _make(self, kind_name: str, name: str, every: dict[str, str]) -> tuple[Made, bytes | None]:
        """Make a file; `every` is what others asked, and comes to hold what it asks: what is said of many files is sent once where it is one object."""
        kind = BY_NAME[kind_name]
        with self._register.noting() as asked:
            text = self.content(kind, name)
        content = text.encode() if isinstance(text, str) else text
        words, notes = [], []
        for note in asked:
            known = every.setdefault(note, note)
            word, _, argument = note.partition(" ")
            if argument == name:
                words.append(word)
            else:
                notes.append(known)
        shape = tuple(sorted(words))
        shape = self._shapes.setdefault(shape, shape)
        return Made(kind_name, name, kind.path(name), content is not None, shape, tuple(notes)), content

    def _digests(self, asked: Collection[str]) -> dict[str, str]:
        new = (note for note in asked if note not in self._digested)
        found = {note: told for note in new if (told := fact_digest(self._register, note)) is not None}
        self._digested.update(found)
        return found


def fact_digest(register: Register, note: str) -> str | None:
    """Return what tells the values of a fact apart: nothing for the empty tuple and for none; none where the note is about no fact, about a time, or about one whose changes are told."""
    word, _, argument = note.partition(" ")
    if word not in FACTS or word == PAST or word in TOLD:
        return None
    told = register.answer(word, argument).digest
    return "" if told in _EMPTY else told


def _names_of(kind: Kind | Extra) -> str:
    """Make a fact of which names of a kind there are, so that it is known whether others came; return what it is called."""
    name = f"names-of-{kind.name}"

    @fact(name)
    def _names(register: Register, _: str) -> Sequence[str]:
        return list(kind.names(register))

    return name


NAMES: Final[Mapping[str, str]] = {kind.name: _names_of(kind) for kind in _ALL}
"""The fact which names there are, by kind."""


def names(register: Register) -> Iterator[tuple[PageKey, str]]:
    """Yield every file of a site by its kind and name, with its path."""
    for kind in BY_NAME.values():
        for name in register.known(NAMES[kind.name], ""):
            yield (kind.name, name), kind.path(name)


def path_of(key: PageKey) -> str:
    """Return where a file is."""
    kind, name = key
    return BY_NAME[kind].path(name)
