"""`gitcp check --base`: what a proposal does, told before it goes in."""

import re
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitcp.cli.proposal.markdown import LONGEST, inert, markdown
from gitcp.cli.proposal.sections import sections
from gitcp.control.proposals import Proposal, propose
from gitcp.core.differences import Change, Difference
from tests.cli.conftest import Shell
from tests.cli.test_show import git

NORA = """\
kind: agent
name: Nora
reports_to: clara
runtime: {type: claude-code, model: sonnet}
heartbeat: {cron: "0 9 * * *", prompt: go}
limits: {usd: 2}
"""
HOSTILE = "<img src=x onerror=alert(1)> @everyone ![x](http://evil.example) </details> #1 `` ` `` | www.evil.example"
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def edit(shell: Shell, path: str, old: str, new: str) -> None:
    """Replace a text in a file of the checkout."""
    assert shell.folder is not None
    text = shell.text(path)
    assert old in text
    (shell.folder / path).write_text(text.replace(old, new), encoding="utf-8")


def commit(folder: Path, files: Mapping[str, str | None] | None = None) -> None:
    """Write or remove files, and commit all that differs."""
    for path, text in (files or {}).items():
        if text is None:
            (folder / path).unlink()
        else:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "change by hand")


def folder_of(shell: Shell) -> Path:
    """Return the checkout, on a branch of its own for a proposal."""
    assert shell.folder is not None
    git(shell.folder, "checkout", "-q", "-b", "proposal")
    return shell.folder


def story(shell: Shell) -> None:
    """Hire, raise a budget, hand a task over, remove a manager, break a file; meanwhile somebody else works as well."""
    folder = folder_of(shell)
    edit(shell, "budgets/agent/riley.yaml", "usd: 1,", "usd: 60,")
    edit(shell, "tasks/CI/CI-0001.yaml", "assignee: riley", "assignee: nora")
    commit(folder, {"org/nora.yaml": NORA, "org/clara.yaml": None, "goals/quality.yaml": "title: [\n"})
    git(folder, "checkout", "-q", "main")
    edit(shell, "tasks/CI/CI-0001.yaml", "priority: high", "priority: low")
    edit(shell, "budgets/agent/riley.yaml", "usd: 1,", "usd: 70,")
    commit(folder)


def told(text: str) -> dict[str, list[str]]:
    """Return the lines of a comment below their headings, without how many they are."""
    found: dict[str, list[str]] = {}
    heading = ""
    for line in text.splitlines():
        match = re.fullmatch(r"(?:### |<summary>)(.*) \([0-9]+\)(?:</summary>)?", line)
        if match is not None:
            heading = match[1]
        elif line.startswith("- "):
            found.setdefault(heading, []).append(line[2:])
    return found


def test_a_proposal_is_told_as_a_comment_by_what_it_does(shell: Shell) -> None:
    story(shell)

    done = shell("check", "--base", "main", "--head", "proposal", "--format", "markdown")

    assert done.code == 1
    assert done.out.startswith("## gitcp: 5 records differ\n\n**Cannot go in as it is: ")
    assert "`proposal` against `main`, judged as of `" in done.out
    assert "| org | 1 |  | 1 |  |" in done.out
    by_heading = told(done.out)
    assert "Problems that it brings" in by_heading
    assert by_heading["Org chart"] == [
        "clara was removed from the org chart",
        "nora was hired (reports to clara, claude-code sonnet, at most 2 USD a run, heartbeat 0 9 `* * *`)",
        "hugo answers to nobody instead of clara",
        "riley answers to nobody instead of clara",
    ]
    assert by_heading["Work that changes hands"] == ["riley → nora: 1 task (CI-0001)"]
    assert by_heading["Conflicts with the branch"][0] == (
        "budget `agent/riley`. Here: usd 1 → 60. On the branch: usd 1 → 70."
    )
    assert any(
        line.startswith("agent nora: 7 times in 7 days") for line in by_heading["Who wakes by the clock"]
    )
    assert (
        "nora: 30 runs, at most 60.00 USD; before: nothing"
        in by_heading["What the clock can cost in 30 days"]
    )
    assert "budget `agent/riley`, usd in total: limit 1.00 → 60.00" in by_heading["Budgets"]
    assert any(line.startswith("no manager: nora") for line in by_heading["What it would hold up"])
    assert "goal quality cannot be read any more" in by_heading["What changes"]
    assert done.out.count("<details>") == done.out.count("</details>")


