from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gitcp.control.sessions import choose, remember
from gitcp.model.runs import FailureClass
from gitcp.model.runtimes import ClaudeCodeRuntime, CodexRuntime, Sessions
from gitcp.runtimes import Ending, Launch, Limits, RuntimeConfig, StopCause
from tests.helpers import NOW

CLAUDE = ClaudeCodeRuntime(type="claude-code", model="sonnet")
CODEX = CodexRuntime(type="codex", model="sonnet")
WELL = Ending(exit_code=0, session="s-1", context=20_000)


def a_launch(config: RuntimeConfig = CLAUDE, folder: str = "/checkout", **given: Any) -> Launch:
    place = Path("/run")
    return Launch(
        run="r", config=config, cwd=Path(folder), environment={}, folder=place, log=place / "log",
        limits=Limits(minutes=1), **given,
    )  # fmt: skip


@pytest.fixture
def note(tmp_path: Path) -> Path:
    return tmp_path / "riley.CI-0001.json"


def after(note: Path, ending: Ending, **given: Any) -> str | None:
    """Return the session that the next run goes on with, after one that ended so."""
    remember(note, a_launch(**given), ending, NOW)
    session = choose(note, a_launch(), NOW).session
    return session.id if session else None


def test_the_first_run_has_nothing_to_go_on_with_and_nothing_to_explain(note: Path) -> None:
    choice = choose(note, a_launch(), NOW)

    assert (choice.session, choice.why_not) == (None, None)


def test_a_run_goes_on_with_the_session_of_the_last_one(note: Path) -> None:
    remember(note, a_launch(), WELL, NOW)

    choice = choose(note, a_launch(), NOW + timedelta(hours=1))

    assert choice.session is not None
    assert choice.session.id == "s-1"
    assert choice.why_not is None


@pytest.mark.parametrize(
    ("config", "folder", "hours", "words"),
    [
        (CLAUDE.evolve(sessions=Sessions(resume=False)), "/checkout", 1, "not gone on with"),
        (CLAUDE.evolve(model="opus"), "/checkout", 1, "model sonnet"),
        (CODEX, "/checkout", 1, "of claude-code"),
        (CLAUDE, "/elsewhere", 1, "another checkout"),
        (CLAUDE, "/checkout", 169, "more than 168 hours ago"),
        (CLAUDE.evolve(sessions=Sessions(hours=2)), "/checkout", 3, "more than 2 hours ago"),
        (CLAUDE.evolve(sessions=Sessions(tokens=19_999)), "/checkout", 1, "grown to 20000 tokens"),
    ],
)
def test_a_session_that_does_not_fit_is_not_gone_on_with_and_it_says_why(
    note: Path, config: RuntimeConfig, folder: str, hours: int, words: str
) -> None:
    remember(note, a_launch(), WELL, NOW)

    choice = choose(note, a_launch(config, folder), NOW + timedelta(hours=hours))

    assert choice.session is None
    assert choice.why_not is not None
    assert words in choice.why_not


def test_a_program_that_finds_its_sessions_anywhere_goes_on_in_another_checkout(note: Path) -> None:
    remember(note, a_launch(CODEX), WELL, NOW)

    assert choose(note, a_launch(CODEX, "/elsewhere"), NOW).session is not None


def test_a_session_ages_from_its_beginning_however_often_it_is_used(note: Path) -> None:
    for hours in (0, 100, 160):
        resumed = Ending(exit_code=0, session="s-1", resumed=hours > 0)
        remember(note, a_launch(), resumed, NOW + timedelta(hours=hours))

    assert choose(note, a_launch(), NOW + timedelta(hours=168)).session is not None
    assert choose(note, a_launch(), NOW + timedelta(hours=169)).session is None


@pytest.mark.parametrize(
    ("ending", "goes_on"),
    [
        (Ending(exit_code=-15, session="s-1", stopped=StopCause.BUDGET), True),
        (Ending(exit_code=-15, session="s-1", stopped=StopCause.MINUTES), True),
        (Ending(exit_code=-15, session="s-1", stopped=StopCause.SHUTDOWN), True),
        (Ending(exit_code=1, session="s-1", failure=FailureClass.TRANSIENT), True),
        (Ending(exit_code=-9, session="s-1", failure=FailureClass.PLATFORM), True),
        (Ending(exit_code=-15, session="s-1", stopped=StopCause.SILENCE), False),
        (Ending(exit_code=1, session="s-1", failure=FailureClass.AGENT), False),
    ],
)
def test_what_was_cut_short_goes_on_and_what_would_fail_again_does_not(
    note: Path, ending: Ending, *, goes_on: bool
) -> None:
    assert (after(note, ending) == "s-1") is goes_on


def test_a_resume_that_failed_is_forgotten_and_the_new_session_kept(note: Path) -> None:
    remember(note, a_launch(), WELL, NOW)

    assert after(note, Ending(exit_code=0, session="s-2"), resume="s-1") == "s-2"
    assert after(note, Ending(exit_code=1, failure=FailureClass.TRANSIENT), resume="s-2") is None


def test_a_run_that_was_stopped_before_it_opened_its_session_loses_nothing(note: Path) -> None:
    remember(note, a_launch(), WELL, NOW)

    assert after(note, Ending(exit_code=-15, stopped=StopCause.CANCEL), resume="s-1") == "s-1"


@pytest.mark.parametrize(
    "name", ["--dangerously-skip-permissions", "a b", "", "x" * 300, "a\n", "../x", None]
)
def test_what_is_no_name_is_never_taken_for_a_session(note: Path, name: str | None) -> None:
    assert after(note, Ending(exit_code=0, session=name)) is None


@pytest.mark.parametrize("text", ["", "{}", "[]", "\x00", '{"id": "-x"}'])
def test_a_damaged_note_is_as_good_as_none(note: Path, text: str) -> None:
    note.write_text(text)

    assert choose(note, a_launch(), NOW).session is None
