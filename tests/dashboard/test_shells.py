import traceback
from pathlib import Path
from types import SimpleNamespace

import pytest

from gitcp.dashboard import SiteInput, build
from gitcp.dashboard.environments import Environments
from gitcp.dashboard.frame import Frame
from gitcp.dashboard.glyphs import Glyphs
from gitcp.dashboard.kinds import Page, Shown
from gitcp.dashboard.shells import Shells


def test_pages_in_a_shell_are_what_their_templates_say(
    any_site: SiteInput, templates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_shells = build(any_site, templates)

    monkeypatch.setattr(Shells, "_shell", lambda *_, **__: None)

    assert build(any_site, templates) == in_shells


def test_what_goes_wrong_on_a_page_is_told_with_the_line_of_its_template(tmp_path: Path) -> None:
    (tmp_path / "parts.html").write_text("")
    (tmp_path / "page.html").write_text(
        "<body>\n{% block main %}\n\n{{ view.nothing }}{% endblock %}{% block act %}{% endblock %}</body>"
    )
    shells = Shells(Environments(tmp_path, {}), Glyphs(""))
    page = Page("page.html", "page.html", Shown("Page", "", SimpleNamespace()), None, "page.json")

    with pytest.raises(AttributeError, match="nothing") as raised:
        shells.render(page, Frame("Page", None, "Press", "", "", "", None))

    last = traceback.extract_tb(raised.tb)[-1]
    assert (Path(last.filename).name, last.lineno) == ("page.html", 4)
