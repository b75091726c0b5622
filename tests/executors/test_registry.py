import pytest

from gitcp.errors import RuntimeUnavailableError
from gitcp.executors import EXECUTORS, executor_for


def test_an_executor_is_found_by_its_name() -> None:
    assert executor_for("local") is EXECUTORS["local"]


def test_an_executor_that_this_version_lacks_is_said_with_those_that_it_has() -> None:
    with pytest.raises(RuntimeUnavailableError, match="expected one of local, found 'slurm'"):
        executor_for("slurm")
