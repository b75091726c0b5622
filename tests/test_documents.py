"""README and docs say what is true: examples are records, links lead somewhere, command lines exist, the first company works."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Final, get_args

import click
import pytest

from gitcp.cli.grammar import SECTIONS, VERBS, default_verb, module_of
from gitcp.control.checking import check_files
from gitcp.model.runtimes import Runtime
from gitcp.runtimes.registry import RUNTIMES
from gitcp.store.codec import read
from gitcp.store.layout import place_of

ROOT: Final = Path(__file__).resolve().parents[1]
GENERATED: Final = frozenset({"docs/cli.md"})
PAGES: Final = (
    "README.md",
    *sorted(page.relative_to(ROOT).as_posix() for page in (ROOT / "docs").glob("*.md")),
)
WRITTEN: Final = tuple(page for page in PAGES if page not in GENERATED)

_FENCE: Final = re.compile(r"^(?P<fence>```+)(?P<info>.*)\n(?P<text>(?:.*\n)*?)(?P=fence)$", re.MULTILINE)
_LINK: Final = re.compile(r"(?<!!)\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_SPAN: Final = re.compile(r"`(gitcp [^`\n]+)`")
_HEADING: Final = re.compile(r"^#+ (?P<title>.+)$", re.MULTILINE)
_BREAK: Final = frozenset({"&&", "||", "|", ";", "&", "(", ")", ">", ">>", "<"})


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a page: its language, its title if it has one, its text."""

    page: str
    language: str
    title: str
    text: str


def blocks(page: str) -> Iterator[Block]:
    """Yield the fenced blocks of a page."""
    for match in _FENCE.finditer((ROOT / page).read_text(encoding="utf-8")):
        language, _, rest = match["info"].partition(" ")
        title = rest.removeprefix("title=") if rest.startswith("title=") else ""
        yield Block(page, language, title, match["text"])


def titled(*languages: str) -> list[Block]:
    """Return the blocks in these languages that have a title."""
    return [block for page in PAGES for block in blocks(page) if block.title and block.language in languages]


def without_fences(page: str) -> str:
    """Return a page without its fenced blocks."""
    return _FENCE.sub("", (ROOT / page).read_text(encoding="utf-8"))


def command_lines(page: str) -> Iterator[str]:
    """Yield what a page tells its reader to type: lines of `sh` blocks, those after `$` of `console` blocks, and spans in the text."""
    for block in blocks(page):
        lines = block.text.replace("\\\n", " ").splitlines()
        if block.language == "sh":
            yield from lines
        elif block.language == "console":
            yield from (line.removeprefix("$ ") for line in lines if line.startswith("$ "))
    yield from (match[1] for match in _SPAN.finditer(without_fences(page)))


def calls(line: str) -> Iterator[list[str]]:
    """Yield the words after each `gitcp` that a line starts."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="();<>|&")
    lexer.whitespace_split = True
    words: list[str] | None = None
    at_start = True
    for word in lexer:
        if word in _BREAK:
            if words is not None:
                yield words
            words, at_start = None, word not in {">", ">>", "<"}
        elif words is not None:
            words.append(word)
        elif at_start and Path(word).name == "gitcp":
            words = []
        else:
            at_start = False
    if words is not None:
        yield words


def unknown(words: list[str]) -> str | None:
    """Say what of a command line the grammar does not have, or none."""
    words = words[:]
    while words and words[0] in {"-C", "--repo", "--at"}:
        del words[:2]
    if not words or words[0] in {"--help", "--version"}:
        return None
    name, verb = words.pop(0), None
    if not any(name in commands for commands in SECTIONS.values()):
        return f"command {name}"
    if name in VERBS:
        verb = words.pop(0) if words and not words[0].startswith("-") else default_verb(name)
        if verb is not None and verb not in VERBS[name]:
            return f"verb {verb}"
    given = {word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)}
    missing = sorted(given - options(name, verb) - {"--help"})
    return f"option {missing[0]}" if missing else None


def options(name: str, verb: str | None) -> set[str]:
    """Return the options of a command, with a dash or two."""
    command = import_module(module_of(name, verb)).command
    assert isinstance(command, click.Command)
    return {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as forges make them."""
    titles = (match["title"] for match in _HEADING.finditer(_FENCE.sub("", page.read_text(encoding="utf-8"))))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("block", titled("yaml", "markdown"), ids=lambda block: f"{block.page}-{block.title}")
