"""Whether two clocks agree."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from gitcp.control.clocks import APART, compared, read_date
from gitcp.control.finding import State

NOW = datetime(2026, 11, 16, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "told", ["16 Nov 2026 08:00:00 GMT", "16 Nov 2026 08:00:00 -0000", "16 Nov 2026 09:00:00 +0100"]
)
def test_a_date_is_read_in_utc_whatever_zone_is_here(told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert read_date(f"Mon, {told}") == NOW
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    "told", [None, "", "soon", "Fri, 31 Dec 9999 23:00:00 -0200", f"Mon, 16 Nov {'9' * 30} 08:00:00 GMT"]
)
def test_what_is_no_date_is_none(told: str | None) -> None:
    assert read_date(told) is None


@pytest.mark.parametrize("sign", [-1, 1])
def test_clocks_that_are_apart_are_an_error_whichever_is_ahead(sign: int) -> None:
    assert compared("clock", NOW, NOW + sign * APART, "there").state is State.OK

    told = compared("clock", NOW, NOW + sign * (APART + timedelta(seconds=1)), "there")

    assert told.state is State.ERROR
    assert "set the clock" in (told.remedy or "")
