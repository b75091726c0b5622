"""What every agent's command line does on its runtime, seen with the real program and a model that does as it is told."""

from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import psutil
import pytest

from gitcp.model.runs import FailureClass
from gitcp.model.runtimes import Billing
from gitcp.runtimes import StopCause
from tests.agents.model_server import ModelServer
from tests.agents.programs import AGENTS, agents, run_agent
from tests.runtimes.programs import of_run

# It asks again for ever and says nothing of it: test_opencode shows what ends that.
ASKS_FOR_EVER = frozenset({"opencode"})
MISSING = "6d0a3c6e-2d3b-4f1c-9f57-0d8a7c1b2e3f"


@pytest.fixture(params=agents())
def agent(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def log(folder: Path) -> str:
    return (folder / "agent.log").read_text()


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (401, FailureClass.PLATFORM),
        (429, FailureClass.TRANSIENT),
        pytest.param(500, FailureClass.TRANSIENT, marks=pytest.mark.slow),
    ],
)
def test_an_error_of_the_model_is_told_by_whose_fault_it_is(
    agent: str, status: int, failure: FailureClass, tmp_path: Path, model: ModelServer
) -> None:
    if agent in ASKS_FOR_EVER and failure is FailureClass.TRANSIENT:
        pytest.skip("it asks again for ever")
    ending = run_agent(agent, tmp_path, model, f"[[status: {status}]]")

    assert (ending.stopped, ending.failure) == (None, failure)
    assert ending.error
    assert f"! {ending.error[:40]}" in log(tmp_path)
    assert ending.usage is not None
    assert (ending.usage.tokens, ending.usage.usd) == (0, Decimal(0))


def test_it_is_stopped_at_its_turns(agent: str, tmp_path: Path, model: ModelServer) -> None:
    ending = run_agent(agent, tmp_path, model, "[[loop: sleep 0.5]]", turns=2)

    assert (ending.stopped, ending.failure) == (StopCause.TURNS, None)
    assert ending.error == "stopped at its limit of 2 turns"
    assert len(model.asked) <= 4  # the one that passes the limit, and one that was under way
    assert of_run(tmp_path) == []


@pytest.mark.parametrize(
    "limit",
    [{"usd": Decimal("0.01")}, pytest.param({"tokens": 25_000}, marks=pytest.mark.slow)],
    ids=["usd", "tokens"],
)
def test_at_its_budget_it_makes_at_most_one_call_too_many(
    agent: str, limit: dict[str, Any], tmp_path: Path, model: ModelServer
) -> None:
    ending = run_agent(agent, tmp_path, model, "[[tokens: 10000 100]] [[loop: sleep 0.5]]", **limit)

    assert (ending.stopped, ending.failure) == (StopCause.BUDGET, None)
    assert ending.usage is not None
    spent = {name: getattr(ending.usage, name) for name in limit}
    assert all(spent[name] > limit[name] for name in limit)
    passed = next(
        n for n in range(1, 50) if all(spent[name] * n / ending.usage.turns > limit[name] for name in limit)
    )
    assert len(model.asked) <= passed + 1
    assert of_run(tmp_path) == []


@pytest.mark.slow
def test_what_a_subscription_pays_is_imputed_and_limited_as_such(
    agent: str, tmp_path: Path, model: ModelServer
) -> None:
    config = {"billing": Billing.SUBSCRIPTION}
    limit = {"usd": Decimal("0.000001"), "usd_imputed": Decimal(1)}

    ending = run_agent(agent, tmp_path, model, "[[say: done]]", config=config, **limit)

    assert (ending.stopped, ending.error) == (None, None)
    assert ending.usage is not None
    assert ending.usage.usd == 0
    assert ending.usage.usd_imputed > 0


def test_a_model_that_says_nothing_is_silence(agent: str, tmp_path: Path, model: ModelServer) -> None:
    ending = run_agent(agent, tmp_path, model, "[[stall]]", silence_minutes=2.5 / 60)

    assert (ending.stopped, ending.failure) == (StopCause.SILENCE, None)
    assert of_run(tmp_path) == []


