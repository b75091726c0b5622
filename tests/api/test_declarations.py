"""What an agent says of its run: the last word counts, costs add up, nothing is lost."""

import json
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from gitcp.api.declarations import (
    MOST_TOKENS,
    MOST_USD,
    REMEMBERED,
    Cost,
    Costs,
    Declaration,
    Declarations,
    read_declaration,
)
from gitcp.errors import ConflictError, RecordError
from gitcp.model.amounts import Metric, RunLimits
from gitcp.model.runs import Declared
from tests.api.served import Served


def test_nothing_is_declared_at_first(tmp_path: Path) -> None:
    found = Declarations(tmp_path / "d.json").value

    assert (found.declared, found.usage, found.blocked("riley")) == (Declared.NOTHING, None, None)
    assert not (tmp_path / "d.json").exists()


def test_the_last_word_counts(served: Served) -> None:
    served.client.block("No key", "alex")
    answer = served.client.finish("Found one")

    last = served.declarations.value
    assert (last.declared, last.summary, last.reason, last.waits_for) == ("finish", "Found one", None, None)
    assert answer["declared"] == "finish"
    assert [heard.declared for heard in served.heard] == ["block", "finish"]


def test_a_block_names_who_must_act(served: Served) -> None:
    served.client.block("No key", "alex")

    blocked = served.declarations.value.blocked("riley")

    assert blocked is not None
    assert (blocked.by, blocked.reason, blocked.waits_for) == ("riley", "No key", "alex")


def test_a_block_that_waits_for_nobody_known_is_refused(served: Served) -> None:
    status, body = served.post("/v1/run/block", {"reason": "No key", "waits_for": "alec"})

    assert (status, body["hint"]) == (404, "did you mean alex?")
    assert served.declarations.value.declared == "nothing"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("finish", {"summary": 5}),
        ("finish", {"summary": "x" * 10_001}),
        ("finish", {"outcome": "succeeded"}),
        ("block", {}),
        ("block", {"reason": ""}),
        ("block", {"reason": "x" * 2_001}),
        ("block", {"reason": "x", "waits_for": "Not An Id"}),
        ("cost", {"usd": -1}),
        ("cost", {"usd": "much"}),
        ("cost", {"usd": True}),
        ("cost", {"usd": 1e30}),
        ("cost", {"usd": 1_000_001}),
        ("cost", {"tokens": 1.5}),
        ("cost", {"tokens": -1}),
        ("cost", {"tokens": "12"}),
        ("cost", {"tokens": 10**13}),
        ("cost", {"model": "a\nb"}),
        ("cost", {"euros": 1}),
    ],
)
def test_a_declaration_that_does_not_fit_is_refused(served: Served, path: str, body: dict[str, Any]) -> None:
    status, answer = served.post(f"/v1/run/{path}", body)

    assert (status, answer["kind"]) == (422, "record")
    assert answer["detail"].startswith(f"run/{path}: ")
    assert served.heard == []


def test_costs_add_up(served: Served) -> None:
    served.client.cost(usd=0.1, input_tokens=100, output_tokens=20, model="sonnet")
    answer = served.client.cost(usd=0.2, tokens=50, model="haiku")

    usage = served.declarations.value.usage
    assert answer == {"usd": 0.3, "tokens": 170}
    assert usage is not None
    assert (usage.usd, usage.tokens, usage.input_tokens, usage.output_tokens, usage.runs) == (
        Decimal("0.3"), 170, 100, 20, 1,
    )  # fmt: skip
    assert served.declarations.value.costs.models == ("haiku", "sonnet")


def test_a_cost_of_more_than_six_places_is_rounded(served: Served) -> None:
    assert served.client.cost(usd=0.12345678) == {"usd": 0.123457, "tokens": 0}


def test_a_cost_that_is_sent_again_counts_once(served: Served) -> None:
    for _ in range(2):
        served.client.cost("ab12", usd=0.1)
    served.client.cost("ab13", usd=0.1)

    assert served.declarations.value.costs.usd == Decimal("0.2")
    assert len(served.heard) == 2


def test_a_word_keeps_the_costs_and_a_cost_keeps_the_word(served: Served) -> None:
    served.client.cost(usd=0.1)
    served.client.block("No key")
    served.client.cost(usd=0.1)

    last = served.declarations.value
    assert (last.reason, last.costs.usd) == ("No key", Decimal("0.2"))


def test_no_report_makes_a_sum_that_a_run_cannot_hold() -> None:
    costs = Costs()
    for number in range(3):
        costs = costs.plus(Cost(usd=MOST_USD, tokens=MOST_TOKENS, input_tokens=MOST_TOKENS), f"{number:x}")

    assert (costs.usd, costs.tokens, costs.input_tokens) == (MOST_USD, MOST_TOKENS, MOST_TOKENS)
    assert Declaration(costs=costs).usage is not None


def test_only_so_many_requests_are_remembered() -> None:
    costs = Costs(counted=tuple(f"{number:x}" for number in range(REMEMBERED)))

    assert costs.plus(Cost(), "new").counted[-1] == "new"
    assert len(costs.plus(Cost(), "new").counted) == REMEMBERED


@pytest.mark.parametrize(
    ("usd", "tokens", "metric"),
    [("2.00", 400_000, None), ("2.01", 0, Metric.USD), ("0", 400_001, Metric.TOKENS)],
)
def test_a_run_over_its_limits_is_found(usd: str, tokens: int, metric: Metric | None) -> None:
    said = Declaration(costs=Costs(usd=Decimal(usd), tokens=tokens))

    assert said.over(RunLimits(usd=Decimal(2), tokens=400_000)) is metric
    assert said.over(RunLimits()) is None


def test_what_was_declared_outlives_the_runner(served: Served, tmp_path: Path) -> None:
    served.client.cost(usd=0.123456, model="sonnet")
    served.client.continue_("half")

    left = read_declaration(tmp_path / "declarations.json")

    assert left == served.declarations.value
    assert Declarations(tmp_path / "declarations.json").value == left


def test_the_file_is_whole_whenever_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "d.json"
    declarations = Declarations(path, lambda _: seen.append(json.loads(path.read_text())))
    seen: list[Any] = []

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: declarations.add(Cost(tokens=1), f"{n:x}"), range(50)))

    assert declarations.value.costs.tokens == 50
    assert len(seen) == 50
    assert list(tmp_path.iterdir()) == [path]


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "d.json").write_text('{"declared": "fin')

    with pytest.raises(RecordError, match=r"d\.json: expected what a run declared"):
        read_declaration(tmp_path / "d.json")


def test_a_closed_run_declares_nothing_more(tmp_path: Path) -> None:
    declarations = Declarations(tmp_path / "d.json")
    declarations.declare(Declared.FINISH, summary="done")

    assert declarations.close().summary == "done"
    assert declarations.is_closed
    with pytest.raises(ConflictError):
        declarations.declare(Declared.BLOCK, reason="late")
    with pytest.raises(ConflictError):
        declarations.add(Cost(), "ab")
    assert declarations.value.declared == "finish"


def test_saying_the_same_again_changes_nothing(served: Served) -> None:
    for _ in range(2):
        served.client.finish("done")

    assert len(served.heard) == 1


def test_a_change_that_lands_after_the_last_word_leaves_it_as_it_is(tmp_path: Path) -> None:
    declarations = Declarations(tmp_path / "d.json")
    last = declarations.close()
    declarations.note_write()

    assert declarations.value == last