def test_every_example_is_the_record_that_its_path_names(block: Block) -> None:
    place = place_of(block.title)

    assert place is not None
    assert place.expected_path == block.title
    assert read(place, block.text.encode()).problems == ()


def test_the_examples_of_the_control_repository_are_a_company_without_problems() -> None:
    page = "docs/control-repository.md"
    files = {block.title: block.text.encode() for block in titled("yaml", "markdown") if block.page == page}

    assert check_files(files, None) == []


def test_the_control_repository_shows_an_example_of_every_kind() -> None:
    shown = {place.kind for block in titled("yaml", "markdown") if (place := place_of(block.title))}

    assert shown == {
        "company", "member", "goal", "project", "task", "new-task", "counter", "comment", "document", "routine", "budget",
        "policy", "approval", "wake", "run", "ledger",
    }  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_every_relative_link_leads_to_a_file_and_its_heading(page: str) -> None:
    missing = []
    for match in _LINK.finditer(without_fences(page)):
        path, _, anchor = match["target"].partition("#")
        target = (ROOT / page).parent / path if path else ROOT / page
        if ":" in match["target"]:
            continue
        if not target.exists() or (anchor and anchor not in anchors(target)):
            missing.append(match["target"])

    assert missing == []


@pytest.mark.parametrize("page", WRITTEN)
def test_every_command_line_that_a_page_shows_exists(page: str) -> None:
    told = [(line, unknown(words)) for line in command_lines(page) for words in calls(line)]

    assert [(line, problem) for line, problem in told if problem] == []


def test_command_lines_that_do_not_exist_are_found() -> None:
    lines = [
        "cd x && gitcp tasks",
        "gitcp task finnish CI-1",
        "gitcp -C x tick --fast",
        "/opt/bin/gitcp plan | gitcp play",
    ]

    assert [[unknown(words) for words in calls(line)] for line in lines] == [
        ["command tasks"],
        ["verb finnish"],
        ["option --fast"],
        [None, "command play"],
    ]


def test_the_readme_names_the_two_commands_of_a_fresh_machine() -> None:
    shown = [line.partition("#")[0].strip() for line in command_lines("README.md")]
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)

    assert {"make demo", "make test"} <= {*shown}
    assert {"demo", "test"} <= {*targets}


def test_the_readme_tells_the_runtimes_that_start_from_those_that_do_not_yet() -> None:
    kinds = get_args(get_args(Runtime)[0])
    named = {name for kind in kinds for name in get_args(kind.model_fields["type"].annotation)}
    row = next(line for line in without_fences("README.md").splitlines() if line.startswith("| runtimes |"))
    there, not_yet = row.strip("|").split("|")[1:]

    assert {name for name in named if f"`{name}`" in there} == set(RUNTIMES)
    assert {name for name in named if f"`{name}`" in not_yet} == named - set(RUNTIMES)


def test_the_company_of_the_readme_works_as_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = next(block for block in titled("python") if block.page == "README.md")
    script = next(block for block in titled("sh") if block.page == "README.md")
    (tmp_path / agent.title).parent.mkdir()
    (tmp_path / agent.title).write_text(agent.text)
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "gitcp").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m gitcp "$@"\n')
    (programs / "gitcp").chmod(0o755)
    (tmp_path / ".gitconfig").write_text("[user]\n\tname = Ada Author\n\temail = ada@example.org\n")
    monkeypatch.delenv("GIT_CONFIG_GLOBAL")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")

    done = subprocess.run(
        ["sh", "-e", "-c", f"{script.text}\ngitcp inbox --json\ngitcp check\n"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, "in_review" in done.stdout) == (0, True), done.stderr
    assert "no problems" in done.stderr
