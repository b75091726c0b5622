import pytest

from gitcp.dashboard import shields
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.embed import PLACE, embedded
from tests.dashboard.company import a_bare_site


@pytest.mark.parametrize(("base", "place"), [(None, PLACE), ("https://x.example/", "https://x.example/")])
def test_every_badge_has_the_markdown_that_shows_it(base: str | None, place: str) -> None:
    found = list(embedded(Register(a_bare_site(base_url=base))))

    assert [each.file for each in found] == [f"badges/{name}.svg" for name in shields.NAMES]
    assert found[1].markdown == f"[![spent this month]({place}badges/spend.svg)]({place}costs.html)"
