"""What the answer to a push says: a race, a refusal, or nothing."""

import pytest

from gitcp.store.push_answer import DECLINED, UNMOVED, Answer, Refusals, answer_to, refusal
from gitcp.store.remote import Outcome

MAIN = "refs/heads/main"
NEW = "1f3a" * 10
SAID = "remote: policies are for the board        \nremote: \nerror: failed to push some refs to 'https://example.org/x'"


def line(summary: str, ref: str = MAIN, flag: str = "!") -> str:
    return f"To /srv/control.git\n{flag}\t{NEW}:{ref}\t{summary}\nDone\n"


@pytest.mark.parametrize(
    ("output", "answer"),
    [
        (line("[rejected] (stale info)"), Answer.STALE),
        (line("[rejected] (veraltete Information)"), Answer.STALE),
        (line("[remote rejected] (pre-receive hook declined)"), Answer.DECLINED),
        (line("[remote rejected] (failed to update ref)"), Answer.DECLINED),
        (line("[remote rejected] ([rejected] (stale info))"), Answer.DECLINED),
        (line("[remote rejected]"), Answer.DECLINED),
        (line("[remote failure] (remote failed to report status)"), Answer.NONE),
        (line("[rejected] (stale info)", ref="refs/heads/other"), Answer.NONE),
        (line("[rejected] (stale info)", flag="="), Answer.NONE),
        ("", Answer.NONE),
        ("error: the push was [rejected] (stale info)\n", Answer.NONE),
    ],
)
def test_the_flag_and_the_summary_are_the_answer_whatever_the_words(output: str, answer: Answer) -> None:
    assert answer_to(Outcome(1, output, ""), MAIN) is answer


def test_a_refusal_is_told_in_the_servers_words() -> None:
    outcome = Outcome(1, line("[remote rejected] (pre-receive hook declined)"), SAID)

    error = refusal("origin", "main", outcome)

    assert (
        error.message == "origin: refuses to move main: policies are for the board; pre-receive hook declined"
    )
    assert "ask who runs it" in str(error.hint)


def test_reasons_are_shown_without_credentials_and_control_characters() -> None:
    outcome = Outcome(1, line("[remote rejected] (see https://bob:s3cret@example.org\x1b[2J)"), "")

    assert refusal("origin", "main", outcome).message.endswith("see https://***@example.org[2J")


def test_a_push_without_answer_is_told_in_gits_words() -> None:
    error = refusal("origin", "main", Outcome(128, "", "fatal: could not read from remote repository"))

    assert (
        error.message
        == "origin: git push ended with status 128: fatal: could not read from remote repository"
    )


def test_a_branch_that_does_not_move_was_not_moved_by_others() -> None:
    refusals = Refusals()

    assert [refusals.are_enough(Answer.DECLINED, has_moved=False) for _ in range(UNMOVED)] == [
        *[False] * (UNMOVED - 1),
        True,
    ]


def test_others_who_are_first_are_no_reason_to_give_up() -> None:
    refusals = Refusals()

    assert not any(refusals.are_enough(Answer.STALE, has_moved=True) for _ in range(1000))


def test_once_others_were_first_the_count_begins_anew() -> None:
    refusals = Refusals()
    refusals.are_enough(Answer.NONE, has_moved=False)
    refusals.are_enough(Answer.NONE, has_moved=False)
    refusals.are_enough(Answer.STALE, has_moved=True)

    assert not refusals.are_enough(Answer.NONE, has_moved=False)


def test_a_server_that_declines_time_after_time_has_a_rule_although_others_move_the_branch() -> None:
    refusals = Refusals()

    answers = [refusals.are_enough(Answer.DECLINED, has_moved=True) for _ in range(DECLINED)]

    assert answers == [*[False] * (DECLINED - 1), True]
