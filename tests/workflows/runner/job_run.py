"""One job on one machine: what is around its steps, the steps themselves, and what is left of it."""

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.workflows.runner.claims import Claims
from tests.workflows.runner.machine import Annotation, Machine
from tests.workflows.runner.reading import Job
from tests.workflows.runner.scope import Scope, is_expression
from tests.workflows.runner.stand_ins.table import ACTIONS
from tests.workflows.runner.steps import Done, MachineLostError, Worker

if TYPE_CHECKING:
    from tests.workflows.runner.workflow_run import Frame, WorkflowRun

_BOT: Final = "github-actions[bot]"
_MINUTES: Final = 360.0


@dataclass
class JobRun:
    """How a job went."""

    name: str
    conclusion: str = "pending"
    outputs: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[Done, ...] = ()
    log: list[str] = field(default_factory=list)
    annotations: list[Annotation] = field(default_factory=list)
    summary: str = ""
    seconds: float = 0.0
    permissions: Mapping[str, str] = field(default_factory=dict)
    attempt: int = 1
    address: str = ""

    def step(self, name: str) -> Done:
        """Return a step by the beginning of its name."""
        return next(step for step in self.steps if step.name.startswith(name))

    @property
    def text(self) -> str:
        return "\n".join(self.log)


@dataclass(frozen=True)
class Order:
    """What is to be done: which job of which file, under which name, with which permissions; `ticket` is set when it is cancelled."""

    run: "WorkflowRun"
    frame: "Frame"
    job: Job
    name: str
    permissions: Mapping[str, str]
    ticket: threading.Event


def carried_out(order: Order, scope: Scope, folder: Path) -> JobRun:
    """Carry out the steps of a job on a fresh machine, and take the machine away."""
    forge, job, begun = order.run.forge, order.job, time.monotonic()
    claims = Claims(_BOT, order.permissions, triggers=False, environment=_environment(job, scope, "name"))
    token = forge.let_in(claims)
    forge.masks.add(token)
    minutes = float(scope.value(job.fields.get("timeout-minutes", _MINUTES)))
    machine = Machine(folder, forge.caches.tools, forge.masks, {}, cancel=order.ticket)
    full = _around(order, scope, machine, token)
    machine.base = _variables(forge.variables_of_programs(), full.contexts["github"])
    (machine.temp / "_github_workflow").mkdir()
    event = machine.temp / "_github_workflow" / "event.json"
    event.write_text(json.dumps(order.run.event.payload), encoding="utf-8")
    env = {**full.texts(order.frame.workflow.fields.get("env")), **full.texts(job.fields.get("env"))}
    worker = Worker(
        machine,
        ACTIONS,
        full,
        env,
        begun + minutes * 60,
        forge,
        order.run,
        claims,
        order.name,
        _shell(order, full),
    )
    with forge.caches.job():
        try:
            sequel = worker.carry_out(job.steps, full, env)
            worker.failed = sequel.failed
            worker.finish()
        except MachineLostError:
            machine.say("The hosted runner lost communication with the server.")
            return JobRun(
                order.name,
                "failure",
                log=machine.log,
                permissions=order.permissions,
                attempt=order.run.attempt,
            )
        else:
            after = full.having(steps=sequel.told, env={**env, **machine.environment})
            outputs = _outputs(job, after, machine)
            address = _environment(job, after, "url") or ""
        finally:
            forge.revoke(token)
            machine.remove()
    conclusion = "failure" if sequel.failed else "cancelled" if order.ticket.is_set() else "success"
    return JobRun(
        order.name, conclusion, outputs, tuple(sequel.done), machine.log, machine.annotations, machine.summary,
        time.monotonic() - begun, order.permissions, order.run.attempt, address,
    )  # fmt: skip


def _environment(job: Job, scope: Scope, key: str) -> str | None:
    tree = job.fields.get("environment")
    tree = {"name": tree} if isinstance(tree, str) else tree or {}
    return scope.text(tree[key]) if key in tree else None


def _around(order: Order, scope: Scope, machine: Machine, token: str) -> Scope:
    github = {
        **scope.contexts["github"],
        "job": order.job.id,
        "token": token,
        "workspace": str(machine.workspace),
        "event_path": str(machine.temp / "_github_workflow" / "event.json"),
    }
    runner = {
        "os": "Linux", "arch": "X64", "name": "GitHub Actions 1", "temp": str(machine.temp),
        "tool_cache": str(machine.tools), "debug": "", "environment": "github-hosted",
    }  # fmt: skip
    secrets = {**order.frame.secrets, "GITHUB_TOKEN": token}
    closed = scope.closed | ({"secrets"} if order.frame.prefix else set())
    inside = Scope(scope.language, scope.contexts, frozenset(closed), scope.status)
    return inside.having(
        github=github, runner=runner, secrets=secrets, job={"status": "success"}, env={}, steps={}
    )


def _variables(given: Mapping[str, str], github: Mapping[str, Any]) -> dict[str, str]:
    told = {
        f"GITHUB_{name.upper()}": value
        for name, value in github.items()
        if isinstance(value, str) and name != "token"
    }
    own = {
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "RUNNER_OS": "Linux",
        "RUNNER_ARCH": "X64",
        "RUNNER_ENVIRONMENT": "github-hosted",
        "LANG": "C.UTF-8",
    }
    return {**given, **told, **own}


def _shell(order: Order, scope: Scope) -> str | None:
    for tree in (order.job.fields, order.frame.workflow.fields):
        run = (tree.get("defaults") or {}).get("run") or {}
        if "shell" in run:
            return scope.text(run["shell"])
    return None


def _outputs(job: Job, scope: Scope, machine: Machine) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, tree in (job.fields.get("outputs") or {}).items():
        value = scope.text(tree) if is_expression(tree) else str(tree)
        if machine.masks.shows(value):
            machine.log.append(f"Warning: Skip output '{name}' since it may contain secret.")
            value = ""
        found[name] = value
    return found
