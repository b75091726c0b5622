"""Taking a change of a record back, field by field."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitcp.core.inverse import at, inverse, is_alike
from gitcp.errors import RecordError
from gitcp.model.amounts import RunLimits
from gitcp.model.base import Record
from gitcp.model.members import Agent, AgentStatus
from gitcp.model.runtimes import CodexRuntime
from gitcp.model.tasks import Priority
from tests.helpers import a_company, a_heartbeat, a_task, an_agent, later


def _agent(fields: Mapping[str, Any]) -> Agent:
    return an_agent(**fields)


_AGENTS = st.fixed_dictionaries(
    {
        "title": st.sampled_from([None, "scout", "head"]),
        "limits": st.builds(
            RunLimits, usd=st.sampled_from([None, 1, 2]), turns=st.sampled_from([None, 5, 9])
        ),
        "status": st.sampled_from(list(AgentStatus)),
        "heartbeat": st.sampled_from([None, a_heartbeat(), a_heartbeat("0 7 * * *", prompt="/look")]),
        "concurrency": st.sampled_from([1, 2]),
    }
).map(_agent)


def back(present: Record, before: Record, after: Record) -> Record:
    return inverse(present, before, after).record(present)


@given(before=_AGENTS, after=_AGENTS)
def test_what_nobody_touched_since_is_as_it_was_before(before: Agent, after: Agent) -> None:
    assert is_alike(back(after, before, after), before)


@given(before=_AGENTS, after=_AGENTS, present=_AGENTS)
def test_each_field_goes_back_stays_or_is_told(before: Agent, after: Agent, present: Agent) -> None:
    found = inverse(present, before, after)
    result = found.record(present)

    for where in ("title", "limits.usd", "limits.turns", "status", "concurrency"):
        was, left, now = (at(record, where) for record in (before, after, present))
        expected = was if was != left and now == left else now
        assert at(result, where) == expected
        assert (where in found.changed_again) == (was != left and now not in (was, left))


@pytest.mark.parametrize(
    ("changes", "follows"), [({"attempts": 2}, True), ({"priority": Priority.LOW}, False)]
)
def test_what_follows_from_what_happened_is_not_what_somebody_wrote(
    changes: dict[str, Any], follows: bool
) -> None:
    assert is_alike(a_task(), a_task(**changes)) is follows


def test_a_date_that_a_heartbeat_was_given_later_stays() -> None:
    before = an_agent(heartbeat=a_heartbeat())
    after = an_agent(heartbeat=a_heartbeat(prompt="/look"))
    present = an_agent(heartbeat=a_heartbeat(prompt="/look", since=later(5)))

    found = back(present, before, after)

    assert isinstance(found, Agent)
    assert found.heartbeat == a_heartbeat(since=later(5))


def test_another_program_goes_back_with_all_that_belongs_to_it() -> None:
    before, after = an_agent(), an_agent(runtime=CodexRuntime(type="codex", model="large"))

    assert back(after, before, after) == before


def test_what_would_not_fit_together_any_more_is_refused() -> None:
    before, after = an_agent(), an_agent(runtime=CodexRuntime(type="codex"))
    present = an_agent(runtime=CodexRuntime(type="codex", model="large"))

    with pytest.raises(RecordError):
        back(present, before, after)


def test_of_a_mapping_only_the_entries_that_were_changed_go_back() -> None:
    before = a_company(repositories={"one": {"url": "../one"}})
    after = a_company(repositories={"one": {"url": "../one"}, "two": {"url": "../two"}})
    present = a_company(repositories={**after.model_dump()["repositories"], "three": {"url": "../three"}})

    found = back(present, before, after)

    assert sorted(found.model_dump()["repositories"]) == ["one", "three"]
