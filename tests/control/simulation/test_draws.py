"""How simulated runs end: as runs of the same agent ended before, as somebody says, or as nobody knows better."""

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from gitcp.control.simulation.draws import Draws, Given
from gitcp.control.simulation.history import MOST_SAMPLES, History, Sample
from gitcp.model.amounts import RunLimits, Usage
from gitcp.model.runs import Declared, Outcome, Run, Verification
from tests.helpers import SHA, a_cause, a_run, an_ended_run, later, snapshot_of


def drawn(run: Run, *history: Run, seed: int = 1, **given: Any) -> Sample:
    return Draws(seed, History.of(snapshot_of(*history)), Given(**given)).sample(run)


def a_past(minutes: str = "12", usd: str = "0.3", number: int = 1, **fields: Any) -> Run:
    usage = Usage(usd=Decimal(usd), tokens=400, runs=1, minutes=Decimal(minutes))
    values: dict[str, Any] = {"claimed_at": later(-60 * number), "usage": usage, "declared": "finish"}
    return an_ended_run(**(values | fields))


def test_a_run_ends_as_one_of_its_agents_own_runs_did() -> None:
    theirs = a_past("3", "9", agent="oscar")

    sample = drawn(a_run(), a_past(), theirs)

    assert (sample.outcome, sample.declared) == (Outcome.SUCCEEDED, Declared.FINISH)
    assert (sample.amounts.minutes, sample.amounts.usd, sample.amounts.tokens) == (
        Decimal(12),
        Decimal("0.3"),
        400,
    )


def test_an_agent_without_runs_is_like_everybody() -> None:
    run = a_run("hugo")
    past = a_past("3", "0.9", agent="oscar")

    assert drawn(run, past).amounts.minutes == 3
    assert Draws(1, History.of(snapshot_of(past))).knows(run)
    assert not Draws(1, History()).knows(run)


@pytest.mark.parametrize(
    ("fields", "minutes"),
    [
        ({}, 12),
        ({"answers": (a_cause("review"),)}, 4),
        ({"task": None}, 2),
    ],
)
def test_work_reviews_and_prompts_are_told_apart(fields: dict[str, Any], minutes: int) -> None:
    past = [a_past(), a_past("4", number=2, answers=(a_cause("review"),)), a_past("2", number=3, task=None)]

    assert drawn(a_run(**fields), *past).amounts.minutes == minutes


def test_what_a_person_or_a_broken_machine_ended_is_no_sample() -> None:
    past = [
        a_past(),
        a_past("1", number=2, outcome="cancelled"),
        a_past("1", number=3, outcome="abandoned"),
        a_run("riley", claimed_at=later(-5)),
    ]

    assert {s.amounts.minutes for s in History.of(snapshot_of(*past)).samples(a_run())} == {12}


def test_only_the_latest_runs_are_samples() -> None:
    past = [a_past(str(1 + n), number=n + 1) for n in range(MOST_SAMPLES + 5)]

    taken = History.of(snapshot_of(*past)).samples(a_run())

    assert [s.amounts.minutes for s in taken] == list(range(1, MOST_SAMPLES + 1))


def test_a_run_without_measured_minutes_took_as_long_as_its_record_says() -> None:
    past = a_past("0", started_at=later(-60), ended_at=later(-45))

    assert drawn(a_run(), past).amounts.minutes == 15


def test_work_that_failed_its_checks_fails_them_again() -> None:
    red = Verification(passed=False, command=("make",), exit_code=1)

    assert drawn(a_run(), a_past()).passed
    assert not drawn(a_run(), a_past(verification=red)).passed
    assert not drawn(a_run(), a_past(undelivered="conflict")).passed


def test_what_left_commits_made_progress() -> None:
    assert drawn(a_run(), a_past(commits=(SHA,))).progress is True
    assert drawn(a_run(), a_past(progress=False)).progress is False
    assert drawn(a_run(), a_past()).progress is None


def test_what_is_given_counts_more_than_history() -> None:
    sample = drawn(a_run(), a_past(), minutes=Decimal(20), usd=Decimal("0.8"), success=0.0)

    assert (sample.amounts.minutes, sample.amounts.usd) == (Decimal(20), Decimal("0.8"))
    assert sample.outcome is Outcome.FAILED


def test_the_given_share_of_runs_succeeds() -> None:
    runs = [a_run(claimed_at=later(n)) for n in range(400)]
    outcomes = Counter(drawn(run, success=0.7).outcome for run in runs)

    assert outcomes.keys() == {Outcome.SUCCEEDED, Outcome.FAILED}
    assert 0.6 < outcomes[Outcome.SUCCEEDED] / 400 < 0.8


def test_where_nobody_knows_a_run_takes_ten_minutes_and_half_of_what_it_reserves() -> None:
    sample = drawn(a_run(), success=1.0)
    short = drawn(a_run(limits=RunLimits(minutes=Decimal(8))), success=1.0)

    assert (sample.amounts.minutes, sample.amounts.usd, sample.amounts.tokens) == (
        Decimal(10),
        Decimal("0.5"),
        500,
    )
    assert short.amounts.minutes == 4


@pytest.mark.parametrize(
    ("usage", "outcome", "amount"),
    [
        ({"minutes": "45"}, Outcome.TIMED_OUT, ("minutes", 30)),
        ({"usd": "3"}, Outcome.OVER_BUDGET, ("usd", 1)),
        ({"minutes": "30", "usd": "1"}, Outcome.SUCCEEDED, ("usd", 1)),
    ],
)
def test_a_run_is_stopped_at_its_limits(
    usage: dict[str, Any], outcome: Outcome, amount: tuple[str, int]
) -> None:
    sample = drawn(a_run(), a_past(**usage))

    assert sample.outcome is outcome
    assert getattr(sample.amounts, amount[0]) == amount[1]


def test_a_run_that_took_no_time_takes_a_moment() -> None:
    assert drawn(a_run(), minutes=Decimal(0)).lasting.total_seconds() == 3
