"""`gitcp revert`: one new operation that undoes commits, or the reason why not."""

import subprocess
from pathlib import Path

from tests.cli.conftest import Ran, Shell


def head(shell: Shell, back: int = 0) -> str:
    found = shell("audit", "log", "--json").json
    return str(found[-1 - back]["revision"])


def last(shell: Shell) -> dict[str, object]:
    found: dict[str, object] = shell("audit", "log", "--json").json[-1]
    return found


def refused(ran: Ran) -> str:
    assert ran.code == 1
    return ran.err


def by_hand(shell: Shell, **files: str | None) -> None:
    assert shell.folder is not None
    for name, text in files.items():
        path = shell.folder / name.replace("__", "/")
        path = path.with_name(f"{path.name}.yaml")
        if text is None:
            path.unlink()
        else:
            path.write_text(text, encoding="utf-8")
    git(shell.folder, "add", "-A")
    git(shell.folder, "-c", "user.name=Alex", "-c", "user.email=alex@example.com", "commit", "-qm", "by hand")


def git(folder: Path, *argv: str) -> None:
    subprocess.run(["git", *argv], cwd=folder, check=True, capture_output=True)


def test_an_edit_is_undone_field_by_field_and_what_others_did_since_stays(shell: Shell) -> None:
    shell("agent", "edit", "riley", "--usd", "3", "--title", "Head scout")
    meant = head(shell)
    shell("agent", "edit", "riley", "--minutes", "45")

    ran = shell("revert", meant)

    assert ran.code == 0, ran.err
    assert sorted(ran.out.splitlines()) == [
        "agent riley: limits.usd 3 → 2.00",
        "agent riley: title Head scout → R&D scout",
    ]
    agent = shell("agent", "show", "riley", "--json").json
    assert (agent["title"], agent["limits"]["usd"], agent["limits"]["minutes"]) == ("R&D scout", 2.0, 45.0)


def test_the_new_commit_names_what_it_undoes_and_why(shell: Shell) -> None:
    shell("task", "edit", "ci-1", "--priority", "low")
    meant = head(shell)

    shell("revert", meant[:12], "-m", "it is urgent after all")

    told = last(shell)
    assert told["subject"] == f"revert {meant[:12]}: edit task CI-0001: priority"
    assert (
        told["trailers"]
        == {
            **dict(told["trailers"]),  # type: ignore[call-overload]
            "Gitcp-Op": "record.revert",
            "Gitcp-Actor": "alex",
            "Gitcp-Task": "CI-0001",
            "Gitcp-Reason": "it is urgent after all",
            "Gitcp-Reverts": meant[:16],
        }
    )


def test_a_dry_run_says_it_and_writes_nothing(shell: Shell) -> None:
    shell("task", "edit", "ci-1", "--priority", "low")
    meant = head(shell)

    ran = shell("revert", meant, "--dry-run")

    assert ran.out == "task CI-0001: priority low → high\n"
    assert "nothing was written" in ran.err
    assert head(shell) == meant
    assert shell("revert", meant, "--dry-run", "--json").json == {
        "reverts": [meant],
        "changes": ["task CI-0001: priority low → high"],
        "revision": None,
        "notes": [],
    }


def test_what_was_changed_again_is_not_undone_and_who_changed_it_is_named(shell: Shell) -> None:
    shell("agent", "edit", "riley", "--usd", "3")
    meant = head(shell)
    shell("agent", "edit", "riley", "--usd", "4")
    again = head(shell)

    said = refused(shell("revert", meant))

    assert f"agent riley: limits.usd was changed again since {meant[:12]} by {again[:12]}" in said
    assert f"gitcp revert {again[:12]} {meant[:12]}" in said
    assert head(shell) == again


def test_several_commits_are_undone_the_newest_first_in_one_commit(shell: Shell) -> None:
    before = head(shell)
    shell("agent", "edit", "riley", "--usd", "3")
    first = head(shell)
    shell("agent", "edit", "riley", "--usd", "4")
    second = head(shell)

    assert shell("revert", f"{before}..{second}", "--dry-run").out == shell("revert", first, second).out
    assert shell("agent", "show", "riley", "--json").json["limits"]["usd"] == 2.0
    assert last(shell)["subject"] == f"revert 2 commits: {second[:12]}, {first[:12]}"
    assert shell("revert", first).out == "nothing to do: all of it is as it was before\n"


def test_of_several_commits_all_are_undone_or_none(shell: Shell) -> None:
    shell("task", "edit", "ci-1", "--priority", "low")
    edited = head(shell)
    shell("task", "cancel", "ci-1")
    cancelled = head(shell)

    said = refused(shell("revert", edited, cancelled))

    assert "task CI-0001 went from todo to cancelled" in said
    assert "gitcp task reopen CI-0001" in said
    assert shell("task", "show", "ci-1", "--json").json["priority"] == "low"


