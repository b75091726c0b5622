"""Which level of assurance a repository really has."""

from pathlib import Path

import pytest

from gitcp.control.assurance import look
from gitcp.control.finding import Finding, State
from gitcp.core.operations.create_task import CreateTask
from gitcp.store.signatures import signer_of
from tests.store.keys import Key, new_key
from tests.store.repositories import git
from tests.stories.company import Company, a_company, commit_all


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return a_company(tmp_path / "company")


@pytest.fixture
def alex(company: Company, tmp_path: Path) -> Key:
    """The owner's key, with which git signs, in the org chart."""
    key = new_key(tmp_path, name="alex")
    for name, value in (
        ("gpg.format", "ssh"),
        ("user.signingkey", str(key.path)),
        ("commit.gpgsign", "true"),
    ):
        git(company.control, "config", name, value)
    record = company.control / "org/alex.yaml"
    record.write_text(f"{record.read_text().rstrip()}\nkeys: [{key.public}]\n")
    commit_all(company.control, "add a key")
    return key


@pytest.fixture
def machine(company: Company, tmp_path: Path) -> Key:
    """The scheduler's key on this machine."""
    key = new_key(tmp_path, name="scheduler")
    git(company.control, "config", "gitcp.signingKey", str(key.path))
    return key


def wants(company: Company, level: str, *machines: Key) -> None:
    keys = "".join(f"\n    - {key.public}" for key in machines)
    file = company.control / "gitcp.yaml"
    named = f"  scheduler_keys:{keys}\n" if keys else ""
    file.write_text(f"{file.read_text()}trust:\n  assurance: {level}\n{named}")
    commit_all(company.control, f"want {level}")


def found(company: Company) -> dict[str, Finding]:
    with company.plane() as plane:
        return {finding.about: finding for finding in look(plane)}


def test_a_company_at_the_level_local_reads_what_that_promises_and_what_lacks(company: Company) -> None:
    told = found(company)

    assert {finding.state for finding in told.values()} == {State.OK}
    assert told["assurance"].message.startswith("local: who acts is who a commit says it is")
    assert told["assurance next"].message == (
        "signed lacks a key of the scheduler here (gitcp key new), the scheduler's key in gitcp.yaml (gitcp key show),"
        " a key of alex (gitcp key add alex FILE.pub): see docs/identity.md"
    )


def test_a_company_with_all_keys_lacks_only_the_level(company: Company, alex: Key, machine: Key) -> None:
    wants(company, "local", machine)
    told = found(company)

    assert told["assurance next"].message.startswith("signed lacks nothing but trust.assurance: signed")
    assert told["scheduler's key"].state is State.OK
    assert told["your signature"].message == "git signs here as alex"


def test_a_company_that_is_signed_has_all_of_it(company: Company, alex: Key, machine: Key) -> None:
    wants(company, "signed", machine)
    company.does(CreateTask(project="CI", title="Write it"))
    told = found(company)

    assert told["assurance"].message == "signed: who acts is who signed; nobody else is believed"
    assert {told[about].state for about in ("scheduler's key", "your signature")} == {State.OK}
    assert told["signatures"].state is State.WARNING  # the first commit is older than the level
    assert "1 of the last 4 commits are signed by no key that counts now" in told["signatures"].message


def test_to_look_leaves_nothing_in_the_repository(company: Company, alex: Key) -> None:
    objects = git(company.control, "count-objects", "-v")
    with company.plane() as plane:
        raw = plane.store.signing.scratch("Alex", "alex@example.com")

    assert signer_of(raw) == alex.public
    assert git(company.control, "count-objects", "-v") == objects


def test_a_scheduler_without_key_is_an_error_with_a_remedy(company: Company, alex: Key, machine: Key) -> None:
    wants(company, "signed", machine)
    git(company.control, "config", "--unset", "gitcp.signingKey")
    finding = found(company)["scheduler's key"]

    assert (finding.state, finding.remedy) == (State.ERROR, "make one: gitcp key new")


def test_a_key_that_others_may_read_is_an_error(company: Company, machine: Key) -> None:
    machine.path.chmod(0o644)
    finding = found(company)["scheduler's key"]

    assert finding.state is State.ERROR
    assert "expected a key for its owner alone, found mode 644" in finding.message


def test_a_key_that_is_not_named_yet_is_a_warning_below_the_level(company: Company, machine: Key) -> None:
    finding = found(company)["scheduler's key"]

    assert finding.state is State.WARNING
    assert "gitcp.yaml does not name it yet" in finding.message


def test_git_that_cannot_sign_is_an_error(company: Company, alex: Key, machine: Key) -> None:
    wants(company, "signed", machine)
    alex.path.unlink()
    finding = found(company)["your signature"]

    assert finding.state is State.ERROR
    assert "git could not sign the commit" in finding.message


def test_git_that_signs_by_a_strange_key_is_an_error(company: Company, alex: Key, tmp_path: Path) -> None:
    git(company.control, "config", "user.signingkey", str(new_key(tmp_path, name="strange").path))
    finding = found(company)["your signature"]

    assert finding.state is State.ERROR
    assert finding.message == "git signs here, by a key that no person of the org chart has"


def test_an_openpgp_key_without_certificate_is_an_error(company: Company, alex: Key) -> None:
    fingerprint = "37248B50F92A9322C6AFC0F69DEFDF71E5542075"
    record = company.control / "org/alex.yaml"
    record.write_text(record.read_text().replace("keys: [", f"keys: [{fingerprint}, "))
    commit_all(company.control, "add an OpenPGP key")
    wants(company, "signed")
    finding = found(company)["key of alex"]

    assert finding.state is State.ERROR
    assert f"keys/{fingerprint}.asc: expected its certificate, found none" in finding.message
    assert finding.remedy == f"gpg --armor --export {fingerprint} > keys/{fingerprint}.asc, and commit it"


def test_no_forge_protects_a_company_without_remote(company: Company) -> None:
    wants(company, "forge-protected")
    finding = found(company)["branch protection"]

    assert finding.state is State.ERROR
    assert "expected a remote whose forge protects the branch, found none" in finding.message


def test_what_came_past_a_pull_request_shows_that_a_branch_is_not_protected(
    company: Company, tmp_path: Path
) -> None:
    wants(company, "forge-protected")
    git(tmp_path, "clone", "-q", "--bare", str(company.control), str(tmp_path / "remote.git"))
    git(company.control, "remote", "add", "origin", str(tmp_path / "remote.git"))
    git(company.control, "fetch", "-q", "origin")
    with company.plane() as plane:
        plane.store.fetch()
        findings = [each for each in look(plane) if each.about == "branch protection"]
    head = git(company.control, "rev-parse", "HEAD")[:12]

    assert [each.state for each in findings] == [State.WARNING, State.WARNING]
    assert findings[0].message == f"1 of the last 50 commits came past a pull request, the last one {head}"
    assert "cannot be seen from here" in findings[1].message
