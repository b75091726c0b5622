"""A forge that is like GitHub where workflows notice it: one repository, its events, its secrets, its runs. Time is the forge's own."""

import itertools
import os
import subprocess
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from croniter import croniter

from tests.github.fake import FakeGitHub, Holder
from tests.servers.sshd import SshServer
from tests.workflows.runner.claims import HOME, Claims, Groups, Tokens
from tests.workflows.runner.events import Event, starts
from tests.workflows.runner.language import Language, RefusedError
from tests.workflows.runner.machine import Masks
from tests.workflows.runner.reading import Workflow, read_workflow
from tests.workflows.runner.server import ForgeServer
from tests.workflows.runner.stand_ins.caches import Caches
from tests.workflows.runner.workflow_run import WorkflowRun

BOT: Final = "github-actions[bot]"
KEY: Final = "deploy-key"
_HOOKS: Final = Path(__file__).with_name("hooks")
_MOST_RUNS: Final = 200
_PAUSE: Final = 0.01
_SKIPS: Final = ("[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "[actions skip]")


@dataclass
class Forge:
    """One repository at a forge. `shift` is how far its clock is ahead of the machine's."""

    folder: Path
    repository: Path
    language: Language
    environment: Mapping[str, str]
    caches: Caches
    hub: FakeGitHub
    name: str = HOME
    branch: str = "main"
    ssh: SshServer | None = None
    shift: timedelta = timedelta(0)
    secrets: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    has_pages: bool = True
    pages_origin: str = "https://acme.github.io"
    app_id: str = "1234"
    app_key: str = "-----BEGIN RSA PRIVATE KEY-----\nof the test\n-----END RSA PRIVATE KEY-----"
    app_permissions: Mapping[str, str] = field(
        default_factory=lambda: {"contents": "write", "metadata": "read"}
    )
    events: deque[Event] = field(default_factory=deque)
    runs: list[WorkflowRun] = field(default_factory=list)
    masks: Masks = field(default_factory=Masks)
    groups: Groups = field(default_factory=Groups)
    tokens: Tokens = field(default_factory=Tokens)
    deployed: int = 0
    told: list[str] = field(default_factory=list)
    machines: int = 2
    losses: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.slots = threading.Semaphore(self.machines)
        self._read: dict[tuple[str, str], Workflow] = {}
        for name in ("pre-receive", "post-receive"):
            hook = self.repository / "hooks" / name
            hook.parent.mkdir(exist_ok=True)
            hook.write_bytes((_HOOKS / name).read_bytes())
            hook.chmod(0o755)
        self._numbers = itertools.count(1001)
        self._pushes = self.repository / "pushes"
        self._seen = 0
        self.hub.on_dispatch = lambda file, ref, inputs: self.dispatch(file, ref, inputs, BOT)
        self.hub.tokens.clear()
        self.server = ForgeServer(self.tokens.of)
        self.server.repositories[self.name] = self.repository

    def close(self) -> None:
        self.server.stop()

    # Addresses.

    @property
    def address(self) -> str:
        return self.server.address

    @property
    def url(self) -> str:
        return f"{self.address}/{self.name}"

    @property
    def ssh_url(self) -> str:
        assert self.ssh is not None
        return self.ssh.url(self.repository)

    def ssh_command(self, key: Path) -> str:
        assert self.ssh is not None
        known = self.ssh.folder / "known_hosts"
        return f"ssh -F /dev/null -i {key} -p {self.ssh.port} -o IdentitiesOnly=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile={known}"

    @property
    def site(self) -> Path:
        return self.folder / "site"

    def serve(self, name: str, repository: Path) -> str:
        """Serve one more repository, which anybody may read; return its address."""
        self.server.repositories[name] = repository
        self.server.public.add(name)
        return f"{self.address}/{name}"

    # Who may do what.

    def mint(
        self, user: str, permissions: Mapping[str, str], *, triggers: bool, repository: str = HOME
    ) -> str:
        return self.let_in(Claims(user, permissions, triggers, repository=repository))

    def let_in(self, claims: Claims) -> str:
        """Give somebody a token, for git and for the API."""
        token = self.tokens.mint(claims)
        rights = frozenset(f"{name}: {level}" for name, level in claims.permissions.items())
        self.hub.tokens[token] = Holder(claims.user, rights)
        return token

    def revoke(self, token: str) -> None:
        self.tokens.revoke(token)
        self.hub.tokens.pop(token, None)

    def protect(self, *users: str) -> None:
        """Let nobody but these push to the branch."""
        (self.repository / "protected").write_text(
            f"refs/heads/{self.branch}\n" + "".join(f"{user}\n" for user in users)
        )

    def set_secret(self, name: str, value: str) -> None:
        self.secrets[name] = value
        self.masks.add(value)

    def loses(self, job: str, step: str) -> bool:
        """Whether the machine of a job is lost as it begins a step: `losses` are ends of jobs' names with beginnings of steps' names, each for once."""
        for loss in self.losses:
            if job.endswith(loss[0]) and step.startswith(loss[1]):
                self.losses.remove(loss)
                return True
        return False

    def variables_of_programs(self) -> dict[str, str]:
        """Return what every program of a job is given, beside what GitHub gives."""
        return {**self.environment, "FORGE_SHIFT": str(self.shift.total_seconds())}

    # Time.

    @property
    def now(self) -> datetime:
        return datetime.now(UTC) + self.shift

    def be(self, at: datetime) -> None:
        """Set the forge's clock, and that of every machine that it starts from now on."""
        self.shift = at - datetime.now(UTC)

    def next_fire(self, file: str, after: datetime) -> datetime:
        """Return when the schedule of a workflow fires next."""
        workflow = self.workflow(file, self.tip())
        return min(croniter(cron, after).get_next(datetime) for cron in workflow.crons)

    def fire(self, file: str, at: datetime | None = None) -> None:
        """Let the schedule of a workflow fire: at its next time, or, as GitHub is at times, later."""
        if at is not None:
            self.be(at)
        workflow = self.workflow(file, self.tip())
        event = Event(
            "schedule", self._ref, self.tip(), self._owner, {"schedule": workflow.crons[0]}, workflow.path
        )
        self.events.append(event)

    # What happens.

    def dispatch(self, file: str, ref: str, inputs: Mapping[str, Any], user: str | None = None) -> None:
        """Start a workflow by hand or by a program."""
        branch = ref.removeprefix("refs/heads/")
        path = f".github/workflows/{file}"
        sha = self.git("rev-parse", "--verify", "--quiet", f"refs/heads/{branch}")
        if "workflow_dispatch" not in self.workflow(file, sha).on:
            raise RefusedError(f"{path}: cannot be started by hand")
        event = Event(
            "workflow_dispatch",
            f"refs/heads/{branch}",
            sha,
            user or self._owner,
            {"inputs": dict(inputs)},
            path,
        )
        self.events.append(event)

    def propose(self, head: str, *, fork: bool = False) -> int:
        """Open a pull request of a commit that is in the repository, or came to it from a fork; return its number."""
        number = self.hub.open_pull(head=head, base=self.tip())
        self._proposed(number, head, "opened", fork=fork)
        return number

    def propose_anew(self, number: int, head: str, *, fork: bool = False) -> None:
        """Bring a pull request to another commit."""
        self.hub.pulls[number]["head"]["sha"] = head
        self._proposed(number, head, "synchronize", fork=fork)

    def _proposed(self, number: int, head: str, action: str, *, fork: bool) -> None:
        self.git("update-ref", f"refs/pull/{number}/head", head)
        base = {"ref": self.branch, "sha": self.tip(), "repo": {"full_name": self.name}}
        source = "mallory/control" if fork else self.name
        there = {"ref": "change", "sha": head, "repo": {"full_name": source, "fork": fork}}
        user = "mallory" if fork else "alex"
        pull = {"number": number, "base": base, "head": there, "user": {"login": user}, "title": "a change"}
        payload = {"action": action, "number": number, "pull_request": pull}
        self.events.append(Event("pull_request_target", self._ref, self.tip(), user, payload))

    def collect(self) -> None:
        """Make events of the pushes that came in since."""
        lines = self._pushes.read_text().splitlines() if self._pushes.exists() else []
        for line in lines[self._seen :]:
            user, old, new, ref = line.split("\t")
            self.told.append(f"{user} pushed {ref}")
            if user != BOT and ref.startswith("refs/heads/") and set(new) != {"0"}:
                self.events.append(self._push(user, old, new, ref))
        self._seen = len(lines)

    def work(self, *, one_by_one: bool = False) -> list[WorkflowRun]:
        """Carry out what events start, and what that starts, until nothing is left; return the runs.

        As at GitHub, they go on at the same time; `one_by_one` is for a transcript.
        """
        begun: list[WorkflowRun] = []
        while True:
            goes_on = any(run.goes_on for run in begun)
            self.collect()
            if not self.events and not goes_on:
                break
            for run in self._runs_of(self.events.popleft()) if self.events else ():
                run.start()
                begun.append(run)
                if one_by_one:
                    run.join()
            if len(begun) > _MOST_RUNS:
                raise RefusedError("events begot events without end")
            time.sleep(_PAUSE)
        for run in begun:
            run.join()
        return begun

    def rerun(self, run: WorkflowRun, *, failed_only: bool) -> None:
        """Run a workflow's run again, as its page offers: all jobs, or those that failed and what needs them."""
        run.again(failed_only=failed_only)
        run.start()
        run.join()
        self.collect()

    def _runs_of(self, event: Event) -> list[WorkflowRun]:
        head = event.payload.get("head_commit") or {}
        if event.name == "push" and any(sign in head.get("message", "") for sign in _SKIPS):
            return []
        found = [
            self.workflow(Path(path).name, event.sha)
            for path in self.files(event.sha)
            if path.startswith(".github/workflows/")
        ]
        made = [self._run_of(workflow, event) for workflow in found if starts(workflow, event)]
        self.runs += made
        return made

    def _run_of(self, workflow: Workflow, event: Event) -> WorkflowRun:
        number = next(self._numbers)
        folder = self.folder / "runs" / f"{number}-{Path(workflow.path).stem}"
        return WorkflowRun(self, workflow, event, folder, number)

    # The repository.

    def tip(self) -> str:
        return self.git("rev-parse", f"refs/heads/{self.branch}")

    def files(self, sha: str) -> list[str]:
        return self.git("ls-tree", "-r", "--name-only", sha).splitlines()

    def workflow(self, file: str, sha: str) -> Workflow:
        """Read a workflow as it is at a commit."""
        path = f".github/workflows/{file}"
        blob = self.git("rev-parse", f"{sha}:{path}")
        if (path, blob) not in self._read:
            self._read[path, blob] = read_workflow(self.language, path, self.git("cat-file", "blob", blob))
        return self._read[path, blob]

    def git(self, *arguments: str) -> str:
        done = subprocess.run(
            ["git", "-C", str(self.repository), *arguments], capture_output=True, text=True, check=False,
            env={"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"},
        )  # fmt: skip
        return done.stdout.rstrip("\n")

    @property
    def _ref(self) -> str:
        return f"refs/heads/{self.branch}"

    @property
    def _owner(self) -> str:
        return self.name.partition("/")[0]

    def _push(self, user: str, old: str, new: str, ref: str) -> Event:
        fields = self.git("show", "-s", "--format=%H%x00%an%x00%ae%x00%cn%x00%ce%x00%aI%x00%B", new).split(
            "\0", 6
        )
        head = {
            "id": fields[0],
            "author": {"name": fields[1], "email": fields[2]},
            "committer": {"name": fields[3], "email": fields[4]},
            "timestamp": fields[5],
            "message": fields[6].strip(),
        }
        changed = (
            self.git("diff", "--name-only", "--no-renames", old, new).splitlines()
            if set(old) != {"0"}
            else self.files(new)
        )
        payload = {
            "before": old,
            "after": new,
            "ref": ref,
            "head_commit": head,
            "forced": False,
            "deleted": False,
            "pusher": {"name": user},
        }
        return Event("push", ref, new, user, payload, changed=tuple(changed))
