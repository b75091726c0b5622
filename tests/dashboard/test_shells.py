from pathlib import Path

import pytest

from gitcp.dashboard import SiteInput, build
from gitcp.dashboard.shells import Shells


def test_pages_in_a_shell_are_what_their_templates_say(
    any_site: SiteInput, templates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_shells = build(any_site, templates)

    monkeypatch.setattr(Shells, "_shell", lambda *_, **__: None)

    assert build(any_site, templates) == in_shells
