"""The execution repository of the talent factory works by itself: its skills, its checks, and nothing of gitcp in it."""

import shutil
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

TODAY = "2026-11-23"
CLAIMS_ON_A_FRESH_FACTORY = {
    "skills/intake/run.py": 0,
    "skills/kb-curate/run.py": 0,
    "skills/maint-health/run.py": 1,
    "skills/qa-regression/run.py": 0,
    "skills/radar-review/run.py": 0,
    "skills/rd-scan/run.py": 0,
    "skills/release-notes/run.py": 0,
    "skills/talent-package/run.py": 0,
    "tools/check_cadence.py": 1,
    "tools/check_frontmatter.py": 0,
    "tools/check_links.py": 0,
}
SKILLS = [path for path in CLAIMS_ON_A_FRESH_FACTORY if path.startswith("skills/")]
WORKERS = {"clara", "elena", "hugo", "ines", "marco", "nadia", "oscar", "pablo", "riley", "sofia", "tomas"}
Done = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def template(project_root: Path) -> Path:
    return project_root / "templates" / "companies" / "talent-factory" / "factory"


@pytest.fixture(scope="module")
def prepared(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("prepared") / "factory"
    shutil.copytree(template, root, ignore=shutil.ignore_patterns("__pycache__"))
    git(root, "init", "--quiet", "--initial-branch=main", "--template=")
    commit(root)
    return root


@pytest.fixture
def factory(prepared: Path, tmp_path: Path) -> Path:
    return shutil.copytree(prepared, tmp_path / "factory")


def git(root: Path, *argv: str) -> str:
    return subprocess.run(["git", *argv], cwd=root, check=True, capture_output=True, text=True).stdout


def commit(root: Path) -> None:
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "--message", "Work")


