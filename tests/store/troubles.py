"""A small company, what people and its scheduler want of it, and what may happen while they do: values for stories about stores."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from hypothesis import strategies as st

from gitcp.core.operations.claim_run import ClaimRun
from gitcp.core.operations.create_comment import CreateComment
from gitcp.core.operations.create_task import CreateTask
from gitcp.core.operations.edit_task import EditTask
from gitcp.core.operations.finish_run import FinishRun
from gitcp.model.ids import run_id
from gitcp.model.operation import Call, Operation, Step
from gitcp.model.runs import Outcome
from tests import helpers
from tests.store.faults import AFTER, BEFORE, CACHE, POINTS, Instant

FOUNDING: Final = (
    helpers.a_company(),
    helpers.a_person(),
    helpers.an_agent("riley"),
    helpers.an_agent("ada"),
    helpers.a_project(),
    helpers.a_task("CI-0001"),
    helpers.a_task("CI-0002", assignee="ada"),
    helpers.a_counter("CI", 3),
)
TASKS: Final = ("CI-0001", "CI-0002", "CI-0003", "CI-0004")
BEGAN: Final = int(helpers.NOW.timestamp()) - 60  # the commit that founds it, in seconds since 1970
AGENTS: Final = ("riley", "ada")
FAR: Final = ("git", "fetch", "push")


@dataclass(frozen=True)
class World:
    """The repository with the record branch, and those with a store on it; one that is named twice has two."""

    record: str
    folders: tuple[str, ...]

    @property
    def has_remote(self) -> bool:
        """Whether the stores reach the record over a remote."""
        return self.record not in self.folders


REMOTE: Final = World("upstream.git", ("one.git", "two.git", "three"))
BARE: Final = World("upstream.git", ("upstream.git", "upstream.git"))
CHECKOUT: Final = World("three", ("three", "three"))


@dataclass(frozen=True)
class Deed:
    """What somebody wants to have done; targets are places in a list, since the story decides what is there."""

    kind: str
    target: int
    agent: str

    def step(self, number: int, runs: Sequence[str]) -> Step:
        """Make it the request of a number."""
        now = helpers.NOW + timedelta(seconds=number)
        actor = helpers.SCHEDULER if self.kind in {"claim", "finish"} else helpers.person()
        return self._operation(number, runs), Call(actor, now, f"{number:032x}")

    def _operation(self, number: int, runs: Sequence[str]) -> Operation:
        task = TASKS[self.target]
        match self.kind:
            case "create":
                return CreateTask(project="CI", title=f"Task {number}", assignee=self.agent)
            case "comment":
                return CreateComment(task=task, body=f"Say {number}")
            case "edit":
                return EditTask(task=task, fields={"priority": ("low", "high")[number % 2]})
            case "claim":
                return ClaimRun(
                    run=helpers.a_run(self.agent, task, claimed_at=helpers.NOW + timedelta(seconds=number))
                )
            case _:
                run = runs[-1 - self.target % len(runs)] if runs else run_id(self.agent, helpers.NOW)
                return FinishRun(run=run, outcome=Outcome.SUCCEEDED)


@dataclass(frozen=True)
class Trouble:
    """What happens during a call, and when; with `meanwhile` what somebody else does then."""

    kind: str = "none"
    instant: Instant | None = None
    deed: Deed | None = None


QUIET: Final = Trouble()
deeds = st.builds(
    Deed,
    st.sampled_from(["create", "comment", "edit", "claim", "finish"]),
    st.integers(0, len(TASKS) - 1),
    st.sampled_from(AGENTS),
)


anywhere = st.builds(
    Instant, st.sampled_from([*POINTS, CACHE]), st.sampled_from([BEFORE, AFTER]), st.integers(0, 2)
)
far = st.builds(Instant, st.sampled_from(FAR), st.sampled_from([BEFORE, AFTER]), st.integers(0, 1))

# Nothing most often; and what is about a remote happens only where there is one.
troubles = st.one_of(
    st.just(QUIET),
    st.builds(Trouble, st.sampled_from(["interrupted", "killed", "full"]), anywhere),
    st.builds(Trouble, st.just("meanwhile"), anywhere, st.none() | deeds),
    st.builds(Trouble, st.just("cut off"), far),
    st.builds(Trouble, st.sampled_from(["unheard", "late", "lagging"])),
)
