"""Workflows and actions as values. Rule: a key that the runner does not carry out is refused, wherever it stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tests.workflows.runner.language import Language, RefusedError

Tree = Any
Keys = frozenset[str]

_ROOT: Final[Keys] = frozenset(
    {"name", "run-name", "on", "env", "defaults", "permissions", "concurrency", "jobs"}
)
_JOB: Final[Keys] = frozenset({
    "name", "needs", "if", "runs-on", "timeout-minutes", "permissions", "concurrency", "strategy", "env",
    "defaults", "outputs", "environment", "steps",
})  # fmt: skip
_CALL: Final[Keys] = frozenset({
    "name", "needs", "if", "permissions", "concurrency", "strategy", "uses", "with", "secrets",
})  # fmt: skip
_RUN: Final[Keys] = frozenset({
    "id", "name", "if", "run", "shell", "env", "working-directory", "continue-on-error", "timeout-minutes",
})  # fmt: skip
_USE: Final[Keys] = frozenset({
    "id", "name", "if", "uses", "with", "env", "continue-on-error",
})  # fmt: skip
_EVENTS: Final[dict[str, Keys]] = {
    "schedule": frozenset(),
    "workflow_dispatch": frozenset(),
    "push": frozenset({"branches", "paths", "paths-ignore"}),
    "pull_request_target": frozenset({"types", "branches"}),
    "workflow_call": frozenset({"inputs", "secrets"}),
}
ALWAYS_ALLOWED: Final = ("github", "inputs", "steps", "runner", "env", "job", "always(0,0)", "failure(0,MAX)", "cancelled(0,0)", "success(0,MAX)")  # fmt: skip
SUCCESS: Final = {"$expression": "success()", "allowed": list(ALWAYS_ALLOWED)}


@dataclass(frozen=True)
class Step:
    """One step: a script, or an action."""

    id: str | None
    condition: Tree
    run: Tree | None
    uses: str | None
    fields: Mapping[str, Tree]

    @property
    def called(self) -> Tree:
        """What its name is in logs, before expressions are evaluated."""
        if "name" in self.fields:
            return self.fields["name"]
        if self.uses:
            return f"Run {self.uses.partition('@')[0]}"
        return f"Run {str(self.run).strip().partition(chr(10))[0]}"


@dataclass(frozen=True)
class Job:
    """One job: steps, or a call of another workflow."""

    id: str
    needs: tuple[str, ...]
    condition: Tree
    steps: tuple[Step, ...]
    uses: str | None
    fields: Mapping[str, Tree]


@dataclass(frozen=True)
class Workflow:
    """One file of `.github/workflows`."""

    path: str
    name: str
    on: Mapping[str, Mapping[str, Tree]]
    jobs: Mapping[str, Job]
    fields: Mapping[str, Tree]
    crons: tuple[str, ...] = ()


@dataclass(frozen=True)
class CompositeAction:
    """An `action.yml` that is made of steps."""

    name: str
    inputs: Mapping[str, Mapping[str, Tree]]
    outputs: Mapping[str, Mapping[str, Tree]]
    steps: tuple[Step, ...] = field(default=())


def expect_known(tree: Mapping[str, Tree], known: Keys, where: str) -> None:
    """Refuse keys that nobody carries out."""
    strange = sorted(set(tree) - known)
    if strange:
        raise RefusedError(f"{where}: {', '.join(strange)}: this runner does not carry that out")


def read_workflow(language: Language, path: str, text: str) -> Workflow:
    """Read a workflow as GitHub does, and refuse what this runner cannot do."""
    tree = language.read("workflow", path, text)
    expect_known(tree, _ROOT, path)
    on, crons = _events(path, tree["on"])
    _defaults(path, tree)
    jobs = {name: _job(f"{path}: {name}", name, job) for name, job in tree["jobs"].items()}
    return Workflow(path, tree.get("name", path), on, jobs, tree, crons)


def read_action(language: Language, path: str, text: str) -> CompositeAction:
    """Read a composite action."""
    tree = language.read("action", path, text)
    expect_known(
        tree, frozenset({"name", "description", "author", "branding", "inputs", "outputs", "runs"}), path
    )
    if tree["runs"].get("using") != "composite":
        raise RefusedError(f"{path}: only composite actions are carried out")
    expect_known(tree["runs"], frozenset({"using", "steps"}), path)
    steps = tuple(_step(path, step) for step in tree["runs"]["steps"])
    inputs = {name: given or {} for name, given in (tree.get("inputs") or {}).items()}
    return CompositeAction(tree["name"], inputs, tree.get("outputs") or {}, steps)


def _events(path: str, tree: Tree) -> tuple[dict[str, Mapping[str, Tree]], tuple[str, ...]]:
    if isinstance(tree, str):
        tree = {tree: None}
    elif isinstance(tree, list):
        tree = dict.fromkeys(tree)
    expect_known(tree, frozenset(_EVENTS), f"{path}: on")
    crons: list[str] = []
    for item in tree.get("schedule") or ():
        expect_known(item, frozenset({"cron"}), f"{path}: on.schedule")
        crons.append(item["cron"])
    events = {name: filters or {} for name, filters in tree.items() if name != "schedule"}
    for name, filters in events.items():
        expect_known(filters, _EVENTS[name], f"{path}: on.{name}")
    return events | ({"schedule": {}} if crons else {}), tuple(crons)


def _job(where: str, name: str, tree: Mapping[str, Tree]) -> Job:
    calls = "uses" in tree
    expect_known(tree, _CALL if calls else _JOB, where)
    _defaults(where, tree)
    if not calls and tree["runs-on"] not in {"ubuntu-latest", "ubuntu-24.04"}:
        raise RefusedError(f"{where}: runs-on: {tree['runs-on']!r}: this runner is none of that kind")
    needs = tree.get("needs", ())
    steps = tuple(_step(where, step) for step in tree.get("steps", ()))
    return Job(
        name,
        (needs,) if isinstance(needs, str) else tuple(needs),
        tree.get("if", SUCCESS),
        steps,
        tree.get("uses"),
        tree,
    )


def _defaults(where: str, tree: Mapping[str, Tree]) -> None:
    defaults = tree.get("defaults") or {}
    expect_known(defaults, frozenset({"run"}), f"{where}: defaults")
    expect_known(defaults.get("run") or {}, frozenset({"shell"}), f"{where}: defaults.run")


def _step(where: str, tree: Mapping[str, Tree]) -> Step:
    uses = tree.get("uses")
    expect_known(tree, _RUN if uses is None else _USE, f"{where}: steps")
    return Step(tree.get("id"), tree.get("if", SUCCESS), tree.get("run"), uses, tree)
