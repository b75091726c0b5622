import csv
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest

from gitcp.dashboard.register import Register
from gitcp.dashboard.sheets import costs
from tests.dashboard.company import a_bare_site, an_ended_run

AT = datetime(2026, 11, 2, 12, tzinfo=UTC)


def lines(**fields: Any) -> list[dict[str, str]]:
    sheet = costs(Register(a_bare_site(an_ended_run("riley", AT, 3, "0.50", **fields))), "2026-11")
    assert sheet is not None
    return list(csv.DictReader(StringIO(sheet)))


def test_a_month_s_file_tells_who_spent_what_on_which_day() -> None:
    (line,) = lines(model="sonnet")

    assert (line["day"], line["agent"], line["model"], line["project"]) == (
        "2026-11-02",
        "riley",
        "sonnet",
        "",
    )
    assert (line["runs"], line["usd"], line["tokens"], line["minutes"]) == ("1", "0.50", "90000", "3")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\uff1d1+1", '=HYPERLINK("http://x")'])
def test_no_text_of_a_record_becomes_a_formula(text: str) -> None:
    assert lines(model=text)[0]["model"] == f"'{text}"


def test_a_month_without_runs_has_no_file() -> None:
    assert costs(Register(a_bare_site()), "2026-11") is None
