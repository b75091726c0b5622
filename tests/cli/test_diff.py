"""`gitcp diff`."""

from tests.cli.conftest import Shell
from tests.cli.test_check import committed
from tests.cli.test_show import git

HIRE = """\
kind: agent
name: Nora
reports_to: clara
runtime: {type: claude-code, model: sonnet}
limits: {usd: 2}
"""


def changed(shell: Shell) -> None:
    """Hire, raise a budget, close a task, remove a manager and break a file, by hand and uncommitted."""
    assert shell.folder is not None
    (shell.folder / "org/nora.yaml").write_text(HIRE)
    (shell.folder / "budgets/agent/riley.yaml").write_text("period: total\nlimits: {usd: 60, runs: 200}\n")
    task = shell.folder / "tasks/CI/CI-0001.yaml"
    task.write_text(shell.text("tasks/CI/CI-0001.yaml").replace("todo", "in_progress").replace("high", "low"))
    (shell.folder / "org/clara.yaml").unlink()
    (shell.folder / "goals/trust.yaml").write_text("title: [\n")


def test_what_is_not_committed_yet_is_told_in_the_companys_words(shell: Shell) -> None:
    changed(shell)

    done = shell("diff")

    assert done.code == 0
    assert done.out.splitlines() == [
        "org",
        "  - clara was removed from the org chart",
        "  + nora was hired (reports to clara, claude-code sonnet, at most 2 USD a run)",
        "goals",
        "  ! goal trust cannot be read any more",
        "tasks",
        "  ~ CI-0001: priority high → low; todo → in_progress",
        "budgets",
        "  ~ budget agent/riley: usd 1 → 60",
    ]
    assert done.err == "5 records differ between HEAD and the files on disk\n"


def test_two_commits_are_compared_by_name_range_or_date(shell: Shell) -> None:
    assert shell.folder is not None
    git(shell.folder, "tag", "before")
    committed(shell.folder, "org/nora.yaml", HIRE)

    told = [
        shell("diff", *words).out
        for words in (
            ("before", "HEAD"),
            ("before..HEAD",),
            ("before",),
            ("2026-11-20", "HEAD"),
            ("before..",),
        )
    ]

    assert told == [told[0]] * 5
    assert "nora was hired" in told[0]
    assert "  - nora was removed from the org chart\n" in shell("diff", "HEAD", "before").out


def test_only_the_paths_that_were_asked_for_are_told(shell: Shell) -> None:
    changed(shell)

    done = shell("diff", "--path", "budgets", "--path", "./org/nora.yaml", "--json").json

    assert [found["id"] for found in done["differences"]] == ["nora", "agent/riley"]
    assert done["differences"][1]["fields"] == [
        {"field": "limits.usd", "before": 1.0, "after": 60.0, "words": "usd 1 → 60"}
    ]
    assert done["after"] == {"name": "the files on disk", "revision": None}


def test_files_that_are_no_records_are_listed(shell: Shell) -> None:
    assert shell.folder is not None
    (shell.folder / ".github/workflows").mkdir(parents=True)
    committed(shell.folder, ".github/workflows/tick.yml", "on: push\n")

    done = shell("diff", "HEAD~1", "HEAD")

    assert done.out == "other files\n  .github/workflows/tick.yml\n"
    assert "1 other file between" in done.err


def test_where_nothing_differs_nothing_is_said(shell: Shell) -> None:
    done = shell("diff")

    assert (done.code, done.out) == (0, "")
    assert done.err.startswith("0 records differ")


def test_what_others_wrote_moves_no_cursor(shell: Shell) -> None:
    assert shell.folder is not None
    committed(shell.folder, "goals/trust.yaml", 'title: "a\\e[31m\\nb"\nlevel: team\n')
    committed(shell.folder, "goals/evil.yaml", 'title: "x\\u202Ey"\nlevel: team\n')

    assert not {"\x1b", "\u202e"}.intersection(shell("diff", "HEAD~2", "HEAD").out)


def test_comparing_leaves_nothing_in_the_repository(shell: Shell) -> None:
    assert shell.folder is not None
    changed(shell)
    shell("diff")  # what git's index holds is noted by whoever opens a repository first
    before = sorted(shell.folder.rglob("*"))
    objects = git(shell.folder, "count-objects", "-v")

    shell("diff", "HEAD")

    assert sorted(shell.folder.rglob("*")) == before
    assert git(shell.folder, "count-objects", "-v") == objects
