"""A company at the level `signed`: who signs is who acts."""

import dataclasses
import shutil
from pathlib import Path

import pytest

from gitcp.api.client import CallbackClient
from gitcp.api.places import Address
from gitcp.control.receiving import receiving
from gitcp.control.tokens import Tokens
from gitcp.core.operations.create_task import CreateTask
from gitcp.core.operations.decide_approval import Answer, DecideApproval
from gitcp.core.operations.request_approval import RequestApproval
from gitcp.errors import GitcpError, NotAllowedError, RewrittenError
from gitcp.model.actors import SCHEDULER_EMAIL, SCHEDULER_NAME, as_agent
from gitcp.model.guards import Approval
from gitcp.model.members import Agent
from gitcp.model.operation import Actor
from gitcp.model.tasks import TaskStatus
from gitcp.store.signatures import signer_of
from tests.store.keys import Key, new_key, raw_commit, signed_by
from tests.store.repositories import git
from tests.stories.company import Company, a_company

ALEX = "kind: person\nname: Alex Example\nemails: [alex@example.com]\nroles: [owner]\nkeys:\n  - {key}\n"
SAM = "kind: person\nname: Sam Example\nemails: [sam@example.com]\n"


@dataclasses.dataclass
class Signed:
    """A company with the keys of its owner and of its scheduler."""

    company: Company
    alex: Key
    scheduler: Key

    @property
    def control(self) -> Path:
        return self.company.control

    def writes(self, path: str, text: str, *, key: Key | None, message: str = "by hand") -> None:
        (self.control / path).parent.mkdir(exist_ok=True)
        (self.control / path).write_text(text)
        git(self.control, "add", "--", path)
        options = ("-c", "commit.gpgsign=false") if key is None else signed_by(key)
        git(self.control, *options, "commit", "-q", "-m", message)

    def problems(self) -> list[str]:
        with self.company.plane() as plane:
            return [str(problem) for problem in plane.snapshot().problems()]


@pytest.fixture
def signed(tmp_path: Path) -> Signed:
    """A company that its owner brought to the level `signed`."""
    company = a_company(tmp_path / "company")
    found = Signed(company, new_key(tmp_path, name="alex"), new_key(tmp_path, name="scheduler"))
    git(company.control, "config", "gpg.format", "ssh")
    git(company.control, "config", "user.signingkey", str(found.alex.path))
    git(company.control, "config", "gitcp.signingKey", str(found.scheduler.path))
    found.writes("org/alex.yaml", ALEX.format(key=found.alex.public), key=found.alex)
    found.writes("gitcp.yaml", _at_signed(found), key=found.alex)
    assert found.problems() == []
    return found


def test_all_that_gitcp_commits_is_signed_by_who_acts(signed: Signed) -> None:
    signed.company.does(CreateTask(project="CI", title="Write it", assignee="riley"))
    by_person = raw_commit(signed.control)
    signed.company.tick()

    assert signed.company.task("CI-0001").status is TaskStatus.DONE
    assert signer_of(by_person) == signed.alex.public
    later = git(signed.control, "rev-list", "--grep=Gitcp-Op", "HEAD").split()[:-1]
    assert len(later) == 2  # the claim and the finish
    assert {signer_of(raw_commit(signed.control, each)) for each in later} == {signed.scheduler.public}
    assert signed.problems() == []


