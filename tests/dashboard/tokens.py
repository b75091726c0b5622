"""The design's tokens on one page: what the first block of the style sheet holds, drawn by itself."""

import re
from html import escape
from typing import Final

_TOKEN: Final = re.compile(r"^  --([a-z0-9-]+): (.+);$", re.MULTILINE)
_PART: Final = re.compile(r"/\* ([a-z]+)[^*]*\*/\n((?:  --.*\n)+)")
_SAMPLES: Final = {
    "colours": '<b style="background: var(--{name})"></b>',
    "typefaces": '<i style="font: 1.25rem var(--{name})">Every figure, 0123456789</i>',
    "sizes": '<i style="font: 500 var(--{name})/1.2 var(--serif)">Two runs</i>',
    "spaces": '<b class="space" style="width: var(--{name})"></b>',
}
_STYLE: Final = """
.tokens { columns: 21rem; column-gap: 2.5rem; padding-block: 2rem; }
.tokens section { break-inside: avoid; margin-bottom: 2rem; }
.tokens h2 { margin-bottom: .5rem; }
.tokens p { display: grid; grid-template-columns: 6rem minmax(0, 1fr) auto; gap: .75rem; align-items: center; padding-block: .2rem; }
.tokens b { height: 1.5rem; border: 1px solid var(--rule-firm); border-radius: 3px; }
.tokens .space { background: var(--link); border: 0; max-width: 100%; }
.tokens i { font-style: normal; white-space: nowrap; overflow: hidden; }
.tokens small { color: var(--ink-faint); max-width: 11rem; }
"""


def parts(sheet: str) -> dict[str, dict[str, str]]:
    """Return the tokens of a style sheet by what they are: colours, typefaces, sizes of type, spaces."""
    block = sheet[: sheet.index("\n}") + 1]
    return {match[1]: dict(_TOKEN.findall(match[2])) for match in _PART.finditer(block)}


def page(sheet: str) -> str:
    """Return a page that draws every token; it stands beside the pages of a site, and is none of them."""
    drawn = "".join(_section(part, tokens) for part, tokens in parts(sheet).items())
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Tokens</title>'
        f'<link rel="stylesheet" href="assets/style.css"><style>{_STYLE}</style></head>'
        f'<body><main class="wrap"><h1>Design tokens</h1><div class="tokens">{drawn}</div></main></body></html>\n'
    )


def _section(part: str, tokens: dict[str, str]) -> str:
    rows = "".join(
        f"<p><code>{name}</code>{_SAMPLES[part].format(name=name)}<small>{_told(part, value)}</small></p>"
        for name, value in tokens.items()
    )
    return f"<section><h2>{part.capitalize()}</h2>{rows}</section>"


def _told(part: str, value: str) -> str:
    if part == "typefaces":
        return ""
    return escape(value.removeprefix("light-dark(").removesuffix(")") if part == "colours" else value)
