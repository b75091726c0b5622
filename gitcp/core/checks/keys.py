"""Keys that do not tell one actor from another, and a level of assurance that nobody could live by."""

from collections.abc import Iterator

from gitcp.core.checks.finding import Finding
from gitcp.core.identity import SIGNED, assurance_of
from gitcp.core.keys import KINDS, NamedKey, is_usable, named_keys
from gitcp.model.company import Company
from gitcp.model.operation import SCHEDULER
from gitcp.model.problem import Severity
from gitcp.model.snapshot import Snapshot, persons


def keys(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield keys that are nobody's alone or cannot be read, and what the level `signed` lacks."""
    owners: dict[str, str] = {}
    for named in named_keys(snapshot):
        other = owners.setdefault(named.key, named.owner)
        if other != named.owner:
            yield _finding(
                snapshot, named, f"{named.fingerprint} is {other}'s already: a key is one actor's alone"
            )
        if not is_usable(named.key):
            yield _finding(snapshot, named, f"expected a key of {', '.join(KINDS)}, found {named.key[:60]}")
    if assurance_of(snapshot) is SIGNED:
        yield from _lacking(snapshot)


def _finding(snapshot: Snapshot, named: NamedKey, message: str) -> Finding:
    if named.owner == SCHEDULER and snapshot.company is not None:
        return Finding(Company.kind, snapshot.company.id, "trust.scheduler_keys", message)
    return Finding("person", named.owner, "keys", message, "gitcp key shows whose keys count")


def _lacking(snapshot: Snapshot) -> Iterator[Finding]:
    company = snapshot.company
    people = persons(snapshot)
    if company is not None and not company.trust.scheduler_keys:
        message = "expected a key of the scheduler at the level `signed`, found none: no tick can write"
        yield Finding(Company.kind, company.id, "trust.scheduler_keys", message, "make one: gitcp key new")
    if company is not None and not any(person.keys for person in people):
        message = (
            "expected a person with a key at the level `signed`, found none: nobody could change anything"
        )
        yield Finding(Company.kind, company.id, "trust.assurance", message, "gitcp key add PERSON FILE.pub")
        return
    for person in people:
        if not person.keys:
            message = "expected a key at the level `signed`, found none: no commit can be theirs"
            hint = f"gitcp key add {person.id} FILE.pub"
            yield Finding("person", person.id, "keys", message, hint, Severity.WARNING)
