"""Steps, one after the other: scripts as they are written, local composite actions for real, known actions of others by stand-ins."""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

from tests.workflows.runner.claims import NotPermittedError
from tests.workflows.runner.language import RefusedError
from tests.workflows.runner.machine import TOO_LONG, Machine
from tests.workflows.runner.reading import CompositeAction, Step, expect_known, read_action
from tests.workflows.runner.scope import Scope, Status

_PINNED: Final = re.compile(r"(?P<name>[\w.-]+/[\w.-]+(?:/[\w.-]+)*)@[0-9a-f]{40}")


class MachineLostError(Exception):
    """The runner is gone: no later step, not even one that is always done."""


class FailedError(Exception):
    """An action ends its step with an error."""


@dataclass
class Called:
    """What a stand-in is given, and where it leaves what is done at the end of the job."""

    job: "Worker"
    inputs: Mapping[str, str]
    post: Callable[[], None] | None = None

    def get(self, name: str, default: str = "") -> str:
        return self.inputs.get(name) or default

    def flag(self, name: str, default: str) -> bool:
        given = self.get(name, default).lower()
        if given not in {"true", "false"}:
            raise FailedError(f"Input does not meet YAML 1.2 Core Schema specification: {name}")
        return given == "true"

    def paths(self, name: str) -> list[Path]:
        """Return the paths of an input, one a line; `~` is the job's home, and others count from the workspace."""
        machine = self.job.machine
        lines = [line.strip() for line in self.get(name).splitlines() if line.strip()]
        for line in lines:
            if any(sign in line for sign in "?[!"):
                raise RefusedError(f"{name}: {line}: this runner knows no such patterns")
        homes = (line.replace("~", str(machine.home), 1) if line.startswith("~") else line for line in lines)
        return [machine.workspace / line for line in homes]


class StandIn(Protocol):
    """Keeps to the contract of a known action, as far as it is asked for."""

    inputs: frozenset[str]

    def __call__(self, called: Called) -> Mapping[str, str]:
        """Do what the action does, and return its outputs.

        Raises:
            FailedError: the action would fail.
        """


@dataclass
class Done:
    """How one step ended."""

    name: str
    outcome: str = "skipped"
    conclusion: str = "skipped"
    outputs: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    within: tuple["Done", ...] = ()


