"""The site as an app that a browser installs: its manifest, and the worker that keeps what was seen for a time without a connection."""

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Any, Final

from gitcp.dashboard import links
from gitcp.dashboard.edition import company_name
from gitcp.dashboard.register import Register

MANIFEST: Final = "manifest.webmanifest"
WORKER: Final = "sw.js"
_PAPER: Final = "#f6f4ee"
_ICONS: Final = (
    ("icon-192", "192x192", "any"),
    ("icon-512", "512x512", "any"),
    ("icon-maskable", "512x512", "maskable"),
)


def manifest(register: Register) -> str:
    """Write the manifest; every address in it is relative to the manifest's own."""
    name = company_name(register)
    said: dict[str, Any] = {
        "name": name,
        "short_name": name,
        "start_url": links.HOME,
        "scope": "./",
        "display": "minimal-ui",
        "background_color": _PAPER,
        "theme_color": _PAPER,
        "icons": [
            {"src": f"{links.ASSETS}{file}.png", "sizes": sizes, "type": "image/png", "purpose": purpose}
            for file, sizes, purpose in _ICONS
        ],
    }
    return json.dumps(said, indent=1) + "\n"


def worker(source: str, addresses: Iterable[str]) -> bytes:
    """Write the worker, which keeps the files at these addresses; it is the same as long as they and its source are."""
    shell = json.dumps(sorted(addresses))
    version = sha256((shell + source).encode()).hexdigest()[:12]
    return f'const SHELL = {shell};\nconst VERSION = "{version}";\n{source}'.encode()
