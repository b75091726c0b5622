"""The pages of lists, and the data that their scripts and the search load."""

from typing import Final

from gitcp.dashboard import links, rowdata, search, slices
from gitcp.dashboard.kinds import Extra, Kind, Shown, one, single
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.register import Register
from gitcp.dashboard.views import search as search_page
from gitcp.dashboard.views import tasks


def _open(register: Register, name: str, _: Prose) -> Shown | None:
    view = tasks.open_list(register, name)
    return None if view is None else Shown(view.title, links.BOARD, view)


def _closed(register: Register, name: str, _: Prose) -> Shown | None:
    view = tasks.closed_part(register, name)
    return None if view is None else Shown(view.title, links.BOARD, view)


KINDS: Final[tuple[Kind, ...]] = (
    one(links.BOARD, "board.html", "Tasks", lambda register, _: tasks.board(register)),
    Kind("open-tasks", "tasks.html", slices.open_parts, links.open_page, _open),
    one(
        links.CLOSED_TASKS,
        "tasks.html",
        "Closed tasks",
        lambda register, _: tasks.closed_list(register),
        section=links.BOARD,
    ),
    Kind("closed-tasks", "tasks.html", slices.closed_parts, links.closed_page, _closed),
    one(
        links.ALL_TASKS,
        "all.html",
        "All tasks",
        lambda register, _: tasks.table(register),
        section=links.BOARD,
    ),
    one(links.SEARCH, "search.html", "Search", lambda *_: search_page.page()),
)

EXTRAS: Final[tuple[Extra, ...]] = (
    single(rowdata.INDEX, rowdata.index),
    Extra("rows", slices.shard_names, rowdata.path, rowdata.shard),
    single(search.INDEX, search.index),
    single(search.OPEN, search.open_tasks),
    single(search.OTHERS, search.others),
    single(search.APPROVALS, search.approvals),
    Extra("words", search.shard_names, search.shard_path, search.shard),
    Extra("runs-by-day", search.day_names, search.day_path, search.day),
)
