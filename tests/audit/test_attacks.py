"""The corpus of attacks: each is carried out on a company that worked, and an audit finds it by its rule, in its commit."""

from pathlib import Path

import pytest

from gitcp.audit.finding import RULES, Weight
from tests.audit import attacks_on_deliveries, attacks_on_history, attacks_on_money, attacks_on_names
from tests.audit.company import worked
from tests.audit.forging import ATTACKS, Attack, Forger
from tests.audit.histories import findings_of
from tests.store.repositories import copy_of

# What may be right, and is told so that somebody looks.
NO_OFFENCES = {"admission/laundered", "delivery/not-held", "identity/for-another", "identity/trust-changed"}
CORPUS = (attacks_on_deliveries, attacks_on_history, attacks_on_money, attacks_on_names)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return worked(tmp_path_factory.mktemp("attacked") / "company.git").folder


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.words.replace(" ", "-"))
def test_an_attack_is_found_by_its_rule_in_its_commit(attack: Attack, company: Path, tmp_path: Path) -> None:
    repository = copy_of(company, tmp_path / "company.git")

    commit = attack.carried_out(Forger(repository))

    found = {(each.commit, each.rule): each.weight for each in findings_of(repository)}
    assert (commit, attack.rule) in found, sorted(found)
    is_harmless = (commit, "admission/refused") in found or attack.rule in NO_OFFENCES
    assert is_harmless or found[commit, attack.rule] is Weight.VIOLATION


def test_the_corpus_is_large_and_each_attack_has_its_own_words() -> None:
    assert len({attack.words for attack in ATTACKS}) == len(ATTACKS) >= 60
    assert {attack.rule for attack in ATTACKS} <= set(RULES)
    assert all(module.__doc__ for module in CORPUS)
