import re
import struct
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import pytest
from PIL import Image

from gitcp.dashboard import SiteInput
from gitcp.dashboard.org_pictures import COLOURS, WIDEST, org_png, org_svg, strokes
from gitcp.dashboard.register import Register
from tests.dashboard.company import a_bare_site, a_run, a_site, ago, an_agent
from tests.dashboard.hostile import a_crowded_site, a_hostile_site

NAMESPACE = "{http://www.w3.org/2000/svg}"


def svg(site: SiteInput) -> Element:
    return fromstring(org_svg(Register(site)))


def png(site: SiteInput) -> bytes:
    return org_png(Register(site))


def size(picture: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", picture[16:24])
    return width, height


def test_the_drawing_names_everybody_and_leads_to_their_pages() -> None:
    found = svg(a_site())
    texts = {text.text for text in found.iter(f"{NAMESPACE}text")}

    assert {"Ada Okafor", "Publisher", "Running CI-0028", "3 in the inbox", "Paused"} <= texts
    assert [title.text for title in found.findall(f"{NAMESPACE}title")] == ["Org chart of Fieldnotes Press"]
    assert {link.get("href") for link in found.iter(f"{NAMESPACE}a")} >= {"org/ada.html", "org/riley.html"}


@pytest.mark.parametrize(
    "site", [a_hostile_site(), a_crowded_site(), a_bare_site()], ids=["hostile", "crowd", "empty"]
)
def test_the_drawing_is_xml_that_runs_and_loads_nothing(site: SiteInput) -> None:
    found = svg(site)

    assert {element.tag.removeprefix(NAMESPACE) for element in found.iter()} <= {
        *("svg", "title", "desc", "style", "rect", "path", "g", "a", "text")
    }
    for element in found.iter():
        assert not any(name.startswith("on") or name == "style" for name in element.attrib)
        assert element.get("href", "org/").startswith("org/")
    assert not re.search(r"url\(|@import", org_svg(Register(site)))


def test_letters_that_xml_forbids_are_replaced() -> None:
    found = svg(a_bare_site(an_agent(name="a\ufffeb")))

    assert "a\ufffdb" in {text.text for text in found.iter(f"{NAMESPACE}text")}


def test_the_drawing_has_the_colours_of_the_style_sheet(templates: Path) -> None:
    sheet = (templates / "assets" / "style.css").read_text(encoding="utf-8")

    for name, colours in COLOURS.items():
        assert f"--{name}: light-dark({colours[0]}, {colours[1]});" in sheet


def test_the_picture_can_be_read_and_is_no_wider_than_it_may_be() -> None:
    with Image.open(BytesIO(png(a_crowded_site()))) as picture:
        picture.load()
        assert picture.format == "PNG"
        assert 1_000 < picture.width <= WIDEST
        assert len(picture.getcolors() or ()) > 4


def test_the_same_company_is_the_same_picture_to_the_byte() -> None:
    assert png(a_site()) == png(a_site())


def test_the_picture_stays_as_it_is_while_agents_work() -> None:
    site = a_bare_site(an_agent("riley"), an_agent("clara"))
    working = a_bare_site(an_agent("riley"), an_agent("clara"), a_run("riley", ago(minutes=1)))

    assert png(replace(working, now=site.now + timedelta(hours=1))) == png(site)
    assert png(a_bare_site(an_agent("riley"), an_agent("clara", name="Claire"))) != png(site)


def test_of_a_company_that_is_too_large_the_picture_shows_the_upper_levels() -> None:
    width, height = size(png(a_crowded_site(agents=1_400)))

    assert (width <= WIDEST, height > 300) == (True, True)


def test_nobody_is_a_small_picture() -> None:
    assert size(png(a_bare_site())) == (64, 64)


def test_lines_are_followed_across_and_down() -> None:
    assert strokes("M10 20V40M5 40H15M5 40h-3") == [
        ((10, 20), (10, 40)),
        ((5, 40), (15, 40)),
        ((5, 40), (2, 40)),
    ]
