"""`gitcp mcp` where it cannot serve."""

import sys

import pytest

from tests.cli.conftest import Shell


def test_outside_of_a_run_and_without_a_token_it_says_where_both_are_from() -> None:
    pytest.importorskip("mcp", reason="the extra is not installed: pip install 'gitcp[mcp]'")

    refused = Shell()("mcp")

    assert refused.code == 1
    assert "expected GITCP_API_URL and GITCP_API_KEY, found none" in refused.err
    assert "gitcp token new" in refused.err


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mcp", None)
    monkeypatch.delitem(sys.modules, "gitcp.api.mcp_server", raising=False)
    for name in [name for name in sys.modules if name.startswith("mcp.")]:
        monkeypatch.delitem(sys.modules, name)

    refused = Shell()("mcp")

    assert refused.code == 1
    assert "gitcp mcp needs the library mcp, which is not installed" in refused.err
    assert 'pip install "gitcp[mcp]"' in refused.err
