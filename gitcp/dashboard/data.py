"""Data that scripts of pages load: plain scripts, since a page on a disk may not fetch anything else.

Every file hands one value over under its name. The text is ASCII, and holds neither `<` nor a name of a property that records chose: what
people and agents wrote stays text, whatever a browser takes the file for.
"""

import json
from typing import Any, Final

FOLDER: Final = "data/"


def path(name: str) -> str:
    """Return the site path of the data with a name."""
    return f"{FOLDER}{name}.js"


def script(name: str, value: Any) -> str:
    """Write data: lists, texts, numbers and nulls, and objects whose keys are the code's own."""
    return f"gitcp.take({_json(name)},{_json(value)});\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False).replace(
        "<", "\\u003c"
    )
