"""What a run left, as the operation that settles it: who says what it cost."""

from datetime import timedelta
from decimal import Decimal

import pytest

from gitcp.control.result import Worked, finish_of
from gitcp.model.amounts import Usage
from gitcp.model.runs import Settlement
from gitcp.runtimes.base import Ending
from tests.helpers import NOW, a_run


def worked(ending: Ending, *, started: bool = True) -> Worked:
    return Worked(started_at=NOW, ended_at=NOW + timedelta(minutes=1), ending=ending, started=started)


@pytest.mark.parametrize(
    ("ending", "usd", "settled_by", "priced_by"),
    [
        (Ending(usage=Usage(tokens=70), priced=False), "1.00", Settlement.METERED, "its reservation"),
        (Ending(usage=Usage(usd=Decimal("0.2"), tokens=70)), "0.20", Settlement.METERED, None),
        (
            Ending(usage=Usage(usd=Decimal("0.2"), tokens=70), priced_by="prices 1"),
            "0.20",
            Settlement.METERED,
            "prices 1",
        ),
        (Ending(), "1", Settlement.RESERVED, None),
    ],
)
def test_a_run_whose_price_nobody_knows_says_that_it_was_charged_its_reservation(
    ending: Ending, usd: str, settled_by: Settlement, priced_by: str | None
) -> None:
    found = finish_of(a_run(), worked(ending))

    assert found.usage is not None
    assert (str(found.usage.usd), found.settled_by, found.priced_by) == (usd, settled_by, priced_by)


def test_a_run_that_never_started_has_no_price() -> None:
    found = finish_of(a_run(), worked(Ending(usage=Usage(tokens=70), priced=False), started=False))

    assert found.usage == Usage(runs=1)
    assert found.priced_by is None
