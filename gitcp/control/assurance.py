"""Which level of assurance a repository really has, as far as this machine can see, and what the next one lacks."""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from gitcp.control.finding import Finding, State
from gitcp.control.plane import Plane
from gitcp.core.identity import PROMISES, assurance_of, keys_that_count, owner_of
from gitcp.core.keys import OPENPGP, named_keys
from gitcp.errors import GitcpError
from gitcp.model.actors import SCHEDULER_EMAIL
from gitcp.model.company import Assurance
from gitcp.model.history import Entry
from gitcp.model.snapshot import Snapshot, persons
from gitcp.store import openpgp
from gitcp.store.signatures import signer_of
from gitcp.store.signers import path_of

RECENT: Final = 50
# Who commits where somebody presses a forge's button.
_FORGES: Final = frozenset({"noreply@github.com", "noreply@gitlab.com", "noreply@codeberg.org"})


def look(plane: Plane) -> Iterator[Finding]:
    """Yield the level that the company wants, whether it has it, and what lacks."""
    known = plane.snapshot()
    level = assurance_of(known)
    yield Finding("assurance", State.OK, f"{level.value}: {PROMISES[level]}")
    if level is Assurance.FORGE_PROTECTED:
        yield from _protected(plane)
    if level is Assurance.SIGNED:
        yield from (*_of_scheduler(plane), *_of_person(plane), *_certificates(plane), *_recent(plane))
        return
    if plane.store.signing.key_file is not None:
        yield from _of_scheduler(plane)
    if plane.store.signing.signs_commits:
        yield from _of_person(plane)
    lacking = ", ".join(_lacking(plane, known)) or "nothing but trust.assurance: signed in gitcp.yaml"
    yield Finding("assurance next", State.OK, f"signed lacks {lacking}: see docs/identity.md")


def _lacking(plane: Plane, known: Snapshot) -> Iterator[str]:
    if plane.store.signing.key_file is None:
        yield "a key of the scheduler here (gitcp key new)"
    if known.company is None or not known.company.trust.scheduler_keys:
        yield "the scheduler's key in gitcp.yaml (gitcp key show)"
    for person in persons(known):
        if not person.keys:
            yield f"a key of {person.id} (gitcp key add {person.id} FILE.pub)"


def _protected(plane: Plane) -> Iterator[Finding]:
    if not plane.store.has_remote:
        message = "expected a remote whose forge protects the branch, found none"
        yield Finding(
            "branch protection", State.ERROR, message, "set trust.assurance to local, or add the remote"
        )
        return
    past = [entry for entry in _entries(plane) if _is_past_the_forge(entry)]
    if past:
        message = f"{len(past)} of the last {RECENT} commits came past a pull request, the last one {past[0].revision[:12]}"
        yield Finding("branch protection", State.WARNING, message, "protect the branch: see docs/identity.md")
    message = f"whether the forge refuses a push to {plane.store.branch} cannot be seen from here"
    remedy = "try it as a person who may not: git push must be refused"
    yield Finding("branch protection", State.WARNING, message, remedy)


def _is_past_the_forge(entry: Entry) -> bool:
    by_machine = entry.committer_email == SCHEDULER_EMAIL or entry.committer_email in _FORGES
    return bool(entry.parents) and len(entry.parents) == 1 and not by_machine


def _of_scheduler(plane: Plane) -> Iterator[Finding]:
    signing, about = plane.store.signing, "scheduler's key"
    try:
        key = signing.scheduler_key()
        signing.expect_scheduler_key(plane.snapshot())
    except GitcpError as error:
        yield Finding(about, State.ERROR, error.message, error.hint)
        return
    company = plane.snapshot().company
    if key is None or company is None or key.public not in company.trust.scheduler_keys:
        message = f"{signing.key_file}: gitcp.yaml does not name it yet"
        yield Finding(about, State.WARNING, message, "let a person add the line that `gitcp key show` prints")
    else:
        yield Finding(about, State.OK, f"{signing.key_file}, named by gitcp.yaml")


def _of_person(plane: Plane) -> Iterator[Finding]:
    about, known = "your signature", plane.snapshot()
    name, email = plane.store.config("user.name"), plane.store.config("user.email")
    if not email:
        yield Finding(about, State.OK, "git has no identity here: nobody commits by hand")
        return
    try:
        raw = plane.store.signing.scratch(name or email, email)
        signer = signer_of(raw, lambda: list(_held(plane).values()))
    except GitcpError as error:
        yield Finding(about, State.ERROR, error.message, error.hint)
        return
    owner = owner_of(persons(known), signer)
    if owner is None:
        message = "git signs here, by a key that no person of the org chart has"
        yield Finding(about, State.ERROR, message, "add it: gitcp key add PERSON KEY")
    else:
        yield Finding(about, State.OK, f"git signs here as {owner.id}")


def _certificates(plane: Plane) -> Iterator[Finding]:
    held = _held(plane)
    for named in named_keys(plane.snapshot()):
        if named.kind != OPENPGP:
            continue
        about, path = f"key of {named.owner}", path_of(named.key)
        try:
            found = openpgp.fingerprint_of(held.get(named.key, b""))
        except GitcpError as error:
            yield Finding(about, State.ERROR, error.message, error.hint)
            continue
        if found == named.key:
            yield Finding(about, State.OK, f"{path}: its certificate")
        else:
            remedy = f"gpg --armor --export {named.key} > {path}, and commit it"
            yield Finding(about, State.ERROR, f"{path}: expected its certificate, found none", remedy)


def _held(plane: Plane) -> dict[str, bytes]:
    keys = [named.key for named in named_keys(plane.snapshot()) if named.kind == OPENPGP]
    return {key: data for key in keys if (data := plane.store.read_file(path_of(key))) is not None}


def _recent(plane: Plane) -> Iterator[Finding]:
    keys = keys_that_count(plane.snapshot(), ()) or frozenset()
    entries = list(_entries(plane))
    unsigned = [entry for entry in entries if plane.store.signers.of(entry.revision, keys) not in keys]
    if unsigned:
        message = f"{len(unsigned)} of the last {len(entries)} commits are signed by no key that counts now, the last one {unsigned[0].revision[:12]}"
        remedy = (
            "what is older than the level, or than a change of keys, is as it was; for the rest: gitcp check"
        )
        yield Finding("signatures", State.WARNING, message, remedy)
    else:
        yield Finding(
            "signatures", State.OK, f"the last {len(entries)} commits are signed by keys that count"
        )


def _entries(plane: Plane) -> Iterator[Entry]:
    return islice(plane.store.history().entries(), RECENT)