def test_a_key_that_the_environment_names_signs_in_the_runner_as_well(
    signed: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(signed.control, "config", "--unset", "gitcp.signingKey")
    monkeypatch.setenv("GITCP_SIGNING_KEY_FILE", str(signed.scheduler.path))
    signed.company.does(CreateTask(project="CI", title="Write it", assignee="riley"))
    signed.company.tick()

    assert signed.company.task("CI-0001").status is TaskStatus.DONE
    assert signer_of(raw_commit(signed.control)) == signed.scheduler.public


def test_what_is_not_signed_by_a_person_is_inert(signed: Signed, tmp_path: Path) -> None:
    stranger = new_key(tmp_path, name="stranger")
    riley = (signed.control / "org/riley.yaml").read_text()
    for key in (None, stranger, signed.scheduler):
        signed.writes("org/riley.yaml", riley + f"title: {key and key.path.name}\n", key=key)
        with signed.company.plane() as plane:
            found = plane.snapshot().get(Agent, "riley")

        assert found is not None
        assert found.title is None
        (problem,) = signed.problems()
        assert "riley" in problem
        assert "sign" in problem


def test_a_person_without_a_key_of_the_company_is_refused_at_the_door(signed: Signed, tmp_path: Path) -> None:
    git(signed.control, "config", "user.signingkey", str(new_key(tmp_path, name="another").path))
    before = git(signed.control, "rev-parse", "HEAD")

    with pytest.raises(NotAllowedError, match="it is signed by a key that no person of the org chart has"):
        signed.company.does(CreateTask(project="CI", title="Write it"))
    assert git(signed.control, "rev-parse", "HEAD") == before


def test_a_tick_without_key_says_so_and_writes_nothing(signed: Signed) -> None:
    signed.company.does(CreateTask(project="CI", title="Write it", assignee="riley"))
    git(signed.control, "config", "--unset", "gitcp.signingKey")
    before = git(signed.control, "rev-parse", "HEAD")

    with pytest.raises(GitcpError, match="expected a key to sign them with") as caught:
        signed.company.tick()
    assert caught.value.hint == "make one: gitcp key new"
    assert git(signed.control, "rev-parse", "HEAD") == before
    assert signed.company.runs() == []


@pytest.mark.parametrize("key", ["none", "stranger", "alex"])
def test_who_says_to_be_the_scheduler_and_lacks_its_key_is_a_stranger(
    signed: Signed, tmp_path: Path, key: str
) -> None:
    keys = {"none": None, "stranger": new_key(tmp_path, name="stranger"), "alex": signed.alex}
    signed.company.does(CreateTask(project="CI", title="Write it", assignee="riley"))
    signed.company.tick()
    admitted = git(signed.control, "rev-parse", "HEAD").strip()
    task = signed.control / "tasks/CI/CI-0001.yaml"
    forged = f"finish run\n\nGitcp-Op: run.finish\nGitcp-Actor: scheduler\nGitcp-Admitted: {admitted[:16]}"

    with pytest.MonkeyPatch.context() as environment:
        for role in ("AUTHOR", "COMMITTER"):
            environment.setenv(f"GIT_{role}_NAME", SCHEDULER_NAME)
            environment.setenv(f"GIT_{role}_EMAIL", SCHEDULER_EMAIL)
        signed.writes(
            "tasks/CI/CI-0001.yaml", task.read_text() + "labels: [mine]\n", key=keys[key], message=forged
        )

    expected = (
        "tasks/CI/CI-0001.yaml: expected the signature of a scheduler of this company, found none that holds"
    )
    assert signed.problems() == [expected]
    shutil.rmtree(signed.control / ".git/gitcp")
    assert signed.problems() == [expected]


def test_the_level_is_not_brought_by_an_unsigned_commit(tmp_path: Path) -> None:
    company = a_company(tmp_path / "company")
    found = Signed(company, new_key(tmp_path, name="alex"), new_key(tmp_path, name="scheduler"))
    found.writes("org/alex.yaml", ALEX.format(key=found.alex.public), key=None)
    found.writes("gitcp.yaml", _at_signed(found), key=None)

    (problem,) = found.problems()
    company.does(CreateTask(project="CI", title="Still possible"))

    assert "to be signed by a key of a person" in problem


def test_a_key_that_was_taken_away_signs_nothing_more_and_spoils_nothing(
    signed: Signed, tmp_path: Path
) -> None:
    new = new_key(tmp_path, name="new")
    signed.writes("org/riley.yaml", _titled(signed, "first"), key=signed.alex)
    signed.writes("org/alex.yaml", ALEX.format(key=new.public), key=signed.alex)
    assert signed.problems() == []
    signed.writes("org/riley.yaml", _titled(signed, "second"), key=signed.alex)
    assert len(signed.problems()) == 1
    signed.writes("org/riley.yaml", _titled(signed, "third"), key=new)

    assert signed.problems() == []
    (signed.control / ".git/gitcp/cache.sqlite").unlink()
    assert signed.problems() == []


def test_who_lost_all_keys_founds_the_company_anew(signed: Signed, tmp_path: Path) -> None:
    new, control = new_key(tmp_path, name="new"), signed.control
    (control / "org/alex.yaml").write_text(ALEX.format(key=new.public))
    git(control, "checkout", "-q", "--orphan", "anew")
    git(control, "add", "org")
    git(control, *signed_by(new), "commit", "-q", "-m", "found the company anew")
    git(control, "branch", "-q", "-M", "anew", "main")
    git(control, "config", "user.signingkey", str(new.path))
    with signed.company.plane() as plane, pytest.raises(RewrittenError):
        plane.snapshot()

    signed.company.does(CreateTask(project="CI", title="Write it", assignee="riley"))
    signed.company.tick()

    assert signed.company.task("CI-0001").status is TaskStatus.DONE
    assert signer_of(raw_commit(control, "main~2")) == new.public


def test_by_a_token_a_person_acts_through_the_scheduler_and_decides_nothing(signed: Signed) -> None:
    company = signed.company
    with company.plane() as plane:
        token = Tokens(plane.state).new("alex", plane.clock.now(), days=1, name=None)[1]
        riley = plane.snapshot().get(Agent, "riley")
        assert riley is not None
        plane.apply(RequestApproval(title="May I?"), as_agent(riley, None))
    with company.plane() as plane, receiving(plane, Address(port=0), lambda _, __: {}) as url:
        client = CallbackClient(url, token)
        client.apply("task.create", {"project": "CI", "title": "From elsewhere"}, "ab12")
        created = raw_commit(signed.control)
        with pytest.raises(NotAllowedError, match="decision carries the decider's own signature"):
            client.apply("approval.decide", {"approval": "AP-1", "verdict": "approve"}, "ab13")

    assert signer_of(created) == signed.scheduler.public
    assert b"Gitcp-Actor: alex" in created
    company.does(DecideApproval(approval="AP-1", verdict=Answer.APPROVE))
    with company.plane() as plane:
        approval = plane.snapshot().get(Approval, "AP-1")
    assert approval is not None
    assert approval.status == "approved"
    assert signer_of(raw_commit(signed.control)) == signed.alex.public


def test_below_the_level_signed_a_token_decides(tmp_path: Path) -> None:
    company = a_company(tmp_path, files={"org/sam.yaml": SAM})
    with company.plane() as plane:
        token = Tokens(plane.state).new("alex", plane.clock.now(), days=1, name=None)[1]
        asked = RequestApproval(title="May I?", approvers=("alex",))
        plane.apply(asked, _sam(plane.person()))
    with company.plane() as plane, receiving(plane, Address(port=0), lambda _, __: {}) as url:
        CallbackClient(url, token).apply(
            "approval.decide", {"approval": "AP-1", "verdict": "approve"}, "ab13"
        )
        approval = plane.snapshot().get(Approval, "AP-1")

    assert approval is not None
    assert approval.status == "approved"


def _sam(actor: Actor) -> Actor:
    return dataclasses.replace(actor, id="sam", name="Sam Example", email="sam@example.com")


def _titled(signed: Signed, title: str) -> str:
    text = (signed.control / "org/riley.yaml").read_text().partition("title:")[0]
    return f"{text}title: {title}\n"


def _at_signed(signed: Signed) -> str:
    text = (signed.control / "gitcp.yaml").read_text()
    return f"{text}trust:\n  assurance: signed\n  scheduler_keys:\n    - {signed.scheduler.public}\n"
