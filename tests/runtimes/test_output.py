import os
from pathlib import Path
from typing import Any

import pytest

from gitcp.runtimes.output import TEXT_CHARACTERS, TEXT_LINES, Log, last_lines, note_end


def test_a_short_log_is_kept_as_it_is(tmp_path: Path) -> None:
    with Log(tmp_path / "log") as log:
        log.write(b"one\n")
        log.write(b"two \xff\x00")

    assert (tmp_path / "log").read_bytes() == b"one\ntwo \xff\x00"


def test_what_is_written_can_be_read_at_once(tmp_path: Path) -> None:
    with Log(tmp_path / "log") as log:
        log.write(b"one")

        assert (tmp_path / "log").read_bytes() == b"one"


def test_a_log_that_is_full_keeps_its_start_and_its_end(tmp_path: Path) -> None:
    with Log(tmp_path / "log", limit=10) as log:
        for number in range(100_000):
            log.write(b"%06d\n" % number)
        text = log.text()
    kept = (tmp_path / "log").read_bytes()

    assert kept.startswith(b"000000\n000\n[gitcp: 634454 bytes are left out here]\n")
    assert kept.endswith(b"099999\n")
    assert len(kept) < 66_000
    assert text.endswith("099999")


def test_nothing_is_said_to_be_missing_when_little_is(tmp_path: Path) -> None:
    with Log(tmp_path / "log", limit=4) as log:
        log.write(b"123456789")

    assert (tmp_path / "log").read_bytes() == b"1234\n[gitcp: 0 bytes are left out here]\n56789"


def test_a_full_disk_costs_the_log_only(tmp_path: Path) -> None:
    class Full:
        def write(self, data: bytes) -> None:
            raise OSError(28, "No space left on device", len(data))

        def close(self) -> None:
            pass

    with Log(tmp_path / "log") as log:
        log._file.close()
        full: Any = Full()
        log._file = full
        log.write(b"one\n")
        log.write(b"two\n")

        assert log.text() == "one\ntwo"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"", ""),
        (b"\n\none\n\n", "one"),
        (b"one\r\ntwo\r\n", "one\ntwo"),
        (b"10%\r50%\r100%\ndone", "100%\ndone"),
        (b"10%\r", "10%"),
        (b"\x1b[31mred\x1b[0m \x1b]0;title\x07bell\x07", "red bell"),
        (b"a\x00b\x08c\x9b", "abc\N{REPLACEMENT CHARACTER}"),
        (b"\xe2\x82", "\N{REPLACEMENT CHARACTER}"),
        ("\N{EURO SIGN} tab\tkept".encode(), "\N{EURO SIGN} tab\tkept"),
    ],
)
def test_the_last_lines_are_fit_to_be_shown(raw: bytes, text: str) -> None:
    assert last_lines(raw) == text


def test_the_last_lines_are_few_and_short() -> None:
    assert last_lines(b"x\n" * 1000).count("\n") == TEXT_LINES - 1
    assert len(last_lines(b"x" * 100_000)) == TEXT_CHARACTERS


def test_the_last_word_of_a_log_is_one_harmless_line(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"half a line")

    note_end(tmp_path / "log", "stopped\x1b[2J at\nits limit")

    assert (tmp_path / "log").read_bytes() == b"half a line\n[gitcp: stopped at its limit]\n"


def test_what_is_no_log_any_more_gets_no_last_word(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("kept\n")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)

    for name in ("link", "pipe", "missing"):
        note_end(tmp_path / name, "stopped")

    assert (tmp_path / "elsewhere").read_text() == "kept\n"
    assert os.read(reader, 10) == b""
    assert not (tmp_path / "missing").exists()
    os.close(reader)
