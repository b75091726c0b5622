"""Who made a commit, at each level."""

from typing import Any

import pytest

from gitcp.core.admission import judge
from gitcp.core.identity import Who, assurance_of, keys_that_count, who_made
from gitcp.model.actors import SCHEDULER_EMAIL
from gitcp.model.base import Record
from gitcp.model.change import RecordChange
from gitcp.model.company import Assurance, TrustSettings
from gitcp.model.history import Entry
from gitcp.model.memory import Records
from gitcp.model.operation import ActorKind
from tests.helpers import NOW, a_company, a_person, an_agent, snapshot_of

CLARAS, OSCARS, MACHINES = (f"ssh-ed25519 {letter * 68}" for letter in "ABC")
UNSIGNED = "expected a commit that is signed, found no signature that holds"
FOREIGN = "it is signed by a key that no person of the org chart has"
FORGED = "expected the signature of a scheduler of this company, found none that holds"


def at_level(level: str, *records: Record) -> Records:
    trust = TrustSettings(assurance=Assurance(level), scheduler_keys=(MACHINES,))
    clara = a_person("clara", keys=(CLARAS,), roles=("owner",))
    return snapshot_of(a_company(trust=trust), clara, a_person("oscar", keys=(OSCARS,)), *records)


def by(email: str, **fields: Any) -> Entry:
    values: dict[str, Any] = {"revision": "1" * 40, "at": NOW, "author": "Somebody", "committer": "Somebody"}
    return Entry(**values | {"author_email": email, "committer_email": email, "subject": "change"} | fields)


def by_scheduler(actor: str | None, **fields: Any) -> Entry:
    trailers = {} if actor is None else {"Gitcp-Actor": actor}
    return by(SCHEDULER_EMAIL, trailers=trailers, **fields)


@pytest.mark.parametrize("level", ["local", "forge-protected"])
def test_below_the_level_signed_the_author_is_who_made_a_commit(level: str) -> None:
    known = at_level(level)

    assert who_made(known, by("Clara@Example.org")) == Who(ActorKind.PERSON, "clara", ("owner",))
    assert who_made(known, by("clara@example.org", signer=OSCARS)).id == "clara"
    assert who_made(known, by("eve@example.org")) == Who(None, "Somebody <eve@example.org>")


def test_at_the_level_signed_the_key_is_who_made_a_commit() -> None:
    known = at_level("signed")

    assert who_made(known, by("eve@example.org", signer=OSCARS)) == Who(ActorKind.PERSON, "oscar")
    assert who_made(known, by("clara@example.org", signer=OSCARS)).id == "oscar"


@pytest.mark.parametrize(
    ("signer", "doubt"), [(None, UNSIGNED), ("ssh-ed25519 EEEE", FOREIGN), (MACHINES, FOREIGN)]
)
def test_at_the_level_signed_nobody_is_believed_without_a_key(signer: str | None, doubt: str) -> None:
    who = who_made(at_level("signed"), by("clara@example.org", signer=signer))

    assert (who.kind, who.doubt) == (None, doubt)
    assert who.names == frozenset()


@pytest.mark.parametrize("level", list(Assurance))
def test_who_acts_through_the_scheduler_is_said_by_its_trailer(level: str) -> None:
    known = at_level(level, an_agent("riley"))

    def kind(actor: str | None) -> tuple[ActorKind | None, str, str | None]:
        who = who_made(known, by_scheduler(actor, signer=MACHINES))
        return who.kind, who.id, who.doubt

    assert kind(None) == kind("scheduler") == (ActorKind.SCHEDULER, "scheduler", None)
    assert kind("riley") == (ActorKind.AGENT, "riley", None)
    assert kind("clara") == (ActorKind.PERSON, "clara", None)


def test_a_name_that_nobody_has_is_not_the_schedulers() -> None:
    who = who_made(at_level("local"), by_scheduler("nobody"))

    assert (who.kind, who.id) == (None, "nobody")


@pytest.mark.parametrize("signer", [None, CLARAS])
def test_at_the_level_signed_only_a_key_of_the_company_is_the_schedulers(signer: str | None) -> None:
    for actor in (None, "riley", "clara"):
        assert who_made(at_level("signed"), by_scheduler(actor, signer=signer)).doubt == FORGED
    assert who_made(at_level("local"), by_scheduler(None, signer=signer)).doubt is None


def test_without_a_company_the_level_is_local() -> None:
    known = Records.of([a_person("clara")])

    assert assurance_of(known) is Assurance.LOCAL
    assert who_made(known, by("clara@example.org")).id == "clara"


@pytest.mark.parametrize("level", ["local", "forge-protected"])
def test_nobody_looks_for_signatures_below_the_level_signed(level: str) -> None:
    assert keys_that_count(at_level(level), []) is None


def test_at_the_level_signed_the_keys_of_persons_and_schedulers_count() -> None:
    assert keys_that_count(at_level("signed"), []) == frozenset({CLARAS, OSCARS, MACHINES})


def test_keys_that_a_commit_brings_along_are_looked_for_too() -> None:
    known = at_level("local")
    trust = TrustSettings(assurance=Assurance.SIGNED)
    new = a_person("eve", keys=("F" * 40,))
    changes = [
        RecordChange("gitcp.yaml", "company", "gitcp", known.company, a_company(trust=trust), known),
        RecordChange("org/eve.yaml", "member", "eve", None, new, known),
    ]

    assert keys_that_count(known, changes) == frozenset({CLARAS, OSCARS, MACHINES, "F" * 40})


def test_what_nobody_signed_is_refused_with_a_way_to_make_it_count() -> None:
    known = at_level("signed")
    change = RecordChange("org/bea.yaml", "person", "bea", None, a_person("bea"), known)

    (problem,) = judge(by("clara@example.org"), [change])

    assert (problem.path, problem.message) == ("org/bea.yaml", UNSIGNED)
    assert problem.hint == "take it back, and commit it again with git commit -S: see docs/identity.md"
