from pathlib import Path

from gitcp.control.verification import verify
from tests.runtimes.programs import a_launch, never, shell


def test_the_time_that_is_left_is_for_all_checks_together(tmp_path: Path) -> None:
    launch = a_launch(tmp_path, shell("true"))

    checked = verify((("sleep", "2"), ("sleep", "2")), tmp_path, launch, never, minutes=3 / 60)

    assert checked is not None
    assert not checked.passed
    assert (tmp_path / "check-1.log").exists()
