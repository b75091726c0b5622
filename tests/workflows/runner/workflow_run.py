"""One run of a workflow: which jobs, in which order, each on a machine of its own; and what is run again."""

import itertools
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.workflows.runner.calls import inputs_of, secrets_of
from tests.workflows.runner.claims import lesser, permissions_of
from tests.workflows.runner.events import Event
from tests.workflows.runner.job_run import JobRun, Order, carried_out
from tests.workflows.runner.language import RefusedError
from tests.workflows.runner.parallel import together
from tests.workflows.runner.reading import Job, Workflow, expect_known
from tests.workflows.runner.scope import Scope, Status, is_expression

if TYPE_CHECKING:
    from tests.workflows.runner.forge import Forge

_LOCAL: Final = "./.github/workflows/"
_MOST_OF_A_MATRIX: Final = 256


@dataclass(frozen=True)
class Ended:
    """What others see of a job that is over."""

    result: str
    outputs: Mapping[str, str] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        return {"result": self.result, "outputs": dict(self.outputs)}


@dataclass(frozen=True)
class Frame:
    """What the jobs of one workflow file have around them: those of a called one stand below the job that calls."""

    workflow: Workflow
    permissions: Mapping[str, str] | None
    secrets: Mapping[str, str]
    inputs: Mapping[str, Any]
    prefix: str = ""


