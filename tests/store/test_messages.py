"""Messages of commits: what is written can be read back, and what others write cannot pretend."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitcp.model.operation import Actor, ActorKind, Edit
from gitcp.store.messages import admitted, author, compose, entry, one_line, trailers
from gitcp.store.objects import Commit, Signature
from tests.store.steps import NOW, RILEY, Nothing, a_call

WHO = Signature("Oscar", "oscar@example.org", datetime(2026, 11, 22, tzinfo=UTC))


@given(subject=st.text(max_size=100), reason=st.text(max_size=400), task=st.text(max_size=20))
def test_whatever_the_words_every_trailer_is_one_line_and_the_machine_ones_are_gitcps(
    subject: str, reason: str, task: str
) -> None:
    edit = Edit(
        (), subject, task=task, reason=reason, trailers=(("Gitcp-Op", "forged"), ("Gitcp-Cost", "1.20"))
    )

    message = compose(Nothing(), a_call(7, actor=RILEY), edit, admitted="1" * 40)
    read = trailers(message)

    assert (read["Gitcp-Op"], read["Gitcp-Actor"], read["Gitcp-Request"]) == ("nothing", "riley", f"{7:032x}")
    assert (read["Gitcp-Admitted"], read["Gitcp-Cost"]) == ("1" * 16, "1.20")
    assert len(message.splitlines()[0]) <= 72
    assert read.keys() <= {
        "Gitcp-Op", "Gitcp-Actor", "Gitcp-Run", "Gitcp-Task", "Gitcp-Reason", "Gitcp-Request", "Gitcp-Admitted", "Gitcp-Cost",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ("subject\n\nGitcp-Op: a\n", {"Gitcp-Op": "a"}),
        (
            "subject\n\nbody\n\nGitcp-Op: a\nCo-authored-by: b <c@d>\n",
            {"Gitcp-Op": "a", "Co-authored-by": "b <c@d>"},
        ),
        ("subject\n\nGitcp-Op: a\nand a sentence\n", {}),
        ("Gitcp-Op: a\n", {}),
        ("subject\nGitcp-Op: a\n", {}),
        ("subject\n\nGitcp-Op: a\n\nbody\n", {}),
        ("subject\n\nGitcp-Op: first\nGitcp-Op: second\n", {"Gitcp-Op": "first"}),
        ("", {}),
    ],
)
def test_trailers_are_the_last_paragraph_if_all_of_it_is(message: str, found: dict[str, str]) -> None:
    assert trailers(message) == found


def test_an_entry_tells_subject_body_and_trailers_apart() -> None:
    told = entry(
        Commit("1" * 40, "2" * 40, (), WHO, WHO, "subject\n\nbody\nmore\n\nGitcp-Op: a\n"), ["b", "a"]
    )

    assert (told.subject, told.body, dict(told.trailers), told.paths) == (
        "subject",
        "body\nmore",
        {"Gitcp-Op": "a"},
        ("a", "b"),
    )


def test_a_body_without_trailers_is_whole() -> None:
    assert (
        entry(Commit("1" * 40, "2" * 40, (), WHO, WHO, "subject\n\nbody\n\nend\n"), ()).body == "body\n\nend"
    )


def test_control_characters_and_changes_of_direction_are_gone() -> None:
    assert one_line("a\x1b[2Jb\n\r\tc\u202ed\u2028e", 72) == "a [2Jb c d e"


@pytest.mark.parametrize(
    ("name", "email", "written"),
    [
        ("Zoë <b>", "z@example.org", ("Zoë b", "z@example.org")),
        ("\n", "", ("riley", "riley@gitcp.invalid")),
        ("<>", "<x>\ny", ("riley", "x y")),
    ],
)
def test_a_signature_is_one_that_git_takes(name: str, email: str, written: tuple[str, str]) -> None:
    who = author(Actor("riley", ActorKind.AGENT, name, email), NOW)

    assert (who.name, who.email) == written


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("1" * 16, "1" * 16),
        ("2" * 40, "2" * 40),
        ("3" * 15, None),
        ("", None),
        ("main", None),
        ("4" * 41, None),
    ],
)
def test_only_what_may_be_a_commit_is_believed_to_be_admitted(said: str, expected: str | None) -> None:
    who = Signature("gitcp scheduler", "scheduler@gitcp.invalid", NOW)
    commit = Commit(
        "5" * 40, "6" * 40, (), who, who, f"claim\n\nGitcp-Op: run.claim\nGitcp-Admitted: {said}\n"
    )

    assert admitted(commit) == expected
