from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from gitcp.dashboard.bitmap import width
from gitcp.dashboard.register import Register
from gitcp.dashboard.social_picture import social_png, wrapped
from gitcp.model.company import Company
from tests.dashboard.company import a_bare_site, a_site, a_task
from tests.dashboard.hostile import LONG_WORD, a_hostile_site


def test_the_picture_has_the_size_that_is_asked_for_beside_links() -> None:
    with Image.open(BytesIO(social_png(Register(a_hostile_site())))) as picture:
        assert (picture.format, picture.size) == ("PNG", (1200, 630))


def test_the_picture_changes_with_the_company_and_not_with_its_work() -> None:
    one = a_bare_site(Company(id="gitcp", name="One", mission="To be first"))
    later = replace(
        a_bare_site(Company(id="gitcp", name="One", mission="To be first"), a_task()),
        now=one.now + timedelta(days=3),
    )
    other = a_bare_site(Company(id="gitcp", name="One", mission="To be second"))

    assert social_png(Register(one)) == social_png(Register(later)) != social_png(Register(other))
    assert social_png(Register(a_bare_site())) != social_png(Register(a_site()))


@pytest.mark.parametrize("text", ["", "Field guides that are right " * 40, LONG_WORD * 3, f"a {LONG_WORD} b"])
def test_text_is_broken_into_lines_that_fit(text: str) -> None:
    lines = wrapped(text, 36, 4)

    assert len(lines) <= 4
    assert all(width(line, 36) <= 1008 for line in lines)


def test_what_is_left_out_is_marked() -> None:
    assert wrapped("Field guides " * 99, 36, 2)[-1].endswith("\u2026")
    assert wrapped("Field guides", 36, 2) == ["Field guides"]
