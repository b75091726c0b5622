"""Admission, and that a cache built from nothing is the cache that was moved along."""

import shutil
import sqlite3
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gitcp.errors import FormatVersionError, NotAllowedError, RewrittenError
from gitcp.model.change import RecordChange
from gitcp.model.guards import Approval, ApprovalStatus, Budget, Policy, ProposedFile
from gitcp.model.history import Entry
from gitcp.model.problem import Problem, Severity
from gitcp.model.runs import Run, RunStatus
from gitcp.model.tasks import Task
from gitcp.store.git_store import GitStore
from tests.store.repositories import MAIN, commit_files, git, new_bare, tip
from tests.store.steps import NOW, OSCAR, SCHEDULER, PutRecords, a_call, a_task, asking, put, refusal, title

TASK = "title: {}\ncreated: 2026-11-20T08:15:00Z\n"
BUDGET = "period: month\nlimits: {{usd: {}}}\n"
POLICY = "title: {}\n"
FIRST = "tasks/CI/CI-0001.yaml"
COMPANY = "budgets/company.yaml"


def strict(entry: Entry, changes: Sequence[RecordChange]) -> list[Problem]:
    """Refuse titles that shout, budgets that grow, policies that go, and what the policy `veto` says, which is an author."""
    return [Problem(c.path, message=why) for c in changes if (why := _why_not(entry, c))]


def _why_not(entry: Entry, change: RecordChange) -> str:
    before, after = change.before, change.after
    veto = change.known.get(Policy, "veto")
    if veto is not None and veto.title == entry.author:
        return "vetoed"
    if isinstance(after, Task) and "!" in after.title and before != after:
        return "shouts"
    if (
        isinstance(before, Budget)
        and isinstance(after, Budget)
        and (after.limits.usd or 0) > (before.limits.usd or 0)
    ):
        return "grows"
    if isinstance(before, Policy) and after is None and not change.is_broken:
        return "goes"
    return ""


def opened(bare: Path) -> GitStore:
    return GitStore.open(bare, judge=strict)


def messages(store: GitStore) -> list[tuple[str, str]]:
    return [(problem.path, problem.message) for problem in store.snapshot().problems()]


def test_a_refused_change_is_a_problem_and_its_record_inert(bare: Path) -> None:
    with opened(bare) as store:
        commit_files(bare, {FIRST: TASK.format("First!"), "tasks/CI/CI-0002.yaml": TASK.format("Second")})
        snapshot = store.snapshot()

        assert messages(store) == [(FIRST, "shouts")]
        assert [snapshot.is_inert("task", task) for task in ("CI-0001", "CI-0002")] == [True, False]
        assert snapshot.problems()[0].record == ("task", "CI-0001")


@pytest.mark.parametrize(
    "mended", ["title: First  # by hand\ncreated: 2026-11-20T08:15:00Z\n", TASK.format("Better")]
)
def test_a_refusal_ends_with_a_change_that_is_admitted_or_with_the_old_file(bare: Path, mended: str) -> None:
    with opened(bare) as store:
        commit_files(bare, {FIRST: TASK.format("First!")})
        assert messages(store) == [(FIRST, "shouts")]

        commit_files(bare, {FIRST: mended})

        assert messages(store) == []
        assert not store.snapshot().is_inert("task", "CI-0001")


def test_a_harmless_change_on_top_does_not_launder_a_refused_one(bare: Path) -> None:
    commit_files(bare, {COMPANY: BUDGET.format(10)})
    with opened(bare) as store:
        commit_files(bare, {COMPANY: BUDGET.format(1000)})
        store.snapshot()

        commit_files(bare, {COMPANY: BUDGET.format(900)})

        assert messages(store) == [(COMPANY, "grows")]


def test_a_warning_is_told_and_refuses_nothing(bare: Path) -> None:
    def mild(_: Entry, changes: Sequence[RecordChange]) -> list[Problem]:
        return [Problem(c.path, message="odd", severity=Severity.WARNING) for c in changes]

    with GitStore.open(bare, judge=mild) as store:
        store.snapshot()
        commit_files(bare, {FIRST: TASK.format("Other")})

        assert messages(store) == [(FIRST, "odd")]
        assert not store.snapshot().is_inert("task", "CI-0001")


