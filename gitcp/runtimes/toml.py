"""Values as TOML writes them, for programs that take their settings as arguments."""

import json
from collections.abc import Mapping, Sequence
from typing import Any


def toml_value(value: Any) -> str:
    """Write one value on one line; what has no value has no place in TOML and is left out of tables and lists."""
    if isinstance(value, Mapping):
        items = (f"{_string(str(k))} = {toml_value(v)}" for k, v in value.items() if v is not None)
        return "{" + ", ".join(items) + "}"
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Sequence):
        return "[" + ", ".join(toml_value(each) for each in value if each is not None) + "]"
    return str(value)


def _string(value: str) -> str:
    # Strings of JSON are strings of TOML, but for one character that JSON lets stand and TOML does not.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
