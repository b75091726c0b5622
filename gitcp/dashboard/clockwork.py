"""The pages of what happens by the clock, and the files beside them: schedule, routines, calendar, badges."""

from collections.abc import Iterable
from typing import Final

from gitcp.dashboard import calendars, links, shields
from gitcp.dashboard.kinds import Extra, Kind, Shown, one, single
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.register import Register
from gitcp.dashboard.views import routines, schedule
from gitcp.model.planning import Routine


def _names(register: Register) -> Iterable[str]:
    return [routine.id for routine in register.snapshot.all(Routine)]


def _routine(register: Register, name: str, prose: Prose) -> Shown | None:
    view = routines.routine_view(register, name, prose)
    return None if view is None else Shown(f"Routine {view.title}", links.ROUTINES, view)


KINDS: Final[tuple[Kind, ...]] = (
    one(links.SCHEDULE, "schedule.html", "Schedule", lambda register, _: schedule.schedule(register)),
    one(links.ROUTINES, "routines.html", "Routines", lambda register, _: routines.routines(register)),
    Kind("routine", "routine.html", _names, links.routine_page, _routine),
)
EXTRAS: Final[tuple[Extra, ...]] = (
    single(links.CALENDAR, calendars.schedule),
    Extra("badge", lambda _: shields.NAMES, links.badge_file, shields.badge),
)
