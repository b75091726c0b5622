"""What a job of GitHub Actions tells and takes."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from gitcp.github.actions import SUMMARY_BYTES, Job, Level, annotation, silence


def test_by_hand_there_is_no_job(tmp_path: Path) -> None:
    job = Job.of({})

    job.set_output("runs", "[]")
    job.summarise("nothing")

    assert (job.is_here, job.repository, job.attempt, job.page) == (False, None, 1, None)


def test_a_job_knows_where_its_log_is() -> None:
    told = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_REPOSITORY": "acme/control",
        "GITHUB_SERVER_URL": "https://forge.example",
        "GITHUB_RUN_ID": "77",
        "GITHUB_RUN_ATTEMPT": "2",
    }

    job = Job.of(told)

    assert (job.is_here, job.attempt) == (True, 2)
    assert job.page == "https://forge.example/acme/control/actions/runs/77"


def test_an_attempt_that_is_no_number_is_the_first() -> None:
    for text in ("", "0", "-1", "two", "٢"):
        assert Job.of({"GITHUB_RUN_ATTEMPT": text}).attempt == 1


def test_a_value_of_several_lines_stays_one_output(tmp_path: Path) -> None:
    path = tmp_path / "output"
    job = Job.of({"GITHUB_OUTPUT": str(path)})

    job.set_output("one", "a\nEOF\nb=<<c\n")
    job.set_output("two", "x")

    first, *value, end, second, x, last, rest = path.read_text().split("\n")
    assert value == ["a", "EOF", "b=<<c", ""]
    assert (first, second, x, rest) == (f"one<<{end}", f"two<<{last}", "x", "")
    assert end != last


def test_a_summary_that_is_too_long_ends_with_a_word_about_it(tmp_path: Path) -> None:
    path = tmp_path / "summary"
    job = Job.of({"GITHUB_STEP_SUMMARY": str(path)})

    job.summarise("ä" * SUMMARY_BYTES)
    job.summarise("more")

    assert path.stat().st_size < 1024 * 1024
    assert "(cut: it is longer than GitHub shows)" in path.read_text()


@given(st.text(), st.text())
def test_an_annotation_is_one_line_and_says_the_whole_text(title: str, message: str) -> None:
    line = annotation(Level.ERROR, title, message)

    head, _, said = line.removeprefix("::").partition("::")
    assert not set(line) & {"\n", "\r"}
    assert head.startswith("error title=")
    assert not set(head) & {",", ":"}
    assert _read(said) == message
    assert _read(head.removeprefix("error title=")) == title


def test_nobody_knows_before_what_makes_a_log_obey_again() -> None:
    (stop, resume), (other, _) = silence(), silence()

    assert stop.removeprefix("::stop-commands::") == resume.strip(":")
    assert stop != other


def _read(text: str) -> str:
    for coded, character in (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        text = text.replace(coded, character)
    return text