def test_a_guard_says_what_was_last_admitted_while_its_change_stands_refused(bare: Path) -> None:
    commit_files(bare, {COMPANY: BUDGET.format(10), "policies/keep.yaml": POLICY.format("Keep")})
    with opened(bare) as store:
        commit_files(
            bare, {COMPANY: BUDGET.format(1000), "policies/keep.yaml": None, FIRST: TASK.format("First!")}
        )
        snapshot = store.snapshot()
        budget, policy, task = (
            snapshot.get(Budget, "company"),
            snapshot.get(Policy, "keep"),
            snapshot.get(Task, "CI-0001"),
        )

        assert budget is not None
        assert budget.limits.usd == 10
        assert [kept.id for kept in snapshot.all(Policy)] == ["keep"]
        assert policy is not None
        assert task is not None
        assert task.title == "First!"
        assert [snapshot.is_inert(*named) for named in (("budget", "company"), ("policy", "keep"))] == [
            True,
            True,
        ]


def test_a_new_guard_that_is_refused_says_nothing(bare: Path) -> None:
    commit_files(bare, {"policies/veto.yaml": POLICY.format("Petra Person")})
    with opened(bare) as store:
        store.snapshot()
        commit_files(bare, {COMPANY: BUDGET.format(10)})

        assert store.snapshot().get(Budget, "company") is None
        assert store.snapshot().is_inert("budget", "company")


def test_a_refused_policy_is_none_for_the_commits_after_it(bare: Path) -> None:
    commit_files(bare, {"policies/veto.yaml": POLICY.format("Petra Person")})
    with opened(bare) as store:
        store.snapshot()
        commit_files(bare, {"policies/veto.yaml": POLICY.format("Nobody")})
        commit_files(bare, {"policies/veto.yaml": POLICY.format("No One"), FIRST: TASK.format("Other")})

        assert messages(store) == [("policies/veto.yaml", "vetoed"), (FIRST, "vetoed")]


def test_a_policy_that_is_broken_keeps_what_it_said_and_a_broken_budget_does_not(bare: Path) -> None:
    commit_files(bare, {COMPANY: BUDGET.format(10), "policies/keep.yaml": POLICY.format("Keep")})
    with opened(bare) as store:
        store.snapshot()
        commit_files(bare, {COMPANY: "period: [", "policies/keep.yaml": "title: ["})
        snapshot = store.snapshot()

        assert [kept.title for kept in snapshot.all(Policy)] == ["Keep"]
        assert snapshot.get(Budget, "company") is None
        assert [snapshot.is_inert(*named) for named in (("budget", "company"), ("policy", "keep"))] == [
            True,
            True,
        ]


def test_breaking_a_file_first_does_not_launder_what_it_then_says(bare: Path) -> None:
    commit_files(bare, {COMPANY: BUDGET.format(10)})
    with opened(bare) as store:
        store.snapshot()
        commit_files(bare, {COMPANY: "period: ["})
        commit_files(bare, {COMPANY: BUDGET.format(1000)})

        assert messages(store) == [(COMPANY, "grows")]


def test_the_judge_sees_what_a_commit_did_and_the_records_before_it(bare: Path) -> None:
    seen: list[Any] = []

    def watch(entry: Entry, changes: Sequence[RecordChange]) -> list[Problem]:
        for c in changes:
            known = [task.title for task in c.known.tasks()]
            seen.append(
                (entry.subject, entry.author, entry.paths, c.path, c.before, c.after, c.is_broken, known)
            )
        return []

    with GitStore.open(bare, judge=watch) as store:
        store.snapshot()
        commit_files(bare, {FIRST: None, "notes.md": "x"}, message="delete it\n")
        commit_files(bare, {FIRST: "title: ["}, message="break it\n")
        first = store.history().text_at(tip(bare) + "", "x")
        store.snapshot()

    assert first is None
    (deleted, broken) = seen
    assert deleted[:4] == ("delete it", "Petra Person", ("notes.md", FIRST), FIRST)
    assert (deleted[4].title, deleted[5:]) == ("First", (None, False, ["First"]))
    assert (broken[0], broken[4:]) == ("break it", (None, None, True, []))


