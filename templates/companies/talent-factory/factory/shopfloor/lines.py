"""Production lines: each holds a talent (`talent.py`), its cases and a README; this module runs one against the other."""

import importlib.util
import re
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shopfloor import frontmatter, schemas
from shopfloor.files import line_of, listed, read, read_object
from shopfloor.problems import InputError, Problem, refuse

Talent = Callable[[str], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Case:
    """An input and the answer that the talent must give to it."""

    id: str
    path: str
    line: int
    input: str
    expect: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Result:
    """How a case went: no differences means passed."""

    case: Case
    differences: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether the talent gave exactly the expected answer."""
        return not self.differences


@dataclass(frozen=True, slots=True)
class Line:
    """A production line as read from its folder."""

    name: str
    title: str
    status: str
    owner: str
    keywords: tuple[str, ...]
    readme: str
    version: str
    talent: Talent
    cases: tuple[Case, ...]


def line_names(root: Path) -> list[str]:
    """Return the names of all lines."""
    return [path.split("/")[1] for path in listed(root, "lines/*/README.md")]


def chosen(root: Path, name: str | None, text: str) -> list[str]:
    """Return the line that an option names, else those that the free text names, else all."""
    names = line_names(root)
    if name is None:
        said = [each for each in names if re.search(rf"(?<![\w-]){re.escape(each)}(?![\w-])", text)]
        return said or names
    if name not in names:
        problem = Problem(f"lines/{name}", 1, "no such line", f"one of {', '.join(names)}", "correct --line")
        raise InputError([problem])
    return [name]


def load_line(root: Path, name: str) -> Line:
    """Read a line with its talent and cases."""
    page = frontmatter.load(root, f"lines/{name}/README.md", schemas.LINE)
    version, talent = _load_talent(root, f"lines/{name}/talent.py")
    return Line(
        name=name,
        title=page.text("title"),
        status=page.text("status"),
        owner=page.text("owner"),
        keywords=page.many("keywords"),
        readme=page.body,
        version=version,
        talent=talent,
        cases=tuple(_load_cases(root, name)),
    )


def run_cases(line: Line) -> list[Result]:
    """Run every case of a line, sorted by id."""
    return [
        Result(case, tuple(_differences(line, case))) for case in sorted(line.cases, key=lambda case: case.id)
    ]


def _differences(line: Line, case: Case) -> Iterable[str]:
    try:
        answer = line.talent(case.input)
    except Exception as error:  # noqa: BLE001 - a talent that crashes has failed this case, whatever the cause
        return [f"the talent stopped: {type(error).__name__}: {error}"]
    if not isinstance(answer, dict):
        return [f"the answer is a {type(answer).__name__}, expected an object"]
    keys = sorted(case.expect.keys() | answer.keys())
    return [
        f"{key} is {answer.get(key)!r}, expected {case.expect.get(key)!r}"
        for key in keys
        if answer.get(key) != case.expect.get(key)
    ]


def _load_talent(root: Path, path: str) -> tuple[str, Talent]:
    read(root, path)
    spec = importlib.util.spec_from_file_location(
        f"talent_{path.split('/')[1].replace('-', '_')}", root / path
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        problem = Problem(
            path, _line(error), f"does not load ({error})", "Python that runs", "correct the talent"
        )
        raise InputError([problem]) from error
    version, talent = getattr(module, "VERSION", ""), getattr(module, "run", None)
    if not re.fullmatch(r"\d+\.\d+\.\d+", str(version)) or not callable(talent):
        expected = "VERSION = '1.2.3' and a function run(text)"
        raise InputError([Problem(path, 1, "is not a talent", expected, "add what is missing")])
    return version, talent


def _line(error: Exception) -> int:
    if isinstance(error, SyntaxError):
        return error.lineno or 1
    return traceback.extract_tb(error.__traceback__)[-1].lineno or 1


def _load_cases(root: Path, name: str) -> list[Case]:
    cases = [case for path in listed(root, f"lines/{name}/cases/*.json") for case in _cases_of(root, path)]
    if not cases:
        problem = Problem(
            f"lines/{name}/cases", 1, "no cases", "at least one", "write cases before the talent"
        )
        raise InputError([problem])
    ids = [case.id for case in cases]
    refuse(
        Problem(case.path, case.line, f"case {case.id} stands twice", "each id once in a line", "rename one")
        for case in cases
        if ids.count(case.id) > 1
    )
    return cases


def _cases_of(root: Path, path: str) -> list[Case]:
    text, entries = read(root, path), read_object(root, path).get("cases")
    if not isinstance(entries, list):
        raise InputError([Problem(path, 1, "no list of cases", '"cases": […]', "add it")])
    refuse(
        Problem(
            path,
            _case_line(text, entry),
            "a case is incomplete",
            "id, input (text) and expect",
            "complete it",
        )
        for entry in entries
        if not _is_case(entry)
    )
    return [Case(e["id"], path, _case_line(text, e), e["input"], e["expect"]) for e in entries]


def _is_case(entry: object) -> bool:
    kinds = {"id": str, "input": str, "expect": dict}
    return isinstance(entry, dict) and all(isinstance(entry.get(key), kind) for key, kind in kinds.items())


def _case_line(text: str, entry: object) -> int:
    return line_of(text, f'"{entry.get("id")}"') if isinstance(entry, dict) else 1
