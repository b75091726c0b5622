import pytest

from gitcp.core.lookup import changed, existing, existing_member, made
from gitcp.errors import RecordError, UnknownRecordError
from gitcp.model.members import Agent
from gitcp.model.planning import Goal
from gitcp.model.tasks import Task
from tests.helpers import a_goal, a_person, a_task, an_agent, snapshot_of


def test_what_exists_is_returned() -> None:
    assert existing(snapshot_of(a_task()), Task, "CI-0001") == a_task()
    assert existing_member(snapshot_of(), "clara") == a_person()
    assert existing_member(snapshot_of(), "riley") == an_agent()


@pytest.mark.parametrize(
    ("name", "hint"), [("qualty", "did you mean quality?"), ("zzz", "list them with `gitcp goal`")]
)
def test_what_does_not_exist_is_named_with_the_nearest(name: str, hint: str) -> None:
    with pytest.raises(UnknownRecordError, match=f"goal {name} does not exist") as refused:
        existing(snapshot_of(a_goal()), Goal, name)
    assert refused.value.hint == hint


def test_a_person_is_no_agent() -> None:
    with pytest.raises(UnknownRecordError, match="agent clara does not exist"):
        existing(snapshot_of(), Agent, "clara")


def test_what_does_not_fit_the_schema_is_told_in_words() -> None:
    with pytest.raises(RecordError) as refused:
        made(Goal, "quality", {"title": "Better", "level": "planet"})

    assert refused.value.message == (
        "goal quality: level: Input should be 'company', 'team', 'agent' or 'task', found 'planet'"
    )
    assert refused.value.hint == "`gitcp schema goal` prints what may stand in it"


def test_a_long_value_is_shortened() -> None:
    with pytest.raises(RecordError) as refused:
        changed(a_goal(), title="x" * 400)

    assert refused.value.message.endswith("x…")
    assert len(refused.value.message) < 200


@pytest.mark.parametrize("fields", [{"id": "other", "title": "x", "level": "team"}, {"id": "quality"}])
def test_the_id_is_no_field(fields: dict[str, str]) -> None:
    with pytest.raises(RecordError, match="goal quality: id: expected no such field"):
        made(Goal, "quality", fields)
    with pytest.raises(RecordError, match="goal quality: id: expected no such field"):
        changed(a_goal(), **fields)


def test_our_own_words_are_told_without_the_librarys() -> None:
    with pytest.raises(RecordError, match="task CI-0001: attempts: expected a whole number, found 'two'"):
        changed(a_task(), attempts="two")
