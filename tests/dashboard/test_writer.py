import json
import os
from pathlib import Path, PurePosixPath

import pytest

from gitcp.dashboard import Written, write
from gitcp.dashboard.writer import MANIFEST
from gitcp.errors import GitcpError


def pages(**texts: str) -> dict[PurePosixPath, str | bytes]:
    return {PurePosixPath(name.replace("__", "/") + ".html"): text for name, text in texts.items()}


def found_in(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.is_file() and path.name != MANIFEST
    }


def test_pages_are_written_into_a_folder_that_need_not_exist(tmp_path: Path) -> None:
    site = tmp_path / "deep" / "site"

    done = write({PurePosixPath("a/b.html"): "text ✓", PurePosixPath("c.bin"): b"\x00"}, site)

    assert done == Written(written=2, unchanged=0, removed=0)
    assert (site / "a" / "b.html").read_bytes() == "text ✓".encode()
    assert (site / "c.bin").read_bytes() == b"\x00"


def test_a_second_build_writes_what_changed_and_removes_what_is_gone(tmp_path: Path) -> None:
    write(pages(index="1", same="s", old__page="x"), tmp_path)
    before = (tmp_path / "same.html").stat()

    done = write(pages(index="2", same="s", new__page="y"), tmp_path)

    assert done == Written(written=2, unchanged=1, removed=1)
    assert found_in(tmp_path) == {"index.html": "2", "same.html": "s", "new/page.html": "y"}
    assert (tmp_path / "same.html").stat().st_ino == before.st_ino
    assert not (tmp_path / "old").exists()


def test_the_same_site_twice_changes_nothing(tmp_path: Path) -> None:
    write(pages(index="1"), tmp_path)

    assert write(pages(index="1"), tmp_path) == Written(written=0, unchanged=1, removed=0)


def test_a_page_that_somebody_damaged_is_written_again(tmp_path: Path) -> None:
    write(pages(index="1", other="2"), tmp_path)
    (tmp_path / "index.html").write_text("edited")
    (tmp_path / "other.html").unlink()

    write(pages(index="1", other="2"), tmp_path)

    assert found_in(tmp_path) == {"index.html": "1", "other.html": "2"}


def test_pages_can_be_read_by_others(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        write(pages(index="1"), tmp_path)
    finally:
        os.umask(before)

    assert (tmp_path / "index.html").stat().st_mode & 0o777 == 0o644


def test_files_of_others_stay(tmp_path: Path) -> None:
    write(pages(index="1", gone__page="x"), tmp_path)
    (tmp_path / "CNAME").write_text("press.example")
    (tmp_path / "gone" / "notes.txt").write_text("mine")

    write(pages(index="1"), tmp_path)

    assert found_in(tmp_path) == {"index.html": "1", "CNAME": "press.example", "gone/notes.txt": "mine"}


def test_a_folder_with_files_and_without_a_manifest_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")

    with pytest.raises(GitcpError, match="holds files that gitcp did not write") as refused:
        write(pages(index="1"), tmp_path)

    assert refused.value.hint is not None
    assert found_in(tmp_path) == {"thesis.tex": "years of work"}


def test_a_file_of_somebody_else_is_not_replaced_by_a_new_page(tmp_path: Path) -> None:
    write(pages(index="1"), tmp_path)
    (tmp_path / "org.html").write_text("mine")

    with pytest.raises(GitcpError, match=r"org\.html: gitcp did not write it"):
        write(pages(index="2", org="theirs"), tmp_path)

    assert found_in(tmp_path) == {"index.html": "1", "org.html": "mine"}


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("a file")

    with pytest.raises(GitcpError, match="is a file, expected a folder"):
        write(pages(index="1"), tmp_path / "site")


def test_a_folder_in_place_of_a_page_is_refused(tmp_path: Path) -> None:
    write(pages(index="1"), tmp_path)
    (tmp_path / "index.html").unlink()
    (tmp_path / "index.html").mkdir()

    with pytest.raises(GitcpError, match=r"index\.html"):
        write(pages(index="1"), tmp_path)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"pages": 3}', '{"pages": [3]}', "null"])
def test_a_manifest_that_cannot_be_read_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / MANIFEST).write_text(content)
    (tmp_path / "index.html").write_text("whose?")

    with pytest.raises(GitcpError, match="is not a list of pages"):
        write(pages(index="1"), tmp_path)

    assert (tmp_path / "index.html").read_text() == "whose?"


@pytest.mark.parametrize("path", ["../outside.html", "/outside.html", "a/../../outside.html", MANIFEST, "."])
def test_neither_a_page_nor_a_manifest_reaches_out_of_the_folder(tmp_path: Path, path: str) -> None:
    outside = tmp_path / "outside.html"
    outside.write_text("not yours")
    site = tmp_path / "site"

    with pytest.raises(GitcpError, match="is not a page's path"):
        write({PurePosixPath(path): "x"}, site)
    site.mkdir()
    (site / MANIFEST).write_text(json.dumps({"pages": [path]}))
    with pytest.raises(GitcpError, match="is not a page's path"):
        write(pages(index="1"), site)

    assert outside.read_text() == "not yours"


def test_a_link_to_a_folder_elsewhere_is_not_followed(tmp_path: Path) -> None:
    elsewhere, site = tmp_path / "elsewhere", tmp_path / "site"
    elsewhere.mkdir()
    (elsewhere / "page.html").write_text("not yours")
    write(pages(index="1", tasks__page="2"), site)
    (site / "tasks" / "page.html").unlink()
    (site / "tasks").rmdir()
    (site / "tasks").symlink_to(elsewhere)

    with pytest.raises(GitcpError, match="tasks: is not a folder"):
        write(pages(index="1"), site)

    assert (elsewhere / "page.html").read_text() == "not yours"


def test_a_link_in_place_of_a_page_is_replaced_and_not_followed(tmp_path: Path) -> None:
    site, victim = tmp_path / "site", tmp_path / "victim"
    victim.write_text("1")
    write(pages(index="1"), site)
    (site / "index.html").unlink()
    (site / "index.html").symlink_to(victim)

    write(pages(index="2"), site)

    assert (victim.read_text(), (site / "index.html").read_text()) == ("1", "2")


@pytest.mark.parametrize("dies_at", range(4))
def test_a_build_that_dies_leaves_whole_pages_and_the_next_one_cleans_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dies_at: int
) -> None:
    write(pages(index="old", kept="same", gone="x"), tmp_path)
    replace, left = Path.replace, [dies_at]

    def dying(self: Path, target: Path) -> Path:
        if not left[0]:
            raise OSError(28, "No space left on device", str(target))
        left[0] -= 1
        return replace(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", dying)
        with pytest.raises(GitcpError, match="No space left on device"):
            write(pages(index="new", kept="same", more="y"), tmp_path)
        between = found_in(tmp_path)

    assert between["index.html"] in {"old", "new"}
    assert between["kept.html"] == "same"
    assert between.get("more.html", "y") == "y"
    write(pages(index="last"), tmp_path)
    assert found_in(tmp_path) == {"index.html": "last"}


def test_what_the_file_system_refuses_is_an_expected_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")

    with pytest.raises(GitcpError, match="cannot be written: Not a directory"):
        write(pages(index="1"), tmp_path / "file" / "site")
