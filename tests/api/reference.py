"""The descriptions of the HTTP interfaces, as files and as a page.

`python -m tests.api.reference` writes docs/openapi-run.json, docs/openapi-company.json and docs/api.md anew.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from gitcp.api import reception, routes
from gitcp.api.tools import Tool, tools_of_person, tools_of_run

HEAD: Final = """\
# The HTTP interfaces and the tools

This page is made from the operations; [callback.md](callback.md) says how they are used.

Everything is JSON below `/v1/`, with the token as a bearer: `Authorization: Bearer TOKEN`.
A write may name itself, `Gitcp-Request: HEX`, and is then carried out once, however often it is sent.
What is refused is answered as problem details ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)), `application/problem+json`:
`type`, `title`, `status`, `detail`, and gitcp's own `kind`, for programs, and `hint`, the next step.
In the tables a field or a condition with ? may be left out.
"""

PAGES: Final = {
    "docs/openapi-run.json": (
        "A run",
        routes.description,
        tools_of_run,
        "What an agent asks from within its run, at `GITCP_API_URL` with `GITCP_API_KEY`.",
    ),
    "docs/openapi-company.json": (
        "People and programs",
        reception.description,
        tools_of_person,
        "What `gitcp scheduler --listen` serves to the token of a person.",
    ),
}


def files() -> dict[str, str]:
    """Return what is published, by path."""
    documents = {path: _json(describe()) for path, (_, describe, _, _) in PAGES.items()}
    return {**documents, "docs/api.md": "\n".join([HEAD, *_sections()])}


def _json(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _sections() -> Iterator[str]:
    for path, (title, describe, tools, about) in PAGES.items():
        document = describe()
        yield f"## {title}\n\n{about}\nThe whole description: [{Path(path).name}]({Path(path).name}), served at `/v1/openapi.json`.\n"
        yield _table(("request", "conditions or fields", "what it is"), _routes(document))
        yield "### Operations\n\n`POST /v1/operations/NAME`\n"
        yield _table(("name", "fields", "what it does"), _operations(document))
        yield "### Tools\n\n`gitcp mcp` offers them to a model.\n"
        yield _table(("tool", "arguments", "what it does"), map(_tool, tools()))


def _routes(document: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for path, methods in document["paths"].items():
        if path.startswith("/v1/operations/"):
            continue
        for method, entry in methods.items():
            conditions = [f"{each['name']}?" for each in entry["parameters"] if each["in"] == "query"]
            takes = ", ".join([*conditions, *_fields(document, entry)])
            yield f"`{method.upper()} {path}`", takes, entry["summary"]


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for path, methods in document["paths"].items():
        if path.startswith("/v1/operations/"):
            entry = methods["post"]
            yield f"`{path.rpartition('/')[2]}`", ", ".join(_fields(document, entry)), entry["summary"]


def _fields(document: Mapping[str, Any], entry: Mapping[str, Any]) -> list[str]:
    if "requestBody" not in entry:
        return []
    reference = entry["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    return _names(document["components"]["schemas"][reference.rpartition("/")[2]])


def _names(schema: Mapping[str, Any]) -> list[str]:
    required = schema.get("required", ())
    return [name if name in required else f"{name}?" for name in schema.get("properties", {})]


def _tool(tool: Tool) -> tuple[str, str, str]:
    return f"`{tool.name}`", ", ".join(_names(tool.schema)), tool.about.partition("\n")[0]


def _table(heads: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in row)} |\n" for row in lines)


if __name__ == "__main__":
    root = Path(__file__).resolve().parents[2]
    for name, text in files().items():
        (root / name).write_text(text, encoding="utf-8")
        sys.stdout.write(f"{root / name}\n")
