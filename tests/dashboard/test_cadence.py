from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gitcp.core.schedule import is_cron
from gitcp.core.spans import during
from gitcp.dashboard.cadence import words

WORDS = {
    "0 9 * * MON": "Mondays at 09:00",
    "0 9 * * 1-5": "weekdays at 09:00",
    "0 9 * * mon-fri": "weekdays at 09:00",
    "30 8,17 * * *": "every day at 08:30 and 17:30",
    "0 8 * * SAT,SUN": "Saturdays and Sundays at 08:00",
    "0 8 * * 0,6": "Saturdays and Sundays at 08:00",
    "0 8 * * 0-7": "every day at 08:00",
    "0 8 * * 1-7": "every day at 08:00",
    "0 8 * * 5-7": "Fridays, Saturdays and Sundays at 08:00",
    "0 8 * * FRI-MON": None,
    "*/5 * * * *": "every 5 minutes",
    "* * * * *": "every minute",
    "*/7 * * * *": None,
    "0 * * * *": "every hour",
    "7,37 * * * *": "every hour at :07 and :37",
    "0 * * * MON-FRI": "every hour, weekdays",
    "0 */6 * * *": "every 6 hours",
    "15 */6 * * *": "every 6 hours at 15 minutes past",
    "0 */5 * * *": None,
    "0 6 1 * *": "on the 1st of each month at 06:00",
    "0 6 22 * *": "on the 22nd of each month at 06:00",
    "0 6 13 * *": "on the 13th of each month at 06:00",
    "0 6 1 * MON": None,
    "0 6 1 1 *": None,
    "0 6 L * *": None,
    "0 6 * * L5": None,
    "0 6-9 * * *": None,
    "1,2,3 4,5 * * *": None,
    "*/10 8 * * *": None,
    "@daily": "every day at 00:00",
    "@weekly": "Sundays at 00:00",
    "@hourly": "every hour",
    "@yearly": None,
    "hello": None,
    "61 9 * * *": None,
    "0 9 * * XYZ": None,
}


@pytest.mark.parametrize(("expression", "expected"), WORDS.items())
def test_a_simple_expression_is_said_in_words_and_no_other(expression: str, expected: str | None) -> None:
    assert words(expression) == expected


@pytest.mark.parametrize(
    ("expression", "days"),
    [(e, w) for e, w in WORDS.items() if w and "at 0" in w and "month" not in w and is_cron(e)],
)
def test_the_days_that_are_said_are_those_on_which_it_fires(expression: str, days: str) -> None:
    start = datetime(2026, 11, 22, 12, tzinfo=UTC)
    fired = {f"{at:%A}" for at in during(expression, ZoneInfo("UTC"), start, start + timedelta(days=14))}
    weekdays = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday"}
    said = {
        name
        for name in {*weekdays, "Saturday", "Sunday"}
        if f"{name}s" in days or "every day" in days or (name in weekdays and "weekdays" in days)
    }

    assert fired == said
