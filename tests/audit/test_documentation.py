"""The page on audits lists every rule and every attack of the corpus."""

import re
from pathlib import Path

import pytest

from gitcp.audit.finding import RULES
from tests.audit import attacks_on_deliveries, attacks_on_history, attacks_on_money, attacks_on_names
from tests.audit.forging import ATTACKS

CORPUS = (attacks_on_deliveries, attacks_on_history, attacks_on_money, attacks_on_names)  # they fill the list


def rules_table() -> str:
    rows = [f"| `{name}` | {words} |" for name, words in sorted(RULES.items())]
    return "\n".join(["| Rule | Broken by |", "|---|---|", *rows])


def attacks_table() -> str:
    told = sorted(ATTACKS, key=lambda attack: (attack.rule, attack.words))
    rows = [f"| {each.words} | `{each.rule}` |" for each in told]
    return "\n".join(["| Attack | Found by |", "|---|---|", *rows])


@pytest.mark.parametrize(("name", "table"), [("rules", rules_table()), ("attacks", attacks_table())])
def test_the_tables_of_the_page_are_those_of_the_code(project_root: Path, name: str, table: str) -> None:
    text = (project_root / "docs" / "audit.md").read_text(encoding="utf-8")

    found = re.search(rf"<!-- {name} -->\n(.*?)\n?<!-- /{name} -->", text, re.DOTALL)

    assert found is not None
    assert found[1] == table


def test_every_rule_that_a_check_names_is_told() -> None:
    folder = Path(__file__).resolve().parents[2] / "gitcp" / "audit"
    text = "\n".join(
        file.read_text(encoding="utf-8") for file in sorted(folder.rglob("*.py")) if file.name != "finding.py"
    )
    control = (folder.parent / "control" / "auditing.py").read_text(encoding="utf-8")

    named = set(re.findall(r'"((?:[a-z]+)/[a-z-]+)"', text + control))

    assert named == set(RULES)
