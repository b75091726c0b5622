"""Pictures of the dashboard, for whoever builds it and for the documentation.

python -m tests.dashboard.screenshots FOLDER            the largest page of every kind, at three widths, in both themes
python -m tests.dashboard.screenshots FOLDER --site crowd runs.html
python -m tests.dashboard.screenshots docs/images --docs
"""

import argparse
import io
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.dashboard import tokens
from tests.dashboard.browsing import DESK, PHONE, TABLET, largest, paths_of
from tests.dashboard.company import NOW
from tests.dashboard.conftest import SITES, chromium
from tests.dashboard.editions import Editions

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "dashboard"
HEIGHT = 900
COLOURS = 256
TOKENS = "tokens.html"


@dataclass(frozen=True)
class Shot:
    """One picture."""

    name: str
    site: str
    page: str
    width: int
    theme: str
    height: int = HEIGHT


DOCS = (
    Shot("dashboard-overview", "company", "index.html", DESK, "light", 960),
    Shot("dashboard-board", "company", "tasks.html", DESK, "dark", 820),
    Shot("dashboard-task", "company", "tasks/CI-0028.html", DESK, "light", 960),
    Shot("dashboard-org", "crowd", "org.html", DESK, "light", 860),
    Shot("dashboard-tokens", "company", TOKENS, DESK, "light", 640),
    Shot("dashboard-phone", "company", "index.html", PHONE, "dark", 844),
)


def main() -> None:
    """Take the pictures that the arguments ask for."""
    parser = argparse.ArgumentParser(description="Take pictures of the dashboard.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("pages", nargs="*", help="instead of the largest page of every kind")
    parser.add_argument("--site", choices=sorted(SITES), default="company")
    parser.add_argument("--docs", action="store_true", help="take those of the documentation")
    asked = parser.parse_args()

    asked.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        shots = DOCS if asked.docs else tuple(_all(Path(folder), asked.site, asked.pages))
        _take(shots, Path(folder), asked.folder)


def _all(folder: Path, site: str, pages: list[str]) -> Iterator[Shot]:
    found = _site(folder, site)
    wanted = pages or [largest(found, paths)[0] for paths in paths_of(SITES[site](), found).values() if paths]
    for page in wanted:
        for width in (PHONE, TABLET, DESK):
            for theme in ("light", "dark"):
                name = page.removesuffix(".html").replace("/", "-")
                yield Shot(f"{site}-{name}-{width}-{theme}", site, page, width, theme)


def _site(folder: Path, site: str) -> Path:
    if not (folder / site).exists():
        Editions(folder / site, TEMPLATES).show(SITES[site]())
        sheet = (folder / site / "assets" / "style.css").read_text(encoding="utf-8")
        (folder / site / TOKENS).write_text(tokens.page(sheet), encoding="utf-8")
    return folder / site


def _take(shots: Iterable[Shot], folder: Path, output: Path) -> None:
    program = chromium()
    assert program is not None, "needs Chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for shot in shots:
            picture = _picture(browser, shot, _site(folder, shot.site) / shot.page)
            (output / f"{shot.name}.png").write_bytes(_small(picture))
        browser.close()


def _picture(browser: "Browser", shot: Shot, page: Path) -> bytes:
    context = browser.new_context(
        viewport={"width": shot.width, "height": shot.height},
        color_scheme="dark" if shot.theme == "dark" else "light",
        reduced_motion="reduce",
    )
    tab = context.new_page()
    tab.clock.set_fixed_time(NOW)
    tab.goto(page.as_uri())
    picture = tab.screenshot()
    context.close()
    return picture


def _small(picture: bytes) -> bytes:
    """Keep as many colours as a page has."""
    image = Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    written = io.BytesIO()
    image.save(written, "PNG", optimize=True)
    return written.getvalue()


if __name__ == "__main__":
    main()
