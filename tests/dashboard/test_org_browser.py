"""The org chart in a real browser: sizes, branches, keys, finding, and the same drawing by the script as by the builder."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gitcp.dashboard import SiteInput
from gitcp.dashboard.layout import layout
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.org import tree
from gitcp.model.memory import Records
from tests.dashboard.accessibility import violations
from tests.dashboard.company import NOW, Log, a_person, an_agent
from tests.dashboard.editions import Editions
from tests.dashboard.hostile import a_crowded_site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    Open = Callable[..., Page]

pytestmark = pytest.mark.browser

PLACES = """() => Object.fromEntries(Array.from(document.querySelectorAll(".node:not([hidden])"), (node) =>
  [node.dataset.m, node.getAttribute("transform").match(/\\d+/g).map(Number)]))"""
LINES = """() => Object.fromEntries(Array.from(document.querySelectorAll(".edges path:not([hidden])"), (path) =>
  [path.dataset.of, path.getAttribute("d")]))"""
TYPE = """() => Math.min(...Array.from(document.querySelectorAll(".node:not([hidden]) a > text"), (text) =>
  parseFloat(getComputedStyle(text).fontSize) * text.ownerSVGElement.getScreenCTM().a))"""
HIDDEN = """() => {
  const map = document.querySelector(".orgmap");
  return [map.scrollWidth - map.clientWidth, map.scrollHeight - map.clientHeight];
}"""
PINCH = """() => {
  const map = document.querySelector(".orgmap"), frame = map.getBoundingClientRect();
  const y = frame.top + 100, middle = frame.left + 200;
  const touch = (type, id, x) => map.dispatchEvent(new PointerEvent(type,
    { pointerId: id, pointerType: "touch", clientX: x, clientY: y, bubbles: true }));
  touch("pointerdown", 1, middle - 50);
  touch("pointerdown", 2, middle + 50);
  touch("pointermove", 1, middle - 50);
  touch("pointermove", 2, middle + 150);
  touch("pointerup", 1, middle - 50);
  touch("pointermove", 2, middle + 400);
  touch("pointerup", 2, middle + 400);
}"""
IN_SIGHT = """(id) => {
  const box = document.querySelector(`[data-m="${id}"]`).getBoundingClientRect();
  const map = document.querySelector(".orgmap").getBoundingClientRect();
  return box.left >= map.left && box.right <= map.right && box.top >= map.top && box.bottom <= map.bottom;
}"""


def a_large_site() -> SiteInput:
    """Ten leads of sixteen agents each, below one person."""
    staff = [
        an_agent(
            f"a{lead}-{one}", name=f"Agent {lead}.{one}", title="Research scout", reports_to=f"lead-{lead}"
        )
        for lead in range(10)
        for one in range(16)
    ]
    leads = [an_agent(f"lead-{lead}", name=f"Lead {lead}", reports_to="ada") for lead in range(10)]
    return SiteInput(Records.of([a_person("ada", name="Ada Okafor"), *leads, *staff]), Log(), NOW)


@pytest.fixture(scope="module")
def sites(
    written: dict[str, Path], tmp_path_factory: pytest.TempPathFactory, templates: Path
) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("large")
    Editions(folder, templates).show(a_large_site())
    return written | {"large": folder}


@pytest.fixture
def open_chart(browser: "Browser", sites: dict[str, Path]) -> Iterator["Open"]:
    complaints: list[str] = []
    contexts = []

    def open_it(site: str, fragment: str = "", width: int = 1280, **options: Any) -> "Page":
        context = browser.new_context(
            viewport={"width": width, "height": 900}, reduced_motion="reduce", **options
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto((sites[site] / "org.html").as_uri() + fragment)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert complaints == []


def visible(page: "Page") -> list[str]:
    return list(page.evaluate(PLACES))


def focused(page: "Page") -> str:
    return str(page.evaluate("document.activeElement.closest('.node')?.dataset.m"))


def scale(page: "Page") -> float:
    return float(page.evaluate("document.querySelector('.orgtree').getScreenCTM().a"))


@pytest.mark.parametrize("site", ["company", "crowd", "large"])
def test_the_script_draws_every_branch_where_the_builder_drew_it(open_chart: "Open", site: str) -> None:
    by_builder = open_chart(site, java_script_enabled=False)
    by_script = open_chart(site)
    by_script.get_by_role("button", name="Open all").click()

    assert len(visible(by_script)) > 10
    assert by_script.evaluate(PLACES) == by_builder.evaluate(PLACES)
    assert by_script.evaluate(LINES) == by_builder.evaluate(LINES)


def test_the_buttons_size_the_chart(open_chart: "Open") -> None:
    page = open_chart("large")
    page.get_by_role("button", name="Open all").click()
    whole = scale(page)
    assert page.evaluate(HIDDEN) == [0, 0]
    page.get_by_role("button", name="Larger").click()
    assert scale(page) == pytest.approx(whole * 1.25, rel=0.001)
    page.get_by_role("button", name="Smaller").click()
    assert scale(page) == pytest.approx(whole, rel=0.001)
    page.get_by_role("button", name="Larger").click()
    page.get_by_role("button", name="Whole").click()
    assert page.evaluate(HIDDEN) == [0, 0]


def test_a_branch_that_fits_the_width_is_legible(open_chart: "Open") -> None:
    page = open_chart("large")
    assert page.evaluate(TYPE) >= 9
    page.locator('[data-m="lead-3"] a').focus()
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Fit", exact=True).click()

    assert len(visible(page)) == 1 + 10 + 16
    assert page.evaluate(TYPE) >= 11
    assert page.evaluate(IN_SIGHT, "lead-3")


def test_a_large_company_begins_shut_and_a_small_one_open(open_chart: "Open") -> None:
    assert visible(open_chart("large")) == ["ada", *(f"lead-{lead}" for lead in range(10))]
    assert len(visible(open_chart("company"))) == 15


def test_a_branch_is_opened_by_its_button_and_says_so(open_chart: "Open") -> None:
    page = open_chart("large")
    lead = page.get_by_role("treeitem", name="Lead 3")
    assert lead.get_attribute("aria-expanded") == "false"

    page.locator('[data-m="lead-3"] .node-switch').click()

    assert lead.get_attribute("aria-expanded") == "true"
    assert page.locator('[data-m="lead-3"] .node-switch').text_content() == "\u2212"
    assert len(visible(page)) == 27
    assert "a3-0" in visible(page)


def test_which_branches_are_open_is_kept_in_the_fragment(open_chart: "Open") -> None:
    page = open_chart("large")
    page.locator('[data-m="lead-3"] .node-switch').click()
    fragment = page.evaluate("location.hash")
    assert fragment == "#open=lead-3"

    again = open_chart("large", fragment)
    assert len(visible(again)) == 27
    again.locator('[data-m="lead-3"] .node-switch').click()

    assert again.evaluate("location.hash") == ""
    assert len(visible(open_chart("company", "#shut=clara,nobody"))) == 12


def test_the_tree_is_walked_by_keyboard(open_chart: "Open") -> None:
    page = open_chart("company")
    page.locator(".orgmap").focus()
    page.keyboard.press("Tab")
    assert focused(page) == "ada"

    walked = []
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "ArrowRight", "ArrowLeft", "End", "Home"):
        page.keyboard.press(key)
        walked.append(focused(page))
    assert walked == ["ben", "noor", "oscar", "clara", "clara", "wren", "ada"]
    assert page.locator('[data-m="clara"] a').get_attribute("aria-expanded") == "false"
    assert "riley" not in visible(page)

    page.keyboard.press("Tab")
    assert focused(page) == "None"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/org/ada.html")


def test_plus_and_minus_size_the_chart_by_keyboard(open_chart: "Open") -> None:
    page = open_chart("company")
    page.locator(".orgmap").focus()
    before = scale(page)
    page.keyboard.press("+")
    larger = scale(page)
    page.keyboard.press("-")

    assert larger == pytest.approx(before * 1.25, rel=0.001)
    assert scale(page) == pytest.approx(before, rel=0.001)


def test_finding_opens_branches_and_brings_the_member_into_sight(open_chart: "Open") -> None:
    page = open_chart("large")
    page.get_by_role("searchbox", name="Find").fill("agent 7.1 scout")

    assert page.locator(".orgfound").inner_text() == "7 found, Enter shows the next"
    assert page.evaluate(IN_SIGHT, "a7-1")
    page.keyboard.press("Enter")
    assert page.evaluate(IN_SIGHT, "a7-10")
    assert page.locator(".is-found").count() == 7

    page.get_by_role("searchbox", name="Find").fill("nobody of this name")
    assert page.locator(".orgfound").inner_text() == "nobody found"
    page.keyboard.press("Escape")
    assert (page.locator(".is-found").count(), page.locator(".orgfound").text_content()) == (0, "")


def test_the_map_is_dragged_without_following_a_link(open_chart: "Open") -> None:
    page = open_chart("large", "#open=lead-0,lead-1,lead-2,lead-3,lead-4,lead-5,lead-6,lead-7,lead-8,lead-9")
    page.get_by_role("button", name="Larger").click()
    page.get_by_role("button", name="Larger").click()
    page.evaluate("document.querySelector('.orgmap').scrollTo(400, 0)")
    start = page.evaluate("document.querySelector('.orgmap').scrollLeft")
    box = page.locator(".orgmap").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 120, y, steps=4)
    page.mouse.up()

    assert page.evaluate("document.querySelector('.orgmap').scrollLeft") == pytest.approx(start + 120, abs=1)
    assert page.url.split("#")[0].endswith("org.html")


def test_the_wheel_with_ctrl_sizes_around_the_pointer(open_chart: "Open") -> None:
    page = open_chart("large")
    lead = page.locator('[data-m="lead-0"]').bounding_box()
    assert lead is not None
    page.mouse.move(lead["x"] + 10, lead["y"] + 10)
    before = scale(page)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -300)
    page.keyboard.up("Control")
    page.wait_for_function(
        "(before) => document.querySelector('.orgtree').getScreenCTM().a > before * 1.5", arg=before
    )
    after = page.locator('[data-m="lead-0"]').bounding_box()

    assert after is not None
    assert after["x"] < lead["x"] + 10 < after["x"] + after["width"]


def test_two_fingers_size_the_chart_and_one_does_not(open_chart: "Open") -> None:
    page = open_chart("large", width=390, has_touch=True)
    before = scale(page)
    page.evaluate(PINCH)

    assert scale(page) == pytest.approx(before * 2, rel=0.001)


def test_on_a_phone_the_chart_stays_within_the_page_and_is_legible(open_chart: "Open") -> None:
    page = open_chart("large", width=390)

    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.evaluate(TYPE) >= 9
    assert page.evaluate(IN_SIGHT, "ada")


def test_on_a_phone_a_small_company_needs_no_scrolling_sideways(open_chart: "Open") -> None:
    page = open_chart("company", width=390)

    assert len(visible(page)) == 15
    assert page.evaluate(HIDDEN)[0] == 0
    assert page.evaluate(TYPE) >= 9


def test_without_scripts_everybody_is_drawn_and_listed(open_chart: "Open") -> None:
    page = open_chart("large", width=390, java_script_enabled=False)

    assert page.locator(".node").count() == 171
    assert not page.locator(".orgbar").is_visible()
    page.locator(".orglist summary").click()
    assert page.locator(".orglist li").count() == 171
    assert page.locator(".orglist").get_by_role("link", name="Agent 9.15", exact=True).is_visible()


@pytest.mark.parametrize("site", ["large", "crowd", "hostile", "empty"])
def test_the_live_tree_has_no_violation_of_accessibility(open_chart: "Open", site: str) -> None:
    assert violations(open_chart(site)) == []


def test_the_order_of_the_tree_is_the_register_s() -> None:
    register = Register(a_crowded_site())
    staff = {member.id: member for member in register.members.values()}

    assert {box.id for box in layout(tree(staff)).boxes} == set(staff)
