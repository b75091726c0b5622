"""Whatever happens, in whichever order: what is made anew of a site and what is kept are together what a build from nothing makes."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.dashboard.editions import Editions
from tests.dashboard.happenings import Told, happen, start

STEPS = 6
# To make a failing case smaller takes an hour; each step says what happened.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
QUICK = settings(max_examples=4, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
LONG = settings(QUICK, max_examples=150)


def hold(data: st.DataObject, templates: Path) -> None:
    """Let things happen to a company whose site is brought along."""
    with TemporaryDirectory() as folder:
        editions = Editions(Path(folder) / "site", templates, stays=data.draw(st.booleans()))
        told = Told(start())
        editions.show(told.site)
        for _ in range(STEPS):
            told = happen(told.site, data.draw)
            editions.show(told.site, told.keys)
            assert editions.files() == editions.fresh(told.site)


@QUICK
@given(data=st.data())
def test_a_site_that_was_brought_along_is_the_one_that_is_made_from_nothing(
    data: st.DataObject, templates: Path
) -> None:
    hold(data, templates)


@pytest.mark.slow
@LONG
@given(data=st.data())
def test_it_is_so_in_many_companies(data: st.DataObject, templates: Path) -> None:
    hold(data, templates)
