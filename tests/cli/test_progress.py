"""Long work shows that it goes on, short work does not."""

import pytest

from gitcp.cli.progress import Bar, Counting


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [0.0]
    monkeypatch.setattr("gitcp.cli.progress.time.monotonic", lambda: now[0])
    return now


def told(clock: list[float], *, terminal: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal, raising=False)
    counting = Counting()
    for files, at in ((400, 0.0), (800, 0.5), (1_200, 1.0), (1_600, 2.0), (2_000, 20.0)):
        clock[0] = at
        counting(files)
    counting(None)


def test_on_a_terminal_one_line_counts(
    clock: list[float], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told(clock, terminal=True, monkeypatch=monkeypatch)

    text = "\rreading the records for the first time: {} files"
    assert (
        capsys.readouterr().err == text.format("1,200") + text.format("1,600") + text.format("2,000") + "\n"
    )


def test_elsewhere_a_line_comes_now_and_then(
    clock: list[float], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told(clock, terminal=False, monkeypatch=monkeypatch)

    assert [line.split(": ")[1] for line in capsys.readouterr().err.splitlines()] == [
        "1,200 files",
        "2,000 files",
    ]


def test_what_is_over_in_a_moment_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    counting = Counting()
    counting(400)
    counting(None)

    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("terminal", "said"),
    [
        (True, "\rsimulating █████░░░░░░░░░░░░░░░  25%\rsimulating ████████████████████ 100%\n"),
        (False, "simulating  25%\nsimulating 100%\n"),
    ],
)
def test_a_share_is_drawn_as_a_bar_on_a_terminal_and_told_in_lines_elsewhere(
    clock: list[float],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    terminal: bool,
    said: str,
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal, raising=False)
    bar = Bar("simulating")
    for share, at in ((0.0, 0.0), (0.1, 0.5), (0.25, 1.0), (1.0, 20.0)):
        clock[0] = at
        bar(share)
    bar.end()

    assert capsys.readouterr().err == said


def test_several_things_are_counted_in_one_line(
    clock: list[float], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    counting = Counting("reading: {:,} records, {:,} commits")
    for records, commits, at in ((0, 50, 0.0), (1_250, 300, 1.0)):
        clock[0] = at
        counting(records, commits)
    counting.end()
    counting.end()

    assert capsys.readouterr().err == "\rreading: 1,250 records, 300 commits\n"
