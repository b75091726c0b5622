import ctypes
from pathlib import Path

import pytest

from gitcp.control.watching import Watch

OPEN_FILES = Path("/proc/self/fd")


def moves(ref: Path) -> None:
    """Move a ref as git does."""
    beside = ref.with_name(f"{ref.name}.lock")
    beside.write_text("0" * 40)
    beside.replace(ref)


@pytest.fixture
def can_watch(tmp_path: Path) -> None:
    with Watch([tmp_path]) as watch:
        moves(tmp_path / "probe")
        if not watch.wait(10):
            pytest.skip("this kernel does not tell")


@pytest.mark.usefixtures("can_watch")
def test_a_ref_that_moved_ends_one_wait_and_not_the_next(tmp_path: Path) -> None:
    with Watch([tmp_path]) as watch:
        moves(tmp_path / "main")

        assert watch.wait(60)
        assert not watch.wait(0.05)


@pytest.mark.usefixtures("can_watch")
def test_a_ref_that_is_deleted_is_news_too(tmp_path: Path) -> None:
    moves(tmp_path / "main")
    with Watch([tmp_path]) as watch:
        (tmp_path / "main").unlink()

        assert watch.wait(60)


@pytest.mark.usefixtures("can_watch")
def test_a_folder_that_is_missing_keeps_nobody_from_watching_the_others(tmp_path: Path) -> None:
    with Watch([tmp_path / "missing", tmp_path]) as watch:
        moves(tmp_path / "main")

        assert watch.wait(60)


def test_nobody_stays_blind_for_an_hour_whatever_is_asked_for(tmp_path: Path) -> None:
    with Watch([tmp_path]) as watch:
        assert not watch.wait(3600)


def test_a_time_in_the_past_is_no_wait(tmp_path: Path) -> None:
    with Watch([tmp_path]) as watch:
        assert not watch.wait(-1)


def test_where_the_kernel_tells_nothing_the_waits_are_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: object())

    with Watch([tmp_path]) as watch:
        moves(tmp_path / "main")

        assert not watch.wait(3600)


def test_nothing_is_left_open(tmp_path: Path) -> None:
    if not OPEN_FILES.exists():
        pytest.skip("only Linux says")
    before = set(OPEN_FILES.iterdir())

    with Watch([tmp_path]):
        assert set(OPEN_FILES.iterdir()) >= before

    assert set(OPEN_FILES.iterdir()) == before