def test_when_it_is_cancelled_in_the_middle_of_a_tool_nothing_is_left(
    agent: str, tmp_path: Path, model: ModelServer
) -> None:
    started = tmp_path / "checkout" / "started"

    ending = run_agent(
        agent,
        tmp_path,
        model,
        "[[bash: touch started; tail -f /dev/null]]",
        watch=lambda: StopCause.CANCEL if started.exists() else None,
    )

    assert (ending.stopped, ending.failure) == (StopCause.CANCEL, None)
    assert ending.session
    assert of_run(tmp_path) == []


def test_one_that_is_killed_from_outside_has_not_succeeded(
    agent: str, tmp_path: Path, model: ModelServer
) -> None:
    started = tmp_path / "checkout" / "started"

    def kill() -> None:
        if started.exists():
            for process in of_run(tmp_path):
                with suppress(psutil.Error):
                    if process.name() in {"claude", "codex", "node", "opencode"}:
                        process.kill()

    ending = run_agent(agent, tmp_path, model, "[[bash: touch started; tail -f /dev/null]]", watch=kill)

    assert (ending.stopped, ending.failure) == (None, FailureClass.PLATFORM)
    assert of_run(tmp_path) == []


def test_a_session_goes_on_and_is_counted_once(agent: str, tmp_path: Path, model: ModelServer) -> None:
    first = run_agent(agent, tmp_path, model, "[[say: the first]]")

    second = run_agent(agent, tmp_path, model, "[[say: the second]]", resume=first.session)

    assert (second.final_text, second.resumed, second.session) == ("the second", True, first.session)
    assert not first.resumed
    assert "the first" in model.asked[-1].prompt
    assert first.usage is not None
    assert second.usage is not None
    assert (second.usage.tokens, second.usage.turns) == (first.usage.tokens, 1)


def test_a_session_that_is_gone_is_begun_afresh(agent: str, tmp_path: Path, model: ModelServer) -> None:
    ending = run_agent(agent, tmp_path, model, "[[say: done]]", resume=MISSING)

    assert (ending.error, ending.final_text, ending.resumed) == (None, "done", False)
    assert ending.session not in {None, MISSING}
    assert f"! the session {MISSING} could not be gone on with; a new one is begun\n" in log(tmp_path)
    assert len(model.asked) == 1


def test_what_it_is_told_comes_from_outside_of_the_checkout(
    agent: str, tmp_path: Path, model: ModelServer
) -> None:
    prompt = tmp_path / "system.md"
    prompt.write_text("Mind the gap between platform and train.")
    skill = tmp_path / "given" / "coordination"
    skill.mkdir(parents=True)
    (skill / "SKILL.md").write_text(
        "---\nname: coordination\ndescription: How pelicans work together.\n---\nTalk.\n"
    )

    run_agent(agent, tmp_path, model, "[[say: done]]", system_prompt=prompt, skill=skill)

    told = model.asked[0].system + model.asked[0].prompt
    assert "Mind the gap between platform and train." in told
    assert "How pelicans work together." in told
    assert list((tmp_path / "checkout").iterdir()) == []


def test_its_prompt_is_in_no_command_line(agent: str, tmp_path: Path, model: ModelServer) -> None:
    seen: list[str] = []

    def look() -> None:
        for process in of_run(tmp_path):
            with suppress(psutil.Error):  # it has just ended
                seen.append(" ".join(process.cmdline()))

    run_agent(agent, tmp_path, model, "Count the pelicans. [[slow: 0.7]] [[say: done]]", watch=look)

    assert any(AGENTS[agent].__name__ in line for line in seen)
    assert not any("pelicans" in line or "key-of-the-test" in line for line in seen)


def test_it_asks_no_other_host(agent: str, tmp_path: Path, model: ModelServer) -> None:
    run_agent(agent, tmp_path, model, "[[slow: 0.5]] [[say: done]]")

    assert model.elsewhere == []


@pytest.mark.slow
def test_an_answer_that_breaks_off_is_not_a_success(agent: str, tmp_path: Path, model: ModelServer) -> None:
    if agent in ASKS_FOR_EVER:
        pytest.skip("it asks again for ever")
    ending = run_agent(agent, tmp_path, model, "[[drop]]")

    assert ending.failure is FailureClass.TRANSIENT