def test_what_the_scheduler_commits_is_taken_as_it_is(bare: Path) -> None:
    with opened(bare) as store:
        title(store, 1, "CI-0001", "First!", actor=SCHEDULER)

        assert messages(store) == []


def test_an_operation_of_a_person_that_would_stand_refused_is_refused_instead(bare: Path) -> None:
    with opened(bare) as store:
        shout = PutRecords(records=(a_task("CI-0001", title="First!"),))

        refused = refusal(store.apply(asking((shout, a_call(1, actor=OSCAR)))))

        assert isinstance(refused.error, NotAllowedError)
        assert "shouts" in refused.error.message
        assert messages(store) == []
        assert len(list(store.history().entries())) == 1


def an_approval(
    files: dict[str, str | None], status: ApprovalStatus = ApprovalStatus.APPLIED, name: str = "AP-1"
) -> Approval:
    change = tuple(ProposedFile(path=path, text=text) for path, text in files.items())
    return Approval(
        id=name, title="May I?", requested_by="oscar", requested_at=NOW, status=status, change=change
    )


def test_an_applied_approval_lifts_the_refusal_of_the_files_that_are_as_it_says(bare: Path) -> None:
    commit_files(bare, {COMPANY: BUDGET.format(10)})
    with opened(bare) as store:
        commit_files(bare, {COMPANY: BUDGET.format(1000), FIRST: TASK.format("First!")})
        commit_files(bare, {"tasks/CI/CI-0002.yaml": TASK.format("Second!")})
        assert store.snapshot().is_inert("budget", "company")

        approval = an_approval({COMPANY: BUDGET.format(1000), FIRST: TASK.format("Other!")})
        put(store, 1, approval, actor=SCHEDULER)
        snapshot = store.snapshot()
        budget = snapshot.get(Budget, "company")

        assert messages(store) == [(FIRST, "shouts"), ("tasks/CI/CI-0002.yaml", "shouts")]
        assert budget is not None
        assert budget.limits.usd == 1000
        assert not snapshot.is_inert("budget", "company")


def test_an_approval_lifts_what_it_removes_and_lifts_once(bare: Path) -> None:
    commit_files(bare, {"policies/keep.yaml": POLICY.format("Keep")})
    with opened(bare) as store:
        commit_files(bare, {"policies/keep.yaml": None})
        assert store.snapshot().get(Policy, "keep") is not None

        approval = an_approval({"policies/keep.yaml": None})
        put(store, 1, approval, actor=SCHEDULER)
        assert (messages(store), store.snapshot().get(Policy, "keep")) == ([], None)

        commit_files(bare, {"policies/keep.yaml": POLICY.format("Keep")})
        commit_files(bare, {"policies/keep.yaml": None})
        put(store, 2, approval.evolve(title="May I please?"), actor=SCHEDULER)
        assert messages(store) == [("policies/keep.yaml", "goes")]


def test_an_approval_that_is_not_applied_lifts_nothing(bare: Path) -> None:
    with opened(bare) as store:
        commit_files(bare, {FIRST: TASK.format("First!")})
        files: dict[str, str | None] = {FIRST: TASK.format("First!")}
        put(store, 1, an_approval(files, ApprovalStatus.APPROVED), actor=SCHEDULER)

        assert messages(store) == [(FIRST, "shouts")]


def admitted(store: GitStore) -> list[str | None]:
    return [entry.trailers.get("Gitcp-Admitted") for entry in store.history().entries()]


def test_each_commit_of_the_scheduler_names_the_last_commit_at_which_nothing_stood(bare: Path) -> None:
    with opened(bare) as store:
        root = tip(bare)
        one = title(store, 1, "CI-0002", "One", actor=SCHEDULER).revision
        fine = commit_files(bare, {FIRST: TASK.format("Fine")})
        two = title(store, 2, "CI-0002", "Two", actor=SCHEDULER).revision
        commit_files(bare, {FIRST: TASK.format("First!")})
        three = title(store, 3, "CI-0002", "Three", actor=SCHEDULER).revision
        title(store, 4, "CI-0002", "Four", actor=OSCAR)
        commit_files(bare, {FIRST: TASK.format("Fine")})
        four = title(store, 5, "CI-0002", "Five", actor=SCHEDULER).revision

        said = {entry.revision: entry.trailers.get("Gitcp-Admitted") for entry in store.history().entries()}

    assert [said[revision] for revision in (one, two, three)] == [root[:16], fine[:16], two[:16]]
    assert said[four] == [*said][1][:16]


