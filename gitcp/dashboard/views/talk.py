"""What was said about a task: on its own page, and in the parts of a long discussion."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from markupsafe import Markup

from gitcp.dashboard import links, talks
from gitcp.dashboard.excerpts import cut, level
from gitcp.dashboard.figures import NONE, Stamp
from gitcp.dashboard.log import written_at
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.refs import Ref, member_ref
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.tabs import Tab
from gitcp.model.tasks import Comment

ROOM: Final = 200_000


class Remark(NamedTuple):
    """A comment; `rest` prints it whole, where it is cut."""

    anchor: str
    author: Ref
    at: Stamp | None
    run: Ref | None
    body: Markup | None
    rest: str | None


class Talk(NamedTuple):
    """Comments, the oldest first; `parts` leads to the older and newer ones of a long discussion."""

    remarks: tuple[Remark, ...]
    parts: tuple[Tab, ...]


class TalkPart(NamedTuple):
    """A page of older comments."""

    id: str
    title: str
    href: str
    talk: Talk


def talk(register: Register, task: str, comments: Sequence[Comment], prose: Prose) -> Talk:
    """Show the comments that stand on a task's own page."""
    first = talks.parts_of(len(comments)) * talks.PART
    return Talk(_remarks(register, comments[first:], prose), _parts(task, len(comments), 0))


def talk_part(register: Register, name: str, prose: Prose) -> TalkPart | None:
    """Show a part of a discussion, named as CI-0028/1. It does not tell how many came after it, so that it stays."""
    task, _, number = name.partition("/")
    part = int(number)
    title, comments = register.title_of(task), register.comments(task)
    if title is None or part > talks.parts_of(len(comments)):
        return None
    shown = comments[(part - 1) * talks.PART : part * talks.PART]
    before = [Tab("Older", links.talk_page(task, part - 1), current=False)] if part > 1 else []
    is_last = part == talks.parts_of(len(comments))
    after = links.task_page(task) if is_last else links.talk_page(task, part + 1)
    return TalkPart(
        task,
        title,
        links.task_page(task),
        Talk(_remarks(register, shown, prose), (*before, Tab("Newer", after, current=False))),
    )


def _parts(task: str, comments: int, current: int) -> tuple[Tab, ...]:
    found = talks.parts_of(comments)
    if not found:
        return ()
    tabs = [
        Tab(
            f"{(part - 1) * talks.PART + 1:,} to {part * talks.PART:,}",
            links.talk_page(task, part),
            part == current,
        )
        for part in range(1, found + 1)
    ]
    return (*tabs, Tab(f"{found * talks.PART + 1:,} to {comments:,}", links.task_page(task), current=True))


def _remarks(register: Register, comments: Sequence[Comment], prose: Prose) -> tuple[Remark, ...]:
    most = level([len(comment.body) for comment in comments], ROOM)
    return tuple(_remark(register, comment, most, prose) for comment in comments)


def _remark(register: Register, comment: Comment, most: int, prose: Prose) -> Remark:
    at, run, begun = written_at(comment), comment.run, cut(comment.body, most)
    return Remark(
        anchor=links.comment_anchor(comment),
        author=member_ref(register, comment.author or NONE),
        at=register.clock.stamp(at) if at else None,
        run=Ref("run", links.run_page(run), "run") if run and register.has_run(run) else None,
        body=prose.block(comment.body if begun is None else begun, below=3),
        rest=f"gitcp comment list {comment.task}" if begun is not None else None,
    )


def places_of(comments: Sequence[Comment]) -> Mapping[str, str]:
    """Return where each comment stands, by its name."""
    number = len(comments)
    return {
        comment.id.partition("/")[2]: (
            f"{talks.page_at(comment.task, place, number)}#{links.comment_anchor(comment)}"
        )
        for place, comment in enumerate(comments)
    }
