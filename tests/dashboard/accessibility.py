"""What axe says of the page that a tab shows.

Of all texts that look the same, and whose surroundings do up to the root, the contrast of one is that of all, as long as the page is open,
whatever its width: to judge each of a thousand cells takes seconds.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

JUDGE = """async (isOfColours) => {
  const numbers = window.looksByText ??= new Map(), judgedLooks = window.judgedLooks ??= new Set();
  const looks = new Map(), chosen = [];
  const number = (text) => numbers.get(text) ?? numbers.set(text, numbers.size).get(text);
  const look = (element) => {
    if (!element) return "";
    if (!looks.has(element)) {
      const {color, backgroundColor, backgroundImage, opacity, fontSize, fontWeight, textShadow} = getComputedStyle(element);
      const own = [color, backgroundColor, backgroundImage, opacity, fontSize, fontWeight, textShadow];
      looks.set(element, number([look(element.parentElement), element.tagName, element.classList, ...own].join(" ")));
    }
    return looks.get(element);
  };
  const says = (element) => element.matches("input, select, textarea")
    || Array.from(element.childNodes).some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  for (const element of document.body.querySelectorAll("*")) {
    if (!says(element) || !element.checkVisibility() || judgedLooks.has(look(element))) continue;
    judgedLooks.add(look(element));
    chosen.push(element);
  }
  const judged = async (context, options) =>
    (await axe.run(context, {resultTypes: ["violations"], preload: false, ...options})).violations;
  const found = chosen.length ? await judged({include: chosen}, {runOnly: ["color-contrast"]}) : [];
  if (!isOfColours) found.push(...await judged(document, {rules: {"color-contrast": {enabled: false}}}));
  return found.map((violation) => [violation.id, violation.nodes[0].html]);
}"""


def violations(page: "Page", *, of_colours: bool = False) -> list[tuple[str, str]]:
    """Return each rule that the page breaks and the first place where it does, or those `of_colours` alone."""
    from axe_playwright_python.base import AXE_SCRIPT

    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    return [(rule, place) for rule, place in page.evaluate(JUDGE, of_colours)]
