"""Disk that is given back: checkouts of closed tasks or untouched for long, clones that nobody needs any more.

Rule: first a list of what would go and why the rest stays, then the removal, which looks again. Work is saved before; saved work goes only
when somebody asks for that, by its age.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from gitcp.control.clock import Clock
from gitcp.control.homes import leave, outworn
from gitcp.control.observation import attempted
from gitcp.control.plane import Plane
from gitcp.control.state import write_whole
from gitcp.model.company import WorkspaceSettings
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task
from gitcp.workspaces import RepositorySpec
from gitcp.workspaces.inventory import Checkout, Held, Holding, Rescued, size_of

CLOSED_FOR: Final = timedelta(days=1)
EVERY: Final = timedelta(hours=1)
AT_ONCE: Final = 2


@dataclass(frozen=True, slots=True)
class Ages:
    """How old it must be: a checkout since its last use, one of a closed task since it was closed, saved work (none: it stays)."""

    untouched: timedelta
    closed: timedelta = timedelta(0)
    rescued: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Going:
    """A checkout, a clone or saved work that can go, and why."""

    what: Checkout | Held
    why: str
    rescued: tuple[Rescued, ...] = ()


@dataclass(frozen=True, slots=True)
class Staying:
    """A checkout or a clone that stays, and why."""

    what: Checkout | Held
    why: str


@dataclass(frozen=True, slots=True)
class Survey:
    """What can go and what stays. Clones only go once the checkouts of them have gone."""

    checkouts: tuple[Going, ...] = ()
    rescued: tuple[Going, ...] = ()
    clones: tuple[Going, ...] = ()
    staying: tuple[Staying, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to remove."""
        return not (self.checkouts or self.rescued or self.clones)


@dataclass(slots=True)
class Reclaimed:
    """What was done: bytes that were given back, rescue refs by run, what could not be done."""

    size: int = 0
    rescued: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def days_kept(snapshot: Snapshot) -> int:
    """Return for how many days checkouts are kept where nobody says otherwise."""
    company = snapshot.company
    return (company.workspaces if company else WorkspaceSettings()).keep_days


def survey(plane: Plane, ages: Ages) -> Survey:
    """Look at everything below the state folder, and remove nothing."""
    snapshot, now = plane.snapshot(), _now()
    checkouts, staying = _checkouts(plane, snapshot, now, ages)
    needed = {each.what.clone for each in staying if isinstance(each.what, Checkout)}
    rescued: list[Going] = []
    clones: list[Going] = []
    for held in clones_of(plane):
        old = _old_work(snapshot, held, now, ages)
        if old:
            rescued.append(Going(held, f"saved more than {_days(ages.rescued)} ago", old))
        kept = _why_kept(held, len(held.rescued) - len(old), now, ages)
        if kept or held.path in needed:
            staying.append(Staying(held, kept or "checkouts of it stay"))
        else:
            clones.append(Going(held, "no repository of gitcp.yaml, and nothing in it is unsaved"))
    return Survey(tuple(checkouts), tuple(rescued), tuple(clones), tuple(staying))


def _checkouts(
    plane: Plane, snapshot: Snapshot, now: datetime, ages: Ages
) -> tuple[list[Going], list[Staying]]:
    going: list[Going] = []
    staying: list[Staying] = []
    for checkout in plane.workspaces.inventory.checkouts():
        stays, why = _about(snapshot, checkout, now, ages)
        if stays:
            staying.append(Staying(checkout, why))
        else:
            going.append(Going(checkout, why))
    return going, staying


def _now() -> datetime:
    # What lies on the disk is as old as it is, also where a demo shifts the time.
    return Clock().now()


def reclaim(plane: Plane, found: Survey) -> Reclaimed:
    """Remove what a survey found; what has come into use since stays, and is said."""
    done, inventory = Reclaimed(), plane.workspaces.inventory
    for going in found.checkouts:
        _free(plane, going.what, done)
    for going in found.rescued:
        if isinstance(going.what, Held):
            attempted(done.notes, partial(inventory.forget, going.what, going.rescued))
    for going in found.clones:
        _free(plane, going.what, done)
    touched = {each.what.clone for each in found.checkouts if isinstance(each.what, Checkout)}
    touched |= {each.what.path for each in found.rescued}
    for each in found.staying:
        if isinstance(each.what, Held) and each.what.path in touched:
            attempted(done.notes, partial(inventory.pack, each.what))
    return done