def run(root: Path, program: str, *argv: str, today: str = TODAY, cwd: Path | None = None) -> Done:
    command = [sys.executable, str(root / program), "--today", today, *argv]
    done = subprocess.run(command, cwd=cwd or root, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stdout + done.stderr
    return done


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def contents(root: Path) -> dict[str, bytes]:
    names = git(root, "ls-files", "--cached", "--others", "--exclude-standard").splitlines()
    return {name: (root / name).read_bytes() for name in names}


def test_it_knows_nothing_of_gitcp(template: Path) -> None:
    files = [path for path in template.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    texts = {path.relative_to(template).as_posix(): path.read_bytes() for path in files}

    assert len(texts) > 80
    assert [name for name, text in texts.items() if b"gitcp" in text.lower() or "gitcp" in name.lower()] == []


def test_its_workers_have_a_role_each(template: Path) -> None:
    assert {path.parent.name for path in template.glob("roles/*/role.md")} == WORKERS


def test_the_table_of_this_test_holds_every_program(template: Path) -> None:
    found = [*template.glob("skills/*/run.py"), *template.glob("tools/*.py")]

    assert {path.relative_to(template).as_posix() for path in found} == CLAIMS_ON_A_FRESH_FACTORY.keys()
    assert all((template / path).with_name("SKILL.md").is_file() for path in SKILLS)


@pytest.mark.parametrize(("program", "code"), CLAIMS_ON_A_FRESH_FACTORY.items())
def test_on_a_fresh_factory_a_program_ends_as_promised(factory: Path, program: str, code: int) -> None:
    done = run(factory, program)

    assert (done.returncode, done.stderr) == (code, "")
    assert done.stdout


@pytest.mark.parametrize("skill", SKILLS)
def test_a_skill_leaves_work_to_commit_and_none_the_second_time(factory: Path, skill: str) -> None:
    first = run(factory, skill)
    assert git(factory, "status", "--porcelain")
    commit(factory)
    second = run(factory, skill)

    assert second.returncode == first.returncode
    assert git(factory, "status", "--porcelain") == ""


@pytest.mark.parametrize("program", CLAIMS_ON_A_FRESH_FACTORY)
def test_a_program_takes_free_text_and_runs_from_anywhere(
    factory: Path, tmp_path: Path, program: str
) -> None:
    done = run(factory, program, "please look after it", "- and this\n- and that", cwd=tmp_path)

    assert done.returncode == CLAIMS_ON_A_FRESH_FACTORY[program]
    assert [path.name for path in tmp_path.iterdir()] == ["factory"]


@pytest.mark.parametrize("argv", [("--nonsense",), ("--today", "tomorrow"), ("--today", "2026-02-30")])
def test_a_wrong_call_is_a_usage_error(factory: Path, argv: tuple[str, ...]) -> None:
    done = run(factory, "skills/rd-scan/run.py", *argv)

    assert done.returncode == 2
    assert "usage:" in done.stderr


def test_the_cadence_check_fails_until_a_scan_was_done(factory: Path) -> None:
    before = run(factory, "tools/check_cadence.py")
    run(factory, "skills/rd-scan/run.py")
    after = run(factory, "tools/check_cadence.py")

    assert (before.returncode, after.returncode) == (1, 0)
    assert "the last scan is of 2026-04-27, 210 days ago, expected at most 7 days" in before.stdout
    assert f"the last scan is of {TODAY}, 0 days ago" in after.stdout


@pytest.mark.parametrize(("days", "code"), [(-2, 1), (0, 0), (7, 0), (8, 1)])
def test_a_scan_counts_for_seven_days(factory: Path, days: int, code: int) -> None:
    run(factory, "skills/rd-scan/run.py")
    later = date.fromisoformat(TODAY) + timedelta(days=days)

    assert run(factory, "tools/check_cadence.py", today=str(later)).returncode == code


def test_a_scan_moves_what_was_learned_since_the_last_one(factory: Path) -> None:
    told = run(factory, "skills/rd-scan/run.py").stdout

    assert "plain-search-first: trial -> adopt" in told
    assert "model-graded-evaluation: trial -> assess" in told
    assert run(factory, "skills/radar-review/run.py").returncode == 0


def test_the_next_scan_compares_with_this_one(factory: Path) -> None:
    run(factory, "skills/rd-scan/run.py")
    told = run(factory, "skills/rd-scan/run.py", today="2026-11-30").stdout

    assert f"compared with {TODAY}: 19 items, 0 moved" in told
    assert (factory / "radar/scans.md").read_text(encoding="utf-8").count(f"\n## {TODAY}\n") == 1


def test_a_scan_before_the_last_one_is_refused(factory: Path) -> None:
    done = run(factory, "skills/rd-scan/run.py", today="2026-04-20")

    assert done.returncode == 1
    assert "the last scan is of 2026-04-27, which is after 2026-04-20" in done.stdout


def test_health_names_what_is_too_old_and_the_named_steps_mend_it(factory: Path) -> None:
    before = run(factory, "skills/maint-health/run.py")
    run(factory, "skills/rd-scan/run.py")
    run(factory, "skills/qa-regression/run.py")
    after = run(factory, "skills/maint-health/run.py")

    assert "too old: radar/scans.md: last scan: 210 days old" in before.stdout
    assert "next: run skills/qa-regression --line invoice-reader" in before.stdout
    assert after.returncode == 0
    assert "0 too old" in after.stdout


def test_a_health_report_alone_does_not_fail(factory: Path) -> None:
    assert run(factory, "skills/maint-health/run.py", "--report-only").returncode == 0


def test_a_regression_fails_and_keeps_its_baseline(factory: Path) -> None:
    edit(factory / "lines/pii-redactor/talent.py", '("email", re', '("mail", re')
    done = run(factory, "skills/qa-regression/run.py", "--line", "pii-redactor")

    assert done.returncode == 1
    assert (
        "lines/pii-redactor/cases/found.json:5: mail-and-phone passed on 2026-04-24 and fails now"
        in done.stdout
    )
    assert "baseline" not in git(factory, "status", "--porcelain")


def test_a_crash_of_a_talent_is_a_failed_case(factory: Path) -> None:
    edit(factory / "lines/support-triage/talent.py", 'message = " ".join', 'message = 1 / 0 or " ".join')
    done = run(factory, "skills/qa-regression/run.py", "the support-triage line please")

    assert done.returncode == 1
    assert "the talent stopped: ZeroDivisionError" in done.stdout
    assert "invoice-reader" not in done.stdout


def test_a_line_in_the_works_is_packaged_once_its_talent_is_repaired(factory: Path) -> None:
    line = factory / "lines/changelog-drafter"
    package = ("skills/talent-package/run.py", "--line", "changelog-drafter")
    refused = run(factory, *package)
    edit(
        line / "talent.py",
        "head = _head(match)",
        'head = None if f"revert: {line}" in text else _head(match)',
    )
    edit(line / "README.md", "status: building", "status: ready")
    tested = run(factory, "skills/qa-regression/run.py", "--line", "changelog-drafter")

    assert (refused.returncode, tested.returncode, run(factory, *package).returncode) == (1, 0, 0)
    assert "case reverted-before-release fails" in refused.stdout
    assert (
        "- `reverted-before-release`"
        in (factory / f"quality/reports/{TODAY}-changelog-drafter.md")
        .read_text(encoding="utf-8")
        .partition("## Repaired")[2]
    )
    assert (factory / "catalog/changelog-drafter.json").is_file()


BROKEN = [
    (
        "knowledge/memory-in-plain-files.md",
        "confidence: medium",
        "confidence: sure",
        "skills/kb-curate/run.py",
        6,
    ),
    (
        "lines/invoice-reader/cases/doubt.json",
        '"id": "sum-is-wrong"',
        '"name": "sum"',
        "skills/qa-regression/run.py",
        1,
    ),
    ("maintenance/items.json", '"severity": "high"', '"severity": "huge"', "skills/maint-health/run.py", 4),
    ("quality/baseline.json", '"pass"', '"passed"', "skills/talent-package/run.py", 3),
    ("radar/radar.json", '"ring": "hold"', '"ring": "held"', "skills/radar-review/run.py", 27),
    ("radar/watchlist.json", '"quadrant": "practices"', '"quadrant": "art"', "skills/rd-scan/run.py", 9),
    ("requests/inbox/casa-llum-credit-notes.md", "value: large", "value: huge", "skills/intake/run.py", 6),
    ("catalog/support-triage.json", '"digest"', '"hash"', "skills/release-notes/run.py", 6),
    ("processes/release.md", "owner: ines", "owner: nobody", "tools/check_frontmatter.py", 3),
    ("README.md", "(AGENTS.md)", "(RULES.md)", "tools/check_links.py", 71),
]


@pytest.mark.parametrize(("path", "old", "new", "program", "line"), BROKEN)
def test_wrong_input_is_told_with_its_place_and_writes_nothing(
    factory: Path, path: str, old: str, new: str, program: str, line: int
) -> None:
    edit(factory / path, old, new)
    commit(factory)
    done = run(factory, program)
    place, _, reason = next(
        told for told in done.stdout.splitlines() if told.startswith(f"{path}:")
    ).partition(": ")

    assert (done.returncode, place) == (1, f"{path}:{line}")
    assert ", expected " in reason
    assert "; next: " in reason
    assert git(factory, "status", "--porcelain") == ""


def test_its_own_tests_pass(factory: Path) -> None:
    command = [sys.executable, "-W", "error", "-m", "unittest", "discover", "-s", "tests"]
    done = subprocess.run(command, cwd=factory, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert git(factory, "status", "--porcelain") == ""


def test_two_checkouts_that_run_the_same_skills_write_the_same(factory: Path, tmp_path: Path) -> None:
    other = shutil.copytree(factory, tmp_path / "other")
    for skill in SKILLS:
        run(factory, skill)
        run(other, skill)

    assert contents(factory) == contents(other)