def test_the_same_is_told_on_a_terminal_and_as_json(shell: Shell) -> None:
    story(shell)

    drawn = shell("check", "--base", "main", "--head", "proposal")
    view = shell("check", "--base", "main", "--head", "proposal", "--json").json

    assert drawn.code == 1
    assert "Org chart (4)\n  - clara was removed from the org chart\n" in drawn.out
    assert view["verdict"] == "refused"
    assert {one["id"] for one in view["differences"]} == {
        "clara",
        "nora",
        "quality",
        "CI-0001",
        "agent/riley",
    }
    assert {one["step"] for one in view["effect"]["org"]} == {"removed", "hired", "moved"}
    assert [one["collision"] for one in view["conflicts"]] == ["conflict", "conflict"]
    (nora,) = [cost for cost in view["effect"]["costs"] if cost["agent"] == "nora"]
    assert nora["after"]["at_most"]["usd"] == 60.0
    assert view["authors"] == ["Ada Author <ada@example.org>"]


def test_the_files_on_disk_are_a_proposal_as_well(shell: Shell) -> None:
    assert shell.folder is not None
    (shell.folder / "org/nora.yaml").write_text(NORA)

    done = shell("check", "--base", "main")

    assert done.code == 0
    assert "nora was hired" in done.out
    assert "the files on disk against main" in done.err
    assert git(shell.folder, "status", "--porcelain").strip() == "?? org/nora.yaml"


def test_what_a_gate_is_about_needs_those_whom_it_names(shell: Shell) -> None:
    gate = "title: Org\ngates:\n- {operations: [agent.hire], verdict: approval, approvers: [bea], reason: we grow slowly}\n"
    assert shell.folder is not None
    commit(shell.folder, {"policies/org.yaml": gate})
    commit(folder_of(shell), {"org/nora.yaml": NORA})

    done = shell("check", "--base", "main", "--head", "HEAD", "--format", "markdown")
    strict = shell("check", "--base", "main", "--head", "HEAD", "--strict")

    assert (done.code, strict.code) == (0, 1)
    assert "**Needs approval: 1 operation.**" in done.out
    assert told(done.out)["Approvals needed"] == [
        "agent.hire of agent nora: 1 of bea must agree (bea): we grow slowly"
    ]


def test_a_policy_that_the_proposal_itself_loosens_counts_as_it_was(shell: Shell) -> None:
    gate = "title: Org\ngates:\n- {operations: [agent.*], verdict: deny, reason: nobody hires}\n"
    assert shell.folder is not None
    commit(shell.folder, {"policies/org.yaml": gate})
    commit(folder_of(shell), {"policies/org.yaml": None})
    commit(shell.folder, {"org/nora.yaml": NORA})

    done = shell("check", "--base", "main", "--head", "HEAD")

    assert done.code == 1
    denied = "gates[0] of policy org denies it: nobody hires"
    assert f"agent.hire of agent nora is denied to Ada Author <ada@example.org>: {denied}" in done.out


def test_an_id_that_was_taken_meanwhile_is_told_with_a_way_out(shell: Shell) -> None:
    task = "title: {}\ncreated: 2026-11-20T08:15:00Z\n"
    folder = folder_of(shell)
    commit(folder, {"tasks/CI/CI-0006.yaml": task.format("Mine")})
    git(folder, "checkout", "-q", "main")
    commit(folder, {"tasks/CI/CI-0006.yaml": task.format("Theirs")})

    done = shell("check", "--base", "main", "--head", "proposal")

    assert done.code == 1
    assert "CI-0006 was taken meanwhile. Here: was created: Mine" in done.out
    assert "File it under tasks/CI/new instead." in done.out


def test_changes_of_one_record_that_merge_are_told_and_stop_nothing(shell: Shell) -> None:
    folder = folder_of(shell)
    edit(shell, "org/riley.yaml", "name: Riley", "name: Robin")
    commit(folder)
    git(folder, "checkout", "-q", "main")
    edit(shell, "org/riley.yaml", "minutes: 30", "minutes: 20")
    commit(folder)

    done = shell("check", "--base", "main", "--head", "proposal")

    assert done.code == 0
    assert "Changed on both sides, and merges (1)" in done.out


def test_a_commit_that_says_to_be_the_schedulers_is_judged_as_its_authors(shell: Shell) -> None:
    gate = "title: Org\ngates:\n- {operations: [agent.hire], verdict: deny}\n"
    assert shell.folder is not None
    commit(shell.folder, {"policies/org.yaml": gate})
    folder = folder_of(shell)
    (folder / "org/nora.yaml").write_text(NORA)
    git(folder, "add", "-A")
    subprocess.run(
        ["git", "-C", str(folder), "commit", "-qm", "hire agent nora\n\nGitcp-Actor: scheduler\n"],
        check=True,
        timeout=60,
        env={
            "PATH": "/usr/bin:/bin",
            "GIT_COMMITTER_NAME": "gitcp",
            "GIT_COMMITTER_EMAIL": "scheduler@gitcp.invalid",
        },
    )

    assert shell("check", "--base", "main", "--head", "HEAD").code == 1