@dataclass
class WorkflowRun:
    """One run. `jobs` are those that were given a machine, also in earlier attempts, or skipped."""

    forge: "Forge"
    workflow: Workflow
    event: Event
    folder: Path
    id: int
    attempt: int = 1
    jobs: list[JobRun] = field(default_factory=list)
    artifacts: dict[str, Path] = field(default_factory=dict)
    cancel: threading.Event = field(default_factory=threading.Event)
    error: BaseException | None = None
    conclusion: str = "pending"

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True)
        self._kept: dict[str, Ended] = {}
        self._ended: dict[str, Ended] = {}
        self._needed_by: dict[str, set[str]] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._numbers = itertools.count(1)

    # Starting, waiting, running again.

    def start(self) -> None:
        self._thread = threading.Thread(target=self._guarded)
        self._thread.start()

    def join(self) -> None:
        """Wait for its end.

        Raises:
            RefusedError: the workflow asks for what this runner does not offer.
        """
        assert self._thread is not None
        self._thread.join()
        if self.error is not None:
            raise self.error

    @property
    def goes_on(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def again(self, *, failed_only: bool) -> None:
        """Make it ready for another attempt."""
        self.attempt += 1
        self.cancel = threading.Event()
        self._kept = {}
        if failed_only:
            bad = {name for name, ended in self._ended.items() if ended.result not in {"success", "skipped"}}
            while more := {after for name in bad for after in self._needed_by.get(name, ())} - bad:
                bad |= more
            self._kept = {name: ended for name, ended in self._ended.items() if name not in bad}
        self._ended = {}

    def job(self, name: str) -> JobRun:
        """Return the latest run of a job."""
        return next(job for job in reversed(self.jobs) if job.name == name)

    @property
    def seconds(self) -> float:
        return sum(job.seconds for job in self.jobs if job.attempt == self.attempt)

    def _guarded(self) -> None:
        try:
            self._whole()
        except BaseException as error:  # noqa: BLE001 - whoever waits for the thread is given it
            self.error = error

    def _whole(self) -> None:
        secrets = dict(self.forge.secrets)
        frame = Frame(self.workflow, None, secrets, self._dispatched())
        group = self.workflow.fields.get("concurrency")
        with_group = self._in_group(group, self._scope(frame), self.cancel)
        if not with_group(lambda: self._all_jobs(frame)):
            self.conclusion = "cancelled"
            return
        self.conclusion = _overall([ended.result for ended in self._ended.values()])

    def _dispatched(self) -> Mapping[str, Any]:
        given = self.event.payload.get("inputs") or {}
        if given:
            raise RefusedError("workflow_dispatch: this runner takes no inputs")
        return given

    # The jobs of one file.

    def _all_jobs(self, frame: Frame) -> dict[str, Ended]:
        over: dict[str, Ended] = {}
        for job in frame.workflow.jobs.values():
            for name in job.needs:
                self._needed_by.setdefault(f"{frame.prefix}{name}", set()).add(f"{frame.prefix}{job.id}")
            if frame.prefix:
                parent = frame.prefix.removesuffix(" / ")
                self._needed_by.setdefault(f"{frame.prefix}{job.id}", set()).add(parent)
        left = dict(frame.workflow.jobs)
        while left:
            ready = [job for job in left.values() if set(job.needs) <= set(over)]
            for job, ended in zip(
                ready, together([self._one(frame, job, over) for job in ready]), strict=True
            ):
                over[job.id] = ended
                self._note(f"{frame.prefix}{job.id}", ended)
                del left[job.id]
        return over

    def _one(self, frame: Frame, job: Job, over: Mapping[str, Ended]) -> Callable[[], Ended]:
        def carry_out() -> Ended:
            kept = self._kept.get(f"{frame.prefix}{job.id}")
            if kept is not None:
                return kept
            needs = {name: over[name].told() for name in job.needs}
            scope = self._scope(frame).having(needs=needs).when(self._status(frame, job, over))
            if not scope.holds(job.condition):
                self._skipped(f"{frame.prefix}{job.id}")
                return Ended("cancelled" if self.cancel.is_set() else "skipped")
            return self._instances(frame, job, scope)

        return carry_out

    def _status(self, frame: Frame, job: Job, over: Mapping[str, Ended]) -> Status:
        before, found = set(job.needs), set[str]()
        while before:
            found |= before
            before = {name for one in before for name in frame.workflow.jobs[one].needs} - found
        results = {over[name].result for name in found}
        direct = {over[name].result for name in job.needs}
        cancelled = self.cancel.is_set()
        failed = bool(results & {"failure"})
        return Status(
            direct <= {"success"} and not failed and not cancelled,
            failed,
            cancelled or "cancelled" in results,
        )

    def _instances(self, frame: Frame, job: Job, scope: Scope) -> Ended:
        strategy = job.fields.get("strategy")
        if strategy is None:
            return self._instance(frame, job, scope, f"{frame.prefix}{job.id}")
        expect_known(strategy, frozenset({"fail-fast", "matrix"}), f"{job.id}: strategy")
        if strategy.get("fail-fast", True) is not False:
            raise RefusedError(f"{job.id}: strategy.fail-fast: this runner does not carry that out")
        vectors = scope.value(strategy["matrix"])
        rows = [dict(zip(vectors, values, strict=True)) for values in itertools.product(*vectors.values())]
        if not rows or len(rows) > _MOST_OF_A_MATRIX:
            self.forge.told.append(f"{job.id}: a matrix of {len(rows)} jobs")
            return Ended("failure")
        ended = together([
            self._row(frame, job, scope, row, {"fail-fast": False, "job-index": at, "job-total": len(rows)})
            for at, row in enumerate(rows)
        ])  # fmt: skip
        outputs: dict[str, str] = {}
        for one in ended:
            outputs |= {name: value for name, value in one.outputs.items() if value}
        return Ended(_overall([one.result for one in ended]), outputs)

    def _row(
        self, frame: Frame, job: Job, scope: Scope, row: Mapping[str, Any], strategy: Mapping[str, Any]
    ) -> Callable[[], Ended]:
        told = ", ".join(_shown(value) for value in row.values())
        name = f"{frame.prefix}{job.id} ({told})"
        inner = scope.having(matrix=row, strategy={**strategy, "max-parallel": 256})

        def carry_out() -> Ended:
            ended = self._kept.get(name) or self._instance(frame, job, inner, name)
            self._needed_by.setdefault(name, set()).add(f"{frame.prefix}{job.id}")
            self._note(name, ended)
            return ended

        return carry_out

    def _instance(self, frame: Frame, job: Job, scope: Scope, name: str) -> Ended:
        scope.text(job.fields.get("name", job.id))  # what it is called there; here it goes by its id
        ticket = threading.Event() if job.fields.get("concurrency") is not None else self.cancel
        box: list[Ended] = []
        inside = self._in_group(job.fields.get("concurrency"), scope, ticket)
        if not inside(
            lambda: box.append(
                self._called(frame, job, scope, name)
                if job.uses
                else self._on_machine(frame, job, scope, name, ticket)
            )
        ):
            self._skipped(name, "cancelled")
            return Ended("cancelled")
        return box[0]

    def _called(self, frame: Frame, job: Job, scope: Scope, name: str) -> Ended:
        assert job.uses is not None
        if not job.uses.startswith(_LOCAL):
            raise RefusedError(f"{job.uses}: this runner knows the repository's own workflows alone")
        workflow = self.forge.workflow(job.uses.removeprefix(_LOCAL), self.event.sha)
        call = workflow.on.get("workflow_call")
        if call is None:
            raise RefusedError(f"{workflow.path}: is not to be called")
        inputs = inputs_of(call.get("inputs") or {}, scope.value(job.fields.get("with") or {}), workflow.path)
        scope = scope.having(secrets=frame.secrets)
        secrets = secrets_of(call.get("secrets") or {}, scope.texts(job.fields.get("secrets")), workflow.path)
        inner = Frame(workflow, self._permissions(frame, job), secrets, inputs, f"{name} / ")
        over = self._all_jobs(inner)
        return Ended(_overall([ended.result for ended in over.values()]))

    def _on_machine(self, frame: Frame, job: Job, scope: Scope, name: str, ticket: threading.Event) -> Ended:
        with self.forge.slots:
            folder = self.folder / f"job-{next(self._numbers)}"
            order = Order(self, frame, job, name, self._permissions(frame, job), ticket)
            done = carried_out(order, scope, folder)
        with self._lock:
            self.jobs.append(done)
        return Ended(done.conclusion, done.outputs)

    def _permissions(self, frame: Frame, job: Job) -> dict[str, str]:
        where = f"{frame.workflow.path}: {job.id}"
        own = permissions_of(job.fields.get("permissions", frame.workflow.fields.get("permissions")), where)
        if frame.permissions is None:
            return own
        lacking = [
            name
            for name, level in own.items()
            if lesser({name: level}, frame.permissions) != {name: level} and level != "none"
        ]
        if lacking:  # GitHub does not start such a run at all
            raise RefusedError(
                f"{where}: asks for {', '.join(lacking)}, which the job that calls it was not given"
            )
        return own

    # What is around.

    def _scope(self, frame: Frame) -> Scope:
        contexts = {
            "github": self.github(),
            "vars": self.forge.variables,
            "inputs": frame.inputs,
            "needs": {},
            "strategy": {"fail-fast": True, "job-index": 0, "job-total": 1, "max-parallel": 1},
            "matrix": {},
        }
        return Scope(self.forge.language, contexts)

    def github(self) -> dict[str, Any]:
        """Return the context `github`, as far as it is the same for all jobs."""
        event, forge = self.event, self.forge
        return {
            "event": event.payload,
            "event_name": event.name,
            "ref": event.ref,
            "ref_name": event.ref.removeprefix("refs/heads/"),
            "ref_type": "branch",
            "sha": event.sha,
            "actor": event.actor,
            "triggering_actor": event.actor,
            "repository": forge.name,
            "repository_owner": forge.name.partition("/")[0],
            "repository_id": "7",
            "run_id": str(self.id),
            "run_number": str(self.id),
            "run_attempt": str(self.attempt),
            "workflow": self.workflow.name,
            "workflow_ref": f"{forge.name}/{self.workflow.path}@{event.ref}",
            "workflow_sha": event.sha,
            "server_url": forge.address,
            "api_url": forge.hub.url,
            "graphql_url": f"{forge.hub.url}/graphql",
            "head_ref": event.payload.get("pull_request", {}).get("head", {}).get("ref", ""),
            "base_ref": event.payload.get("pull_request", {}).get("base", {}).get("ref", ""),
        }

    def _in_group(
        self, tree: Any, scope: Scope, ticket: threading.Event
    ) -> Callable[[Callable[[], Any]], bool]:
        if tree is None:
            return lambda act: (act(), True)[1]
        mapping = {"group": tree} if isinstance(tree, str) or is_expression(tree) else tree
        expect_known(mapping, frozenset({"group", "cancel-in-progress"}), "concurrency")
        name = scope.text(mapping["group"])
        cancels = scope.value(mapping.get("cancel-in-progress", False)) is True

        def inside(act: Callable[[], Any]) -> bool:
            if not self.forge.groups.enter(name, ticket, cancels=cancels):
                return False
            try:
                act()
            finally:
                self.forge.groups.leave(name)
            return True

        return inside

    def _note(self, name: str, ended: Ended) -> None:
        with self._lock:
            self._ended[name] = ended

    def _skipped(self, name: str, conclusion: str = "skipped") -> None:
        with self._lock:
            self.jobs.append(JobRun(name, conclusion=conclusion, attempt=self.attempt))


def _overall(results: list[str]) -> str:
    for worst in ("failure", "cancelled", "success"):
        if worst in results:
            return worst
    return "skipped"


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return str(value.get("id", json.dumps(value)))
    return str(value)
