import pytest

from gitcp.dashboard.views.facts import Fact, compared
from tests.dashboard.company import ago, an_ended_run

PAGE = "https://github.com/acme/factory/compare/main...riley/CI-0028?expand=1"


def shown(url: str | None) -> list[Fact]:
    return list(compared(an_ended_run("riley", ago(hours=1), 3, "0.25", compare_url=url)))


def test_the_page_of_the_forge_is_linked() -> None:
    assert shown(PAGE) == [Fact("Compare", text=PAGE, url=PAGE)]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "http://x", "x"]
)
def test_what_is_no_safe_address_is_shown_and_not_linked(url: str) -> None:
    assert shown(url) == [Fact("Compare", text=url)]


def test_where_there_is_none_nothing_is_shown() -> None:
    assert shown(None) == []
    assert list(compared(None)) == []
