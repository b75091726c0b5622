"""Findings about keys and the level `signed`."""

from gitcp.core.checks.keys import keys
from gitcp.model.base import Record
from gitcp.model.company import Assurance, Company, TrustSettings
from gitcp.model.problem import Severity
from tests.core.test_keys import KEY, OPENPGP
from tests.helpers import a_company, a_person, snapshot_of


def found(*records: Record) -> list[tuple[str, str, str]]:
    return [(each.id, each.where, each.message) for each in keys(snapshot_of(*records))]


def a_signed_company(*machines: str) -> Company:
    return a_company(trust=TrustSettings(assurance=Assurance.SIGNED, scheduler_keys=machines))


def test_a_company_without_keys_lacks_nothing() -> None:
    assert found() == []
    assert found(a_person("clara", keys=(KEY, OPENPGP))) == []


def test_a_key_is_one_actors_alone() -> None:
    shared = found(a_person("clara", keys=(KEY,)), a_person("oscar", keys=(KEY,)))
    machine = found(a_company(trust=TrustSettings(scheduler_keys=(KEY,))), a_person("clara", keys=(KEY,)))

    assert [(record, where) for record, where, _ in shared] == [("oscar", "keys")]
    assert "is clara's already: a key is one actor's alone" in shared[0][2]
    assert "is scheduler's already" in machine[0][2]


def test_a_key_that_cannot_be_read_is_told() -> None:
    ((record, where, message),) = found(a_person("clara", keys=("ssh-dss AAAAB3NzaC1kc3M=",)))
    ((other, place, _),) = found(a_company(trust=TrustSettings(scheduler_keys=("ssh-rsa AAAA",))))

    assert (record, where) == ("clara", "keys")
    assert "found ssh-dss AAAAB3NzaC1kc3M=" in message
    assert (other, place) == ("gitcp", "trust.scheduler_keys")


def test_the_level_signed_needs_a_key_of_the_scheduler_and_one_of_a_person() -> None:
    lacking = found(a_signed_company(), a_person("clara"))

    assert [(where, message.rpartition("found none: ")[2]) for _, where, message in lacking] == [
        ("trust.scheduler_keys", "no tick can write"),
        ("trust.assurance", "nobody could change anything"),
    ]


def test_at_the_level_signed_a_person_without_key_is_warned_of() -> None:
    machine = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJfkPgSGXiXu2gxpvW5ReC2t29TuM3ORKHZkzzIrjSS8"
    known = snapshot_of(a_signed_company(machine), a_person("clara", keys=(KEY,)), a_person("oscar"))

    (finding,) = keys(known)

    assert (finding.id, finding.severity) == ("oscar", Severity.WARNING)
    assert finding.hint == "gitcp key add oscar FILE.pub"
