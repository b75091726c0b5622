import pytest

from gitcp.dashboard.all_rows import Rows
from gitcp.dashboard.index.row_texts import RowTexts
from gitcp.dashboard.rows import RunRow, TaskRow
from tests.dashboard.company import a_site
from tests.dashboard.hostile import a_hostile_site


def test_rows_are_read_as_they_were_written() -> None:
    for site in (a_site(), a_hostile_site()):
        rows = Rows.of(site.snapshot)
        tasks, runs = RowTexts(TaskRow), RowTexts(RunRow)

        assert tasks.load_all(map(tasks.dump, rows.tasks.values())) == list(rows.tasks.values())
        assert runs.load_all(map(runs.dump, rows.runs.values())) == list(rows.runs.values())


@pytest.mark.parametrize("text", ["{", "[]", "[1]", '"x"'])
def test_what_is_no_row_is_refused(text: str) -> None:
    with pytest.raises((ValueError, TypeError, IndexError, KeyError)):
        RowTexts(TaskRow).load_all([text])
