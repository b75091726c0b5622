import pytest

from gitcp.errors import RuntimeUnavailableError
from gitcp.model.runtimes import HttpRuntime, ProcessRuntime
from gitcp.runtimes import RUNTIMES, runtime_for


def test_a_runtime_is_found_by_what_a_record_says() -> None:
    assert runtime_for(ProcessRuntime(type="process", command=("x",))) is RUNTIMES["process"]


def test_a_runtime_that_this_version_lacks_is_said_with_those_that_it_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(RUNTIMES, "http")

    with pytest.raises(RuntimeUnavailableError, match=r"expected one of process, .*, found 'http'"):
        runtime_for(HttpRuntime(type="http", url="http://127.0.0.1"))
