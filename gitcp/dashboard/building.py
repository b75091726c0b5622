"""Bringing a folder to one edition of a site: all of it, or what changed since the edition that its index knows.

Rule: both ways end with the same files. Which files are gitcp's is kept before any is written, so that a build that dies owns what it left;
the next one makes everything.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from secrets import token_hex
from typing import Final, NamedTuple

from gitcp.dashboard.crew import Alone, Crew, Reading, Work
from gitcp.dashboard.epoch import epoch
from gitcp.dashboard.facts import FACTS, OPAQUE, TOLD, digest
from gitcp.dashboard.index.fact_reads import put_reads, reads
from gitcp.dashboard.index.file import Made, PageKey, SiteIndex
from gitcp.dashboard.index.known import Change, Key, Known, KnownFilling, log_notes
from gitcp.dashboard.index.log import IndexedLog
from gitcp.dashboard.index.words import IndexedWords
from gitcp.dashboard.input import SiteInput
from gitcp.dashboard.making import BY_NAME, NAMES, Done, Maker, Place, fact_digest, names, path_of
from gitcp.dashboard.moment import PAST
from gitcp.dashboard.portions import Portion
from gitcp.dashboard.reads import INBOX, LOG, WAITING, always, unchanged
from gitcp.dashboard.register import Register
from gitcp.dashboard.render import renderer_of
from gitcp.dashboard.shares import by_task, shares
from gitcp.dashboard.site_folder import SiteFolder
from gitcp.dashboard.staging import Staging
from gitcp.model.history import Entry
from gitcp.model.urgency import ticks

ASSET: Final = "asset"
HELD: Final = 50_000
"""How many facts are held from one build to the next, at most."""

_WHOLE: Final = "whole"
_UNDER_WAY: Final = "under way"
_OFTEN: Final = 50  # commits that are read until records are looked for
_WORKED_OUT: Final = frozenset(FACTS) - {PAST} - TOLD - {*NAMES.values()}
_RANK: Final = {kind: rank for rank, kind in enumerate(BY_NAME)}


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did: how many files the site has, how many of them it made, wrote and removed, and whether it made them all."""

    files: int
    made: int
    written: int
    removed: int
    is_full: bool


@dataclass(frozen=True, slots=True)
class Held:
    """Which edition a folder holds: of which commit, at which time in microseconds since 1970."""

    revision: str
    now: int


class _Moved(NamedTuple):
    """Which files come and go, and what tells the names of their kinds apart."""

    come: set[PageKey]
    gone: set[PageKey]
    facts: dict[str, str]


@dataclass(slots=True)
class _Total:
    """What a build did so far: how many files it made and wrote, which of them are not there after all, and what facts read."""

    made: int = 0
    written: int = 0
    empty: list[str] = field(default_factory=list)
    reads: dict[str, set[str]] = field(default_factory=dict)