def test_a_hired_agent_goes_only_while_nothing_names_it(shell: Shell) -> None:
    shell("agent", "hire", "nadia", "--reports-to", "clara", "--command", "true")
    hired = head(shell)
    shell("task", "new", "--project", "CI", "--title", "Look", "--assignee", "nadia")

    said = refused(shell("revert", hired))
    assert "agent nadia cannot go: it is named by task CI-0006" in said

    shell("task", "assign", "ci-6", "riley")
    assert shell("revert", hired).out == "agent nadia: removed\n"
    assert shell("agent", "show", "nadia").code == 1


def test_a_paused_agent_goes_on_and_no_slot_of_the_past_counts(shell: Shell) -> None:
    shell("agent", "pause", "riley")

    ran = shell("revert", head(shell))

    assert ran.out == "agent riley: status paused → active\n"
    agent = shell("agent", "show", "riley", "--json").json
    assert agent["status"] == "active"
    assert agent["heartbeat"]["since"] not in {None, "2026-11-20T08:00:00Z"}


def test_an_employment_that_ended_does_not_go_on(shell: Shell) -> None:
    shell("agent", "terminate", "riley")

    assert "agent riley was terminated" in refused(shell("revert", head(shell)))


def test_what_was_deleted_by_hand_comes_back(shell: Shell) -> None:
    text = shell.text("goals/quality.yaml")
    by_hand(shell, projects__CI=shell.text("projects/CI.yaml").replace("goal: quality\n", ""))
    by_hand(shell, goals__quality=None)
    gone = head(shell)

    assert shell("revert", gone).out == "goal quality: back as it was\n"
    assert shell.text("goals/quality.yaml").split() == text.split()


def test_a_budget_that_was_raised_is_lowered_again(shell: Shell) -> None:
    shell("budget", "edit", "agent/riley", "--usd", "60")

    assert shell("revert", head(shell)).out == "budget agent/riley: limits.usd 60 → 1\n"


def test_a_document_goes_back_to_its_earlier_text(shell: Shell) -> None:
    before = shell("document", "show", "ci-1", "plan").out
    shell("document", "write", "ci-1", "plan", "Something else.")

    assert shell("revert", head(shell)).code == 0
    assert shell("document", "show", "ci-1", "plan").out == before


def test_what_was_said_and_asked_stays(shell: Shell) -> None:
    shell("comment", "new", "ci-1", "Look here.")
    assert "what was said stays said" in refused(shell("revert", head(shell)))

    shell("approval", "request", "--title", "May I?", "--approver", "bea")
    assert "what was asked and decided stands" in refused(shell("revert", head(shell)))


def test_only_commits_of_the_record_branch_are_undone(shell: Shell) -> None:
    assert "is no commit here" in refused(shell("revert", "abcdef12"))
    assert shell("revert").code == 2


def test_a_task_that_somebody_works_on_by_now_stays(shell: Shell) -> None:
    shell("task", "new", "--project", "CI", "--title", "Look")
    made = head(shell)
    shell("comment", "new", "ci-6", "Begun.")

    assert "task CI-0006 cannot go: it is named by comment CI-0006/" in refused(shell("revert", made))


def test_a_task_that_nobody_has_touched_goes_and_its_number_is_not_used_again(shell: Shell) -> None:
    shell("task", "new", "--project", "CI", "--title", "Look")

    assert shell("revert", head(shell)).out == "task CI-0006: removed\n"
    assert "CI-0007" in shell("task", "new", "--project", "CI", "--title", "Look").out


def test_what_a_merge_brought_is_undone_as_one_step(shell: Shell) -> None:
    assert shell.folder is not None
    who = ("-c", "user.name=Alex", "-c", "user.email=alex@example.com")
    git(shell.folder, "checkout", "-qb", "proposal")
    by_hand(shell, goals__speed="title: Be quick\nlevel: team\n")
    beside = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=shell.folder, check=True, capture_output=True, text=True
    ).stdout.strip()
    git(shell.folder, "checkout", "-q", "-")
    git(shell.folder, *who, "merge", "-q", "--no-ff", "-m", "Merge the proposal", "proposal")

    assert "found one beside it" in refused(shell("revert", beside))
    assert shell("revert", head(shell)).out == "goal speed: removed\n"


def test_policies_are_asked_as_about_any_other_change(shell: Shell) -> None:
    shell("budget", "edit", "agent/riley", "--usd", "60")
    meant = head(shell)
    gate = "{operations: ['budget.*'], verdict: deny, reason: the board decides}"
    by_hand(shell, policies__money=f"title: Money\ngates: [{gate}]\n")

    assert "the board decides" in refused(shell("revert", meant))


def test_what_is_made_of_parts_is_told_in_words(shell: Shell) -> None:
    raised = shell(
        "--at", "2126-11-23T09:00:00Z", "budget", "raise", "agent/riley", "--usd", "5", "--this-period"
    )
    assert raised.code == 0, raised.err

    told = shell("revert", head(shell), "--dry-run").out

    assert "(at 2126-11-23T09:00:00Z, limits (usd 5)) → nothing\n" in told