@dataclass
class Worker:
    """Carries out the steps of one job on one machine."""

    machine: Machine
    actions: Mapping[str, StandIn]
    scope: Scope
    environment: Mapping[str, str]
    until: float
    forge: Any
    run: Any
    claims: Any
    name: str = ""
    shell: str | None = None
    failed: bool = False
    posts: list[Callable[[], None]] = field(default_factory=list)

    def carry_out(self, steps: Sequence[Step], scope: Scope, around: Mapping[str, str]) -> "Sequel":
        """Carry out steps in order; `around` is the environment that they are given from outside."""
        sequel = Sequel()
        for step in steps:
            done = self._step(step, sequel, scope, around)
            sequel.done.append(done)
            if step.id:
                sequel.told[step.id] = {
                    "outputs": dict(done.outputs),
                    "outcome": done.outcome,
                    "conclusion": done.conclusion,
                }
        return sequel

    def finish(self) -> None:
        """Do what actions left for the end of the job, the last one first."""
        while self.posts:
            self.posts.pop()()

    def _step(self, step: Step, sequel: "Sequel", scope: Scope, around: Mapping[str, str]) -> Done:
        cancelled = self.machine.cancel.is_set()
        ok = not (sequel.failed or cancelled)
        env = {**around, **self.machine.environment}
        told = "failure" if sequel.failed else "cancelled" if cancelled else "success"
        inside = scope.having(steps=sequel.told, env=env, job={"status": told}).when(
            Status(ok, sequel.failed, cancelled)
        )
        own = inside.texts(step.fields.get("env"))
        inside = inside.having(env={**env, **own})
        done = Done(self.machine.masks.hide(inside.text(step.called)))
        if not inside.holds(step.condition):
            return done
        if self.forge.loses(self.name, done.name):
            raise MachineLostError(done.name)
        begun = time.monotonic()
        self.machine.say(f"##[group]{done.name}")
        done.outputs, done.within, passed = self._outcome(step, inside, {**around, **own})
        done.seconds = time.monotonic() - begun
        tolerates = inside.value(step.fields.get("continue-on-error", False))
        done.outcome = "success" if passed else "cancelled" if self.machine.cancel.is_set() else "failure"
        done.conclusion = "success" if passed or tolerates is True else done.outcome
        sequel.failed = sequel.failed or done.conclusion == "failure"
        return done

    def _outcome(
        self, step: Step, scope: Scope, env: Mapping[str, str]
    ) -> tuple[Mapping[str, str], tuple[Done, ...], bool]:
        try:
            if step.uses is None:
                return self._script(step, scope, env)
            if step.uses.startswith("./"):
                return self._composite(step, scope, env)
            return self._stand_in(step, scope), (), True
        except (FailedError, NotPermittedError) as error:
            self.machine.say(f"##[error]{error}")
            return {}, (), False

    def _seconds(self, step: Step, scope: Scope) -> float:
        left = self.until - time.monotonic()
        minutes = step.fields.get("timeout-minutes")
        return left if minutes is None else min(left, float(scope.value(minutes)) * 60)

    def _script(
        self, step: Step, scope: Scope, env: Mapping[str, str]
    ) -> tuple[Mapping[str, str], tuple[Done, ...], bool]:
        machine, files = self.machine, self.machine.files()
        own = scope.texts(step.fields.get("env"))
        variables = machine.variables(env, own) | {name: str(path) for name, path in files.items()}
        if "action_path" in scope.contexts["github"]:
            variables["GITHUB_ACTION_PATH"] = scope.contexts["github"]["action_path"]
        cwd = machine.workspace / scope.text(step.fields.get("working-directory", "."))
        shell = scope.text(step.fields["shell"]) if "shell" in step.fields else self.shell
        status = machine.script(scope.text(step.run), shell, cwd, variables, self._seconds(step, scope))
        if status == TOO_LONG and time.monotonic() >= self.until:
            machine.cancel.set()
        if status:
            machine.say(f"##[error]Process completed with exit code {status}.")
        return machine.take(files), (), status == 0

    def _composite(
        self, step: Step, scope: Scope, env: Mapping[str, str]
    ) -> tuple[Mapping[str, str], tuple[Done, ...], bool]:
        assert step.uses is not None
        place = self.machine.workspace / step.uses
        action = self._read(place)
        given = scope.texts(step.fields.get("with"))
        expect_known(given, frozenset(action.inputs), f"{step.uses}: with")
        outside = {
            name: value
            for name, value in scope.contexts.items()
            if name in {"runner", "job", "strategy", "matrix"}
        }
        github = {**scope.contexts["github"], "action_path": str(place.resolve())}
        inner = Scope(
            scope.language, {**outside, "github": github, "env": scope.contexts["env"]}, scope.closed
        )
        inputs = {
            name: given.get(name) or inner.text(wanted.get("default"))
            for name, wanted in action.inputs.items()
        }
        lacking = [
            name for name, wanted in action.inputs.items() if wanted.get("required") and not inputs[name]
        ]
        if lacking:
            raise RefusedError(f"{step.uses}: expected the inputs {', '.join(lacking)}, found nothing")
        inner = inner.having(inputs=inputs)
        sequel = self.carry_out(action.steps, inner, {**env, **scope.texts(step.fields.get("env"))})
        said = inner.having(steps=sequel.told)
        outputs = {name: said.text(wanted["value"]) for name, wanted in action.outputs.items()}
        return outputs, tuple(sequel.done), not sequel.failed and not self.machine.cancel.is_set()

    def _read(self, place: Path) -> CompositeAction:
        for name in ("action.yml", "action.yaml"):
            with suppress(FileNotFoundError):
                return read_action(
                    self.scope.language, f"{place.name}/{name}", (place / name).read_text(encoding="utf-8")
                )
        raise FailedError(
            f"Can't find 'action.yml' or 'action.yaml' under '{place}'. Did you forget to run actions/checkout?"
        )

    def _stand_in(self, step: Step, scope: Scope) -> Mapping[str, str]:
        assert step.uses is not None
        pinned = _PINNED.fullmatch(step.uses)
        if pinned is None:
            raise RefusedError(f"{step.uses}: expected an action that is pinned by its full hash")
        action = self.actions.get(pinned["name"])
        if action is None:
            raise RefusedError(f"{pinned['name']}: this runner has no such action")
        given = scope.texts(step.fields.get("with"))
        expect_known(given, action.inputs, f"{pinned['name']}: with")
        called = Called(self, given)
        outputs = action(called)
        if called.post is not None:
            self.posts.append(called.post)
        return outputs


@dataclass
class Sequel:
    """What came of steps: each one's end, what the context `steps` says of those with an id, and whether one failed."""

    done: list[Done] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)
    failed: bool = False
