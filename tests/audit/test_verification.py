"""A history that real operations made verifies clean."""

from pathlib import Path

from tests.audit.company import worked
from tests.audit.histories import findings_of


def test_what_operations_wrote_breaks_no_rule(tmp_path: Path) -> None:
    company = worked(tmp_path / "company.git")

    assert findings_of(company.folder) == []
