"""Bringing a folder to one edition of a site: all of it, or what changed since the edition that its index knows.

Rule: both ways end with the same files. Which files are gitcp's is kept before any is written, so that a build that dies owns what it left;
the next one makes everything.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from secrets import token_hex
from typing import Final

from gitcp.dashboard.epoch import epoch
from gitcp.dashboard.facts import FACTS, OPAQUE, TOLD, digest
from gitcp.dashboard.index.fact_reads import put_reads, reads
from gitcp.dashboard.index.file import Made, PageKey, SiteIndex, digest_of
from gitcp.dashboard.index.known import Change, Key, Known, log_notes
from gitcp.dashboard.index.log import IndexedLog
from gitcp.dashboard.index.words import IndexedWords
from gitcp.dashboard.input import SiteInput
from gitcp.dashboard.making import Done, Maker, fact_digest, names
from gitcp.dashboard.moment import PAST
from gitcp.dashboard.reads import INBOX, LOG, WAITING, always, unchanged
from gitcp.dashboard.register import Register
from gitcp.dashboard.render import renderer_of
from gitcp.dashboard.shares import by_task, shares
from gitcp.dashboard.site_folder import SiteFolder
from gitcp.model.urgency import ticks

ASSET: Final = "asset"
HELD: Final = 50_000
"""How many facts are held from one build to the next, at most."""

_WHOLE: Final = "whole"
_UNDER_WAY: Final = "under way"
_WORKED_OUT: Final = frozenset(FACTS) - {PAST} - TOLD

Work = Callable[[Maker, Sequence[PageKey]], Iterator[Done]]
"""Make files, in whatever order; what is done comes in parts."""

Reading = Callable[[int], None]
"""Told how many commits were read so far."""


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


class Building:
    """A folder and its index while one build goes on."""

    def __init__(self, folder: SiteFolder, index: SiteIndex, site: SiteInput, templates: Traversable) -> None:
        self._folder = folder
        self._index = index
        self._site = site
        self._epoch = epoch(site, templates)
        self._renderer = renderer_of(templates, self._epoch)
        self._log = IndexedLog(index.connection)
        self._words = IndexedWords(index.connection)

    def held(self) -> Held | None:
        """Return which edition the folder holds, or none where every page has to be made."""
        index = self._index
        if index.fact("state") != _WHOLE or index.fact("epoch") != self._epoch:
            return None
        return Held(index.fact("revision") or "", int(index.fact("now") or 0))

    def full(self, work: Work | None = None, reading: Reading | None = None) -> tuple[Built, Known]:
        """Make every file; `work` is called once the index holds the rows and the history."""
        known = Known.of(self._site.snapshot)
        known.save(self._index.connection)
        self._words.fill(self._site.snapshot)
        self._log.follow(self._site.history.entries(), reading)
        register = Register(self._site, known.rows, self._log, self._words)
        wanted = dict(names(register))
        paths = {*self._renderer.assets, *wanted.values()}
        owned = self._index.owned()
        self._folder.expect_room(paths, owned)
        self._index.forget_pages()
        self._begin(paths)
        self._index.note(**self._sources(register))
        done = self._assets()
        _join(done, (work or self._by_itself)(Maker(register, self._renderer), by_task(wanted, known.rows)))
        return self._end(done, owned - paths, is_full=True), known

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
        facts = self._changed_facts(register, changed)
        notes = {*change.notes, *worded, *log_notes(names_of_new, known.rows), *facts}
        notes.update(self._index.between(held.now, ticks(self._site.now)))
        wanted, before = dict(names(register)), self._index.pages()
        stale = self._index.askers(notes)
        todo = [key for key in wanted if key in stale or key not in before]
        paths = {*self._renderer.assets, *wanted.values()}
        gone = {path for path in before.values() if path not in paths}
        new = {wanted[key] for key in todo if key not in before}
        if todo or gone:
            self._folder.expect_room(new, self._index.owned() if new else ())
            self._begin(new)
        done = Done(facts=facts, reads=register.reads)
        self._index.note(**sources)
        _join(done, (work or self._by_itself)(Maker(register, self._renderer), todo))
        known.answers = register.answers if len(register.answers) <= HELD else {}
        return self._end(done, gone, is_full=False)

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

    def _changed_facts(self, register: Register, sources: Collection[str]) -> dict[str, str]:
        known = self._index.facts()
        changed = {}
        for word, argument in self._index.asked(
            _WORKED_OUT - unchanged(reads(self._index.connection), sources)
        ):
            note = f"{word} {argument}"
            told = fact_digest(register, note) or ""
            if told != known.get(note, ""):
                changed[note] = told
        return changed

    def _begin(self, paths: Collection[str]) -> None:
        self._index.own(paths)
        self._index.note(state=_UNDER_WAY)
        self._index.keep()

    def _assets(self) -> Done:
        done = Done()
        for path, content in self._renderer.assets.items():
            done.made.append(Made(ASSET, path, path, digest_of(content), (), ()))
            done.written += self._folder.renew(path, content)
        return done

    def _by_itself(self, maker: Maker, keys: Sequence[PageKey]) -> Iterator[Done]:
        yield from (maker.put(self._folder, share) for share in shares(keys))

    def _end(self, done: Done, gone: Collection[str], *, is_full: bool) -> Built:
        empty = [made.path for made in done.made if made.digest is None]
        removed = sum([self._folder.remove(path) for path in sorted({*gone, *empty})])
        self._index.forget(gone)
        self._index.put(done.made)
        self._index.put_facts(done.facts)
        put_reads(self._index.connection, done.reads)
        self._index.note(
            state=_WHOLE,
            edition=token_hex(8),
            epoch=self._epoch,
            revision=self._site.snapshot.revision,
            now=str(ticks(self._site.now)),
        )
        self._index.keep()
        return Built(self._index.count(), len(done.made), done.written, removed, is_full)


def _join(done: Done, parts: Iterable[Done]) -> None:
    for part in parts:
        done.made += part.made
        done.facts |= part.facts
        for name, read in part.reads.items():
            done.reads.setdefault(name, set()).update(read)
        done.written += part.written
