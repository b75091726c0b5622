"""The programs of the factory do what their SKILL.md says; each test works on a copy of the repository."""

import contextlib
import importlib.util
import io
import shutil
import sys
import tempfile
import unittest
from collections.abc import Callable
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from shopfloor.files import ROOT
from shopfloor.lines import line_names, load_line, run_cases

TODAY: Final = "2026-05-11"
SKILLS: Final = tuple(sorted(path.parent.name for path in ROOT.glob("skills/*/run.py")))


def _main(path: str) -> Callable[[list[str], Path], int]:
    """Load a program's main function from its file."""
    spec = importlib.util.spec_from_file_location(path.replace("/", "_").replace("-", "_")[:-3], ROOT / path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    main: Callable[[list[str], Path], int] = module.main
    return main


class FactoryTest(unittest.TestCase):
    """A test with its own copy of the factory."""

    def setUp(self) -> None:
        """Copy the repository."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name) / "factory"
        shutil.copytree(ROOT, self.root, ignore=shutil.ignore_patterns(".git", "__pycache__"))

    def run_program(self, path: str, *argv: str) -> tuple[int, str]:
        """Run a program on the copy; return its exit code and what it printed."""
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            code = _main(path)(["--today", TODAY, *argv], self.root)
        return code, out.getvalue()

    def skill(self, name: str, *argv: str) -> tuple[int, str]:
        """Run a skill on the copy."""
        return self.run_program(f"skills/{name}/run.py", *argv)

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a text in a file of the copy."""
        text = (self.root / path).read_text(encoding="utf-8")
        assert old in text
        (self.root / path).write_text(text.replace(old, new), encoding="utf-8")

    def contents(self) -> dict[str, bytes]:
        """Return every file of the copy."""
        files = (path for path in self.root.rglob("*") if path.is_file() and path.suffix != ".pyc")
        return {path.relative_to(self.root).as_posix(): path.read_bytes() for path in files}


class EverySkill(FactoryTest):
    """What holds for all of them."""

    def test_a_second_run_on_the_same_day_changes_nothing(self) -> None:
        for name in SKILLS:
            with self.subTest(name):
                first = self.skill(name), self.contents()
                second = self.skill(name), self.contents()
                assert first[0][0] == second[0][0]
                assert first[1] == second[1]

    def test_free_text_does_no_harm(self) -> None:
        for name in SKILLS:
            with self.subTest(name):
                without = self.skill(name)[0]
                assert self.skill(name, "please do", "- this\nand that")[0] == without


class Radar(FactoryTest):
    """Scan, review and cadence."""

    def test_a_scan_brings_the_cadence_back(self) -> None:
        assert self.run_program("tools/check_cadence.py")[0] == 1
        assert self.skill("rd-scan")[0] == 0
        assert self.run_program("tools/check_cadence.py")[0] == 0

    def test_a_scan_passes_its_review(self) -> None:
        self.skill("rd-scan")
        assert self.skill("radar-review")[0] == 0

    def test_a_ring_changed_by_hand_is_found(self) -> None:
        self.edit("radar/radar.json", '"ring": "hold"', '"ring": "adopt"')
        code, told = self.skill("radar-review")
        assert code == 1
        assert "in hold on radar/radar.md, in adopt in radar/radar.json" in told

    def test_enthusiasm_alone_is_a_trial(self) -> None:
        self.edit("knowledge/three-questions-for-the-traces.md", "ring: trial", "ring: adopt")
        assert (
            "agent-tracing: assess -> trial (note of 2026-05-06 says adopt, but not"
            in self.skill("rd-scan")[1]
        )

    def test_a_broken_note_is_named_with_file_and_line(self) -> None:
        self.edit("knowledge/memory-in-plain-files.md", "ring: assess", "ring: asses")
        before = self.contents()
        code, told = self.skill("rd-scan")
        assert code == 1
        assert "knowledge/memory-in-plain-files.md:5: ring is 'asses', expected one of adopt," in told
        assert self.contents() == before


class Production(FactoryTest):
    """Regression, packaging and release notes."""

    def test_only_a_line_in_the_works_has_failing_cases(self) -> None:
        for name in line_names(self.root):
            line = load_line(self.root, name)
            failing = [result.case.id for result in run_cases(line) if not result.passed]
            with self.subTest(name):
                assert bool(failing) == (line.status == "building")

    def test_a_regression_is_red_and_leaves_the_baseline(self) -> None:
        self.edit("lines/support-triage/talent.py", '"refund": 3', '"refund": 0, "unused": 3')
        self.edit("lines/support-triage/talent.py", '"charged twice": 4', '"charged thrice": 4')
        before = (self.root / "quality/baseline.json").read_bytes()
        code, told = self.skill("qa-regression", "--line", "support-triage")
        assert code == 1
        assert "charged-twice passed on" in told
        assert (self.root / "quality/baseline.json").read_bytes() == before

    def test_a_case_that_is_gone_is_a_regression(self) -> None:
        (self.root / "lines/pii-redactor/cases/found.json").unlink()
        code, told = self.skill("qa-regression", "look at pii-redactor")
        assert code == 1
        assert "card-with-spaces passed on" in told

    def test_a_version_is_packaged_once(self) -> None:
        assert self.skill("talent-package", "--line", "support-triage")[0] == 0
        self.edit("lines/support-triage/README.md", "English only", "Only English")
        code, told = self.skill("talent-package", "--line", "support-triage")
        assert code == 1
        assert "with other files (README.md); raise VERSION" in told

    def test_a_line_in_the_works_is_not_packaged(self) -> None:
        code, told = self.skill("talent-package", "--line", "changelog-drafter")
        assert code == 1
        assert "case reverted-before-release fails" in told

    def test_release_notes_follow_the_catalog(self) -> None:
        self.skill("talent-package")
        self.skill("release-notes")
        page = (self.root / "catalog/RELEASES.md").read_text(encoding="utf-8")
        assert f"## {TODAY}: PII redactor 1.0.0" in page


class Care(FactoryTest):
    """Health, knowledge, requests and checks."""

    def test_health_fails_for_a_cause_and_is_mended_by_the_step_that_it_names(self) -> None:
        code, told = self.skill("maint-health")
        assert code == 1
        assert "next: run skills/rd-scan" in told
        self.skill("rd-scan")
        assert self.skill("maint-health")[0] == 0

    def test_a_duplicate_note_is_found(self) -> None:
        shutil.copy(self.root / "knowledge/memory-in-plain-files.md", self.root / "knowledge/memory-again.md")
        code, told = self.skill("kb-curate")
        assert code == 1
        assert "says the same as knowledge/memory-again.md" in told

    def test_a_request_that_is_out_of_bounds_needs_a_decision(self) -> None:
        told = self.skill("intake")[1]
        assert "A shortlist of applicants from their videos (needs a decision first)" in told
        assert "invoice-reader: Read credit notes as well (ready to start)" in told

    def test_the_checks_pass_and_find_what_is_broken(self) -> None:
        assert self.run_program("tools/check_links.py")[0] == 0
        assert self.run_program("tools/check_frontmatter.py")[0] == 0
        self.edit("AGENTS.md", "## Start", "## Start\n\nSee [nothing](nowhere.md).")
        self.edit("processes/build.md", "owner: elena", "owner: nobody")
        assert self.run_program("tools/check_links.py")[0] == 1
        assert self.run_program("tools/check_frontmatter.py")[0] == 1


if __name__ == "__main__":
    unittest.main()