class Building:
    """A folder and its index while one build goes on."""

    def __init__(self, folder: SiteFolder, index: SiteIndex, site: SiteInput, templates: Traversable) -> None:
        self._folder = folder
        self._place: Place = folder
        self._index = index
        self._site = site
        self._epoch = epoch(site, templates)
        self._renderer = renderer_of(templates, self._epoch)
        self._log = IndexedLog(index.connection)
        self._words = IndexedWords(index.connection)
        self._total = _Total()

    def held(self) -> Held | None:
        """Return which edition the folder holds, or none where every page has to be made."""
        index = self._index
        if index.fact("state") != _WHOLE or index.fact("epoch") != self._epoch:
            return None
        return Held(index.fact("revision") or "", int(index.fact("now") or 0))

    def full(self, crew: Crew | None = None, reading: Reading | None = None) -> tuple[Built, Known]:
        """Make every file, here unless there is a crew."""
        crew = crew or Alone(self._site.snapshot, self._by_itself)
        known = self._read(crew, reading)
        self._begin(())
        crew.learn()
        register = Register(self._site, known.rows, self._log, self._words)
        wanted = dict(names(register))
        paths = {*self._renderer.assets, *wanted.values()}
        owned = self._index.owned()
        self._folder.expect_room(paths, owned)
        self._index.forget_pages()
        self._begin(paths)
        staging = Staging(self._folder.path) if self._folder.is_new else None
        self._place = staging or self._folder
        self._index.note(**self._sources(register))
        named = {f"{name} ": register.answer(name, "").digest for name in NAMES.values()}
        self._take([self._assets(), Done(facts=named, reads=register.reads)])
        self._take(crew.make(Maker(register, self._renderer), by_task(wanted, known.rows)))
        if staging is not None:
            staging.show()
        return self._end(owned - paths, is_full=True), known

    def _read(self, crew: Crew, reading: Reading | None) -> Known:
        """Fill the index with what the records say in few words, and with the history meanwhile."""
        filling, words, commits = KnownFilling(self._index.connection), self._words.filling(), 0

        def add(portions: Iterable[Portion]) -> None:
            for portion in portions:
                filling.add(portion)
                words.add(portion.terms)
                if reading is not None:
                    reading(len(filling), commits)

        def entries() -> Iterator[Entry]:
            nonlocal commits
            for entry in self._site.history.entries():
                yield entry
                commits += 1
                if commits % _OFTEN == 0:
                    add(crew.ready())

        self._log.forget()  # what is held may be of another gitcp, or of a clone that did not have the whole history
        self._log.follow(entries())
        add(crew.rest())
        words.end()
        return filling.end(self._site.snapshot)

    def update(self, held: Held, known: Known, keys: Iterable[Key], work: Work | None = None) -> Built:
        """Make the files anew that a change touches; `keys` are the records that may be other than the index knows."""
        change = Change.of(known, self._site.snapshot, keys)
        change.apply(known, self._index.connection)
        worded = self._words.follow(self._site.snapshot, change.worded, known.rows.documents_of)
        names_of_new = self._log.follow(self._site.history.entries())
        register = Register(self._site, known.rows, self._log, self._words)
        sources = self._sources(register)
        changed = self._changed_sources(held, change, sources)
        register.recall(known.answers, always(changed))
        same = unchanged(reads(self._index.connection), changed)
        told = self._index.facts()
        facts = self._changed_facts(register, told, same)
        moved = self._moved(register, known, told, same)
        notes = {*change.notes, *worded, *log_notes(names_of_new, known.rows), *facts}
        notes.update(self._index.between(held.now, ticks(self._site.now)))
        stale = self._index.askers(notes)
        todo = sorted({*moved.come, *(stale - moved.gone)}, key=lambda key: (_RANK[key[0]], key[1]))
        new = set(map(path_of, moved.come))
        gone = set(map(path_of, moved.gone)) - new
        if todo or gone:
            self._folder.expect_room(new, self._index.owned() if new else ())
            self._begin(new)
        self._take([Done(facts=facts | moved.facts, reads=register.reads)])
        self._index.note(**sources)
        self._take((work or self._by_itself)(Maker(register, self._renderer), todo))
        known.answers = register.answers if len(register.answers) <= HELD else {}
        return self._end(gone, is_full=False)

    def _sources(self, register: Register) -> dict[str, str]:
        values = {
            INBOX: self._site.inbox,
            WAITING: self._site.waiting,
            **{name: register.known(name, "") for name in OPAQUE},
        }
        return {f"source {name}": digest(value) for name, value in values.items()}

    def _changed_sources(self, held: Held, change: Change, sources: Mapping[str, str]) -> set[str]:
        others = {
            name.removeprefix("source ") for name, told in sources.items() if self._index.fact(name) != told
        }
        is_same = held.revision == self._site.snapshot.revision
        return {*change.kinds, *others} | (set() if is_same else {LOG})

    def _changed_facts(
        self, register: Register, told: Mapping[str, str], same: Collection[str]
    ) -> dict[str, str]:
        changed = {}
        for word, argument in self._index.asked(_WORKED_OUT.difference(same)):
            note = f"{word} {argument}"
            now = fact_digest(register, note) or ""
            if now != told.get(note, ""):
                changed[note] = now
        return changed

    def _moved(
        self, register: Register, known: Known, told: Mapping[str, str], same: Collection[str]
    ) -> "_Moved":
        moved = _Moved(set(), set(), {})
        for kind, name in NAMES.items():
            note = f"{name} "
            if name in same or (answer := register.answer(name, "")).digest == told.get(note):
                continue
            held = known.answers.get(note)
            before = set(held.value if held else self._index.names(kind))
            after = set(answer.value)
            moved.come.update((kind, each) for each in after - before)
            moved.gone.update((kind, each) for each in before - after)
            moved.facts[note] = answer.digest
        return moved

    def _begin(self, paths: Collection[str]) -> None:
        self._index.own(paths)
        self._index.note(state=_UNDER_WAY)
        self._index.keep()

    def _assets(self) -> Done:
        done = Done()
        for path, content in self._renderer.assets.items():
            done.made.append(Made(ASSET, path, path, True, (), ()))
            done.written += self._place.renew(path, content)
        return done

    def _by_itself(self, maker: Maker, keys: Sequence[PageKey]) -> Iterator[Done]:
        yield from (maker.put(self._place, share) for share in shares(keys))

    def _take(self, parts: Iterable[Done]) -> None:
        """Put what was made into the index as it comes: while others make more, and since it is too much to be held."""
        total = self._total
        for part in parts:
            self._index.put(part.made)
            self._index.put_facts(part.facts)
            for name, read in part.reads.items():
                total.reads.setdefault(name, set()).update(read)
            total.empty += (made.path for made in part.made if not made.is_there)
            total.made += len(part.made)
            total.written += part.written

    def _end(self, gone: Collection[str], *, is_full: bool) -> Built:
        total = self._total
        removed = sum([self._folder.remove(path) for path in sorted({*gone, *total.empty})])
        self._index.forget(gone)
        put_reads(self._index.connection, total.reads)
        self._index.note(
            state=_WHOLE,
            edition=token_hex(8),
            epoch=self._epoch,
            revision=self._site.snapshot.revision,
            now=str(ticks(self._site.now)),
        )
        self._index.keep()
        return Built(self._index.count(), total.made, total.written, removed, is_full)