def tidy(plane: Plane) -> tuple[str, ...]:
    """Give back what has been kept for long enough: hourly, and little at a time, as a tick waits for it. Return what could not be done."""
    stamp, now = plane.state.folder / "tidied", _now()
    if _is_recent(stamp, now):
        return ()
    snapshot, done = plane.snapshot(), Reclaimed()
    ages = Ages(timedelta(days=days_kept(snapshot)), closed=CLOSED_FOR)
    found = attempted(done.notes, partial(_checkouts, plane, snapshot, now, ages))
    going = found[0] if found is not None else []
    for each in going[:AT_ONCE]:
        _free(plane, each.what, done)
    for home in tuple(outworn(plane, untouched=ages.untouched, closed=ages.closed, now=now)):
        attempted(done.notes, partial(leave, home))
    if len(going) <= AT_ONCE or done.notes:
        attempted(done.notes, partial(write_whole, stamp, now.isoformat()))
    return tuple(done.notes)


def _is_recent(stamp: Path, now: datetime) -> bool:
    try:
        return timedelta(0) <= now - datetime.fromisoformat(stamp.read_text()) < EVERY
    except (OSError, ValueError, TypeError):
        return False


def _free(plane: Plane, what: Checkout | Held, done: Reclaimed) -> None:
    size, notes = size_of(what.path), len(done.notes)
    inventory = plane.workspaces.inventory
    if isinstance(what, Checkout):
        ref = attempted(done.notes, partial(inventory.free, what))
        if ref is not None and what.run is not None:
            done.rescued[what.run] = ref
    else:
        attempted(done.notes, partial(inventory.remove, what))
    if len(done.notes) == notes:
        done.size += size


def _about(snapshot: Snapshot, checkout: Checkout, now: datetime, ages: Ages) -> tuple[bool, str]:
    """Say whether a checkout stays, and why or why not."""
    busy = _why_busy(snapshot, checkout)
    if busy:
        return True, busy
    task = snapshot.get(Task, checkout.task) if checkout.task and not checkout.shared else None
    if task is not None and not task.is_open and _since(task.closed, checkout, now) >= ages.closed:
        return False, f"{task.id} is {task.status}"
    if now - checkout.used_at >= ages.untouched:
        return False, f"untouched for more than {_days(ages.untouched)}"
    return True, f"used less than {_days(ages.untouched)} ago"


def _why_busy(snapshot: Snapshot, checkout: Checkout) -> str | None:
    if checkout.holding is Holding.IN_USE:
        return f"run {checkout.run} works there" if checkout.run else "a check works there"
    if checkout.unknown:
        return "it is not known whose it is: look into it, and remove it by hand"
    run = snapshot.get(Run, checkout.run) if checkout.run else None
    if run is not None and run.is_active:
        return f"run {run.id} has not ended: a tick sees to it"
    waiting = snapshot.runs(active=True, agent=checkout.agent, task=checkout.task) if checkout.task else ()
    return f"run {waiting[0].id} is about to work there" if waiting else None


def _since(closed: datetime | None, checkout: Checkout, now: datetime) -> timedelta:
    return now - max(closed or checkout.used_at, checkout.used_at)


def _why_kept(held: Held, unsaved: int, now: datetime, ages: Ages) -> str | None:
    if held.current:
        return "a repository of gitcp.yaml"
    if unsaved:
        return f"{unsaved} rescue ref{'s' if unsaved != 1 else ''} with work that is nowhere else"
    if held.unsaved:
        return f"work that is nowhere else: {held.unsaved[0]}"
    if now - held.used_at < ages.untouched:
        return f"used less than {_days(ages.untouched)} ago"
    return None


def _old_work(snapshot: Snapshot, held: Held, now: datetime, ages: Ages) -> tuple[Rescued, ...]:
    if ages.rescued is None:
        return ()
    limit = now - ages.rescued
    runs = {each: snapshot.get(Run, each.run) for each in held.rescued if each.at <= limit}
    return tuple(each for each, run in runs.items() if run is None or not run.is_active)


def clones_of(plane: Plane) -> list[Held]:
    """Return the bare clones of this company."""
    return plane.workspaces.inventory.clones(_repositories(plane, plane.snapshot()))


def _repositories(plane: Plane, snapshot: Snapshot) -> list[RepositorySpec]:
    names = snapshot.company.repositories if snapshot.company else ()
    return [plane.repository(snapshot, name) for name in names]


def _days(age: timedelta | None) -> str:
    assert age is not None
    whole = age / timedelta(days=1)
    return f"{whole:g} day{'s' if whole != 1 else ''}"