def test_problems_that_were_there_before_are_not_its_fault_and_mended_ones_are_told(shell: Shell) -> None:
    assert shell.folder is not None
    commit(shell.folder, {"goals/trust.yaml": "title: [\n", "goals/other.yaml": "title: [\n"})
    commit(folder_of(shell), {"goals/trust.yaml": "title: Trust\nlevel: company\n"})

    view = shell("check", "--base", "main", "--head", "HEAD", "--json").json

    assert view["brought"] == []
    assert {problem["path"] for problem in view["mended"]} == {"goals/trust.yaml"}
    assert view["verdict"] == "allow"


def test_what_is_no_record_is_told_too(shell: Shell) -> None:
    commit(folder_of(shell), {".github/workflows/tick.yml": "on: push\n"})

    done = shell("check", "--base", "main", "--head", "HEAD", "--format", "markdown")

    assert done.code == 0
    assert told(done.out)["Other files"] == ["`.github/workflows/tick.yml`"]


def test_what_has_nothing_in_common_or_does_not_exist_is_an_error_with_a_next_step(shell: Shell) -> None:
    assert shell.folder is not None
    git(shell.folder, "checkout", "-q", "--orphan", "other")
    git(shell.folder, "commit", "-qm", "another beginning")

    done = shell("check", "--base", "main", "--head", "other")

    assert done.code == 1
    assert "expected a commit that both come from" in done.err
    assert "fetch-depth: 0" in done.err
    assert shell("check", "--base", "gone").code == 1


@pytest.mark.parametrize(
    "words",
    [
        ("--head", "HEAD"),
        ("--strict",),
        ("--format", "markdown"),
        ("--base", "main", "org"),
        ("--base", "main", "--revision", "HEAD"),
    ],
)
def test_options_that_make_no_sense_together_are_refused(shell: Shell, words: tuple[str, ...]) -> None:
    assert shell("check", *words).code == 2


def test_what_others_wrote_is_inert_in_a_comment(shell: Shell) -> None:
    quoted = HOSTILE.replace('"', "'")
    task = f'title: "{quoted}"\nassignee: riley\ncreated: 2026-11-20T08:15:00Z\n'
    commit(folder_of(shell), {"tasks/CI/CI-0006.yaml": task, "goals/trust.yaml": f'title: "{quoted}\n'})

    text = shell("check", "--base", "main", "--head", "HEAD", "--format", "markdown").out

    assert "everyone" in text
    assert outside_of_code(text).isdisjoint({"@", "!", "[", "#1", "www.", "http", "<img", "onerror"})


def outside_of_code(text: str) -> set[str]:
    """Return which dangerous pieces stand in a comment outside of code spans, headings and its own details."""
    found: set[str] = set()
    for line in text.splitlines():
        own = line.startswith(("#", "<details>", "<summary>", "</details>", "**", "|"))
        rest = "" if own else re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", line)
        found |= {
            piece for piece in ("@", "!", "[", "#1", "www.", "http", "<img", "onerror") if piece in rest
        }
    return found


@given(
    st.text(max_size=80)
    | st.lists(st.sampled_from([*HOSTILE.split(), "`", "``", "GH-1", "a_b", "*x*", "1.", "-"])).map(" ".join)
)
def test_no_text_leaves_its_line_or_its_code_span(text: str) -> None:
    line = inert(text)

    outside = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", line)
    assert "\n" not in line
    assert not set(outside) & set("`@<>[]*#!|\\~/&")
    assert "www." not in outside.lower()
    assert "GH-1" not in outside


@pytest.fixture
def proposal(shell: Shell) -> Proposal:
    """A proposal to make larger."""
    assert shell.folder is not None
    return propose(shell.folder, "main", "HEAD", NOW)


def test_a_proposal_of_ten_thousand_tasks_is_summarised(proposal: Proposal) -> None:
    many = tuple(
        Difference("task", f"CI-{n:04d}", HOSTILE, Change.CHANGED, f"CI-{n:04d}: title {HOSTILE * 2}")
        for n in range(10_000)
    )
    large = replace(proposal, found=many, others=tuple(f"docs/{n}" for n in range(1_000)))

    text = markdown(large)

    assert len(text.encode()) <= LONGEST
    assert "## gitcp: 10000 records differ" in text
    assert "| tasks | 10000 |" in text
    assert "<summary>What changes (10000)</summary>" in text
    assert "- and 9" in text


def test_a_comment_is_never_longer_than_a_forge_takes_whatever_is_in_it(proposal: Proposal) -> None:
    wide = "漢" * 400
    large = replace(
        proposal,
        found=tuple(Difference("task", "CI-1", wide, Change.CHANGED, wide) for _ in range(400)),
        others=(wide,) * 400,
        authors=(wide,) * 400,
        effect=replace(proposal.effect, hindrances=()),
    )

    assert len(sections(large)) == 2
    assert len(markdown(large).encode()) <= LONGEST
