"""The example: found the company, let it work from its scout's weekly slot until nothing is left to do, draw the dashboard."""

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from gitcp.control.clock import Clock
from gitcp.control.founding import Wish, found
from gitcp.control.plane import Plane
from gitcp.control.site_building import build_site
from gitcp.control.working import Tell, work_until_idle
from gitcp.core.schedule import last_fire
from gitcp.errors import GitcpError
from gitcp.model.runs import Run
from gitcp.store.founding import Founder

TEMPLATE = "talent-factory"
MARKER = "made-by-gitcp-demo"
SLOT = "0 9 * * MON"
ZONE = "Europe/Madrid"


@dataclass(frozen=True, slots=True)
class Demonstrated:
    """What the demo left, and what it did."""

    control: Path
    factory: Path
    site: Path
    runs: tuple[Run, ...]
    ticks: int


def demonstrate(folder: Path, founder: Founder, tell: Tell) -> Demonstrated:
    """Build the example below `folder` and let it work until it is idle; what an earlier demo left there is replaced.

    Raises:
        GitcpError: the folder holds something that no demo made.
    """
    _clear(folder)
    control, factory, site = folder / "control", folder / "factory", folder / "site"
    begin = _last_slot(Clock().now())
    tell(f"Founding the company: records in {control}, its work in {factory}")
    found(Wish(TEMPLATE, control, founder, execution=factory), begin - timedelta(minutes=5))
    with Plane.open(control, Clock.at(begin)) as plane:
        plane.store.set_config("gitcp.state", str((folder / ".state").resolve()))
    with Plane.open(control, Clock.at(begin)) as plane:
        tell(
            f"It is {begin:%A, %d %B %Y, %H:%M} UTC: the weekly slot of its scout. Ticking until nobody has anything to do."
        )
        ticks = work_until_idle(plane, lambda text: tell(f"  {text}"))
        tell(f"Drawing the dashboard into {site}")
        build_site(plane, site)
        runs = tuple(reversed(plane.snapshot().runs()))
    return Demonstrated(control, factory, site, runs, len(ticks))


def _last_slot(now: datetime) -> datetime:
    # In the past, so that the company's history is not ahead of its user's clock.
    slot = last_fire(SLOT, ZoneInfo(ZONE), now - timedelta(hours=1))
    assert slot is not None
    return slot


def _clear(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        if not (folder / MARKER).is_file():
            raise GitcpError(
                f"{folder}: expected a new folder or an earlier demo, found something else",
                hint="choose another folder",
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARKER).write_text("gitcp demo replaces what is here.\n")
