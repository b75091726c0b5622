from gitcp.model.change import RecordChange
from gitcp.model.members import Member
from tests.core.changing import a_change, by_hand, told
from tests.helpers import a_person, an_agent, snapshot_of


def commit(*pairs: tuple[Member | None, Member | None]) -> list[RecordChange]:
    """Change members of a company in which riley and ada report to clara."""
    known = snapshot_of(
        a_person(), an_agent("riley", reports_to="clara"), an_agent("ada", reports_to="clara")
    )
    return [a_change(before, after, known) for before, after in pairs]


def reporting(name: str, to: str | None) -> tuple[Member, Member]:
    return an_agent(name, reports_to="clara"), an_agent(name, reports_to=to)


def test_somebody_reports_to_who_is_there() -> None:
    assert told(*commit(reporting("riley", "nobody"))) == [
        "reports_to: expected a member, found nobody, which does not exist"
    ]
    assert told(*commit((None, an_agent("bo", reports_to="nobody")))) != []
    assert by_hand(*commit((None, an_agent("bo", reports_to="cy")), (None, an_agent("cy")))) == []
    assert by_hand(*commit(reporting("riley", None))) == []


def test_nobody_reports_to_itself_however_long_the_way() -> None:
    own = commit(reporting("riley", "riley"))
    pair = commit(reporting("riley", "ada"), reporting("ada", "riley"))
    cycle = "reports_to: expected no cycle, found a way from {} back to itself"

    assert told(*own) == [cycle.format("riley")]
    assert told(*pair) == [cycle.format("riley"), cycle.format("ada")]
    assert by_hand(*commit(reporting("riley", "ada"))) == []


def test_a_cycle_among_others_is_not_the_fault_of_who_joins_them() -> None:
    known = snapshot_of(an_agent("bo", reports_to="cy"), an_agent("cy", reports_to="bo"))

    assert by_hand(a_change(None, an_agent("dee", reports_to="bo"), known)) == []


def test_nobody_goes_who_has_reports() -> None:
    (problem,) = by_hand(*commit((a_person(), None)))

    assert problem.message == "expected it to stay while others report to it: ada, riley"
    assert problem.hint == "first: gitcp agent edit ada --reports-to MEMBER"
    assert by_hand(*commit((a_person(), None), reporting("riley", None), reporting("ada", None))) == []
    assert by_hand(*commit((an_agent("ada", reports_to="clara"), None))) == []


def test_a_terminated_agent_is_not_employed_again() -> None:
    gone = an_agent(status="terminated")

    assert [p.where for p in by_hand(a_change(gone, an_agent()))] == ["status"]
    assert by_hand(a_change(gone, gone.evolve(title="Scout"))) == []