def test_a_store_that_does_not_judge_says_nothing_of_what_is_admitted(bare: Path) -> None:
    with GitStore.open(bare) as store:
        title(store, 1, "CI-0002", "One", actor=SCHEDULER)

        assert admitted(store) == [None, None]
        assert (bare / "gitcp" / "unjudged.sqlite").exists()
        assert not (bare / "gitcp" / "cache.sqlite").exists()


def test_a_new_cache_judges_from_the_last_commit_that_is_known_to_be_admitted(bare: Path) -> None:
    asked: list[str] = []

    def watch(entry: Entry, changes: Sequence[RecordChange]) -> list[Problem]:
        asked.append(entry.subject)
        return strict(entry, changes)

    with opened(bare) as store:
        commit_files(bare, {FIRST: TASK.format("Fine")}, message="early\n")
        title(store, 1, "CI-0002", "One", actor=SCHEDULER)
        commit_files(bare, {FIRST: TASK.format("First!")}, message="late\n")
    shutil.rmtree(bare / "gitcp")
    with GitStore.open(bare, judge=watch) as store:
        assert messages(store) == [(FIRST, "shouts")]

    assert asked == ["late"]


PATHS = {
    FIRST: TASK,
    "tasks/CI/CI-0002.yaml": TASK,
    COMPANY: BUDGET,
    "policies/veto.yaml": POLICY,
    "policies/keep.yaml": POLICY,
}
_values = {
    TASK: st.sampled_from(["Fine", "Other", "Loud!", "Louder!"]),
    BUDGET: st.integers(1, 4),
    POLICY: st.sampled_from(["Nobody", "Petra Person"]),
}
_edits = st.sampled_from(sorted(PATHS)).flatmap(
    lambda path: st.tuples(
        st.just(path), st.one_of(_values[PATHS[path]].map(PATHS[path].format), st.just("title: ["), st.none())
    )
)
_commits = st.lists(
    st.tuples(st.booleans(), st.booleans(), st.lists(_edits, min_size=1, max_size=3)), min_size=1, max_size=8
)


@given(commits=_commits)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_cache_built_from_nothing_is_the_cache_that_was_moved_along(
    tmp_path_factory: pytest.TempPathFactory, commits: list[tuple[bool, bool, list[tuple[str, str | None]]]]
) -> None:
    bare = new_bare(tmp_path_factory.mktemp("replay") / "bare.git")
    commit_files(bare, {path: form.format(1) for path, form in PATHS.items()})
    held = set(PATHS)
    with opened(bare) as store:
        for number, (by_scheduler, agreed, edits) in enumerate(commits):
            files = {path: text for path, text in dict(edits).items() if text is not None or path in held}
            if not files:
                continue
            if by_scheduler:
                put(store, 2 * number, a_task("CI-0003", title=f"Turn {number}"), actor=SCHEDULER)
            held = (held | files.keys()) - {path for path, text in files.items() if text is None}
            commit_files(bare, files)
            if agreed:
                put(store, 2 * number + 1, an_approval(files, name=f"AP-{number}"), actor=SCHEDULER)
            store.snapshot()

        assert dump(cold(bare)) == dump(bare / "gitcp" / "cache.sqlite")


def cold(bare: Path) -> Path:
    """Build a cache from nothing beside the other one."""
    other = bare.parent / "cold.git"
    shutil.rmtree(other, ignore_errors=True)
    shutil.copytree(bare, other, ignore=shutil.ignore_patterns("gitcp"))
    with opened(other) as store:
        store.snapshot()
    return other / "gitcp" / "cache.sqlite"


def dump(cache: Path) -> dict[str, list[Any]]:
    connection = sqlite3.connect(cache)
    wanted = {
        "records": "SELECT path, kind, id, oid, json, live, shown FROM records ORDER BY path",
        "problems": "SELECT * FROM problems ORDER BY path, message",
        "standing": "SELECT path, admitted FROM standing ORDER BY path",
        "revision": "SELECT value FROM meta WHERE name = 'revision'",
    }
    rows = {name: connection.execute(sql).fetchall() for name, sql in wanted.items()}
    connection.close()
    return rows


def test_history_that_was_rewritten_is_read_from_nothing(bare: Path, store: GitStore) -> None:
    title(store, 1, "CI-0002", "Gone")
    git(bare, "update-ref", MAIN, git(bare, "rev-parse", "main~1").strip())

    with pytest.raises(RewrittenError):
        store.snapshot()
    assert [task.id for task in store.snapshot().tasks()] == ["CI-0001"]
    assert not title(store, 1, "CI-0002", "Gone").repeated


def test_a_branch_that_disappears_leaves_nothing(bare: Path, store: GitStore) -> None:
    store.snapshot()
    git(bare, "update-ref", "-d", MAIN)

    assert (store.snapshot().revision, list(store.snapshot().tasks())) == ("", [])


@pytest.mark.parametrize(("number", "message"), [("0", "old"), ("99", "reads format")])
def test_another_format_is_an_error_and_not_a_problem(
    bare: Path, store: GitStore, number: str, message: str
) -> None:
    commit_files(bare, {"gitcp.yaml": f"format: {number}\nname: Scan Works\n"})

    with pytest.raises(FormatVersionError, match=message):
        store.snapshot()
    with pytest.raises(FormatVersionError):
        title(store, 1, "CI-0002", "Second")


def forget(bare: Path) -> None:
    shutil.rmtree(bare / "gitcp")


def test_a_request_is_known_for_a_day_without_any_cache(bare: Path) -> None:
    with GitStore.open(bare) as store:
        title(store, 1, "CI-0002", "One")
        store.apply(
            asking((PutRecords(records=(a_task("CI-0003"),)), a_call(2, now=NOW + timedelta(hours=23))))
        )
    forget(bare)
    with GitStore.open(bare) as store:
        assert title(store, 1, "CI-0002", "One").repeated


def test_a_request_is_forgotten_after_a_day(bare: Path) -> None:
    with GitStore.open(bare) as store:
        title(store, 1, "CI-0002", "One")
        store.apply(
            asking((PutRecords(records=(a_task("CI-0003"),)), a_call(2, now=NOW + timedelta(hours=25))))
        )
        assert not title(store, 1, "CI-0002", "Two").repeated


def test_a_request_is_known_for_the_life_of_a_run_that_was_claimed_before_it(bare: Path) -> None:
    run = Run(
        id="20261122T090000Z-riley", agent="riley", runtime="process", claimed_at=NOW, claimed_by="here", deadline=NOW
    )  # fmt: skip
    with GitStore.open(bare) as store:
        put(store, 0, run)
        title(store, 1, "CI-0002", "One")
        store.apply(
            asking((PutRecords(records=(a_task("CI-0003"),)), a_call(2, now=NOW + timedelta(hours=50))))
        )
    forget(bare)
    with GitStore.open(bare) as store:
        assert title(store, 1, "CI-0002", "One").repeated
        ended = PutRecords(records=(run.evolve(status=RunStatus.ENDED),))
        store.apply(asking((ended, a_call(3, now=NOW + timedelta(hours=51)))))
        commit_files(bare, {"notes": "x"}, seconds=int((NOW + timedelta(hours=52)).timestamp()))
        assert not title(store, 1, "CI-0002", "Two").repeated


def test_a_shallow_clone_deepens_to_where_it_has_to_judge_from(bare: Path, tmp_path: Path) -> None:
    with opened(bare) as store:
        title(store, 1, "CI-0002", "One", actor=SCHEDULER)
    commit_files(bare, {FIRST: TASK.format("First!")}, seconds=int(NOW.timestamp()) + 60)
    for number in range(3):
        commit_files(bare, {"notes": str(number)}, seconds=int(NOW.timestamp()) + 61 + number)

    with GitStore.clone(f"file://{bare}", tmp_path / "shallow.git", judge=strict, depth=1) as store:
        assert messages(store) == []  # a snapshot does not talk to the remote
        store.fetch()
        assert messages(store) == [(FIRST, "shouts")]
        assert title(store, 1, "CI-0002", "One", actor=SCHEDULER).repeated
