"""Folders that were planted: an index that came with a folder from elsewhere leads nowhere but into it."""

from pathlib import Path

import pytest

from gitcp.dashboard.site_folder import INDEX, OWN, STAGED, SiteFolder, refuse_strange
from gitcp.errors import GitcpError
from tests.dashboard.company import a_bare_site
from tests.dashboard.editions import Editions


@pytest.mark.parametrize(
    "path",
    ["../kept.txt", "tasks/../../kept.txt", "/etc/hosts", "", ".", "a//b", ".git/config", "tasks/.hidden", INDEX,
     "..\\kept.txt", "C:/kept.txt", "a\x00b", "a\nb"],
)  # fmt: skip
def test_a_path_that_is_no_pages_is_neither_written_nor_removed(path: str, tmp_path: Path) -> None:
    with pytest.raises(GitcpError, match="not a page's path"):
        refuse_strange([path])
    with pytest.raises(GitcpError, match="not a page's path"):
        SiteFolder(tmp_path).remove(path)


def test_an_index_of_somebody_else_removes_nothing_outside_of_its_folder(
    tmp_path: Path, templates: Path
) -> None:
    (tmp_path / "kept.txt").write_text("mine")
    editions = Editions(tmp_path / "site", templates)
    editions.show(a_bare_site())
    with editions.opened() as index:
        index.connection.execute("INSERT INTO pages (path) VALUES ('../kept.txt')")
        index.note(state="forgotten")
        index.keep()

    with pytest.raises(GitcpError, match="not a page's path"):
        editions.show(a_bare_site())
    assert (tmp_path / "kept.txt").read_text() == "mine"


@pytest.mark.parametrize("name", [INDEX, f"{OWN}.lock", f"{OWN}.json"])
def test_a_link_in_place_of_a_file_of_gitcps_own_is_not_followed(name: str, tmp_path: Path) -> None:
    (tmp_path / "other.db").write_text("mine")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / name).symlink_to(tmp_path / "other.db")

    with pytest.raises(GitcpError, match="expected one of gitcp's own"):
        SiteFolder(tmp_path / "site").expect_free()


def test_a_link_in_place_of_the_folder_where_pages_are_staged_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / STAGED).symlink_to(tmp_path / "elsewhere")

    with pytest.raises(GitcpError, match="is not a folder, expected one of gitcp's own"):
        SiteFolder(tmp_path / "site").expect_free()


def test_a_folder_is_new_while_nothing_is_in_it_but_gitcps_own_files(tmp_path: Path) -> None:
    def is_new(path: Path) -> bool:
        folder = SiteFolder(path)
        folder.expect_free()
        return folder.is_new

    assert is_new(tmp_path / "none")
    assert is_new(tmp_path)
    (tmp_path / INDEX).touch()
    (tmp_path / STAGED).mkdir()
    assert is_new(tmp_path)
    (tmp_path / "README.txt").touch()
    assert not is_new(tmp_path)


def test_a_link_in_place_of_a_folder_of_pages_is_not_followed(tmp_path: Path, templates: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    editions = Editions(tmp_path / "site", templates)
    editions.show(a_bare_site())
    for page in (tmp_path / "site" / "tasks").iterdir():
        page.unlink()
    (tmp_path / "site" / "tasks").rmdir()
    (tmp_path / "site" / "tasks").symlink_to(tmp_path / "elsewhere")
    editions.forget()

    with pytest.raises(GitcpError, match="is not a folder"):
        editions.show(a_bare_site())
    assert not list((tmp_path / "elsewhere").iterdir())


@pytest.mark.parametrize("count", [1, 1_000])
def test_what_somebody_else_put_is_seen_among_few_pages_and_among_many(count: int, tmp_path: Path) -> None:
    wanted = {f"tasks/CI-{number}.html" for number in range(count)}
    folder = SiteFolder(tmp_path)
    folder.expect_room(wanted, set())
    folder.renew("tasks/CI-0.html", b"mine")

    folder.expect_room(wanted, {"tasks/CI-0.html"})
    with pytest.raises(GitcpError, match=r"CI-0\.html: gitcp did not write it"):
        folder.expect_room(wanted, {"tasks/CI-1.html"})


def test_a_page_is_written_only_where_it_is_another(tmp_path: Path) -> None:
    folder = SiteFolder(tmp_path / "site")

    assert [folder.renew("a/b.html", text) for text in (b"one", b"one", b"two", b"tw", b"")] == [
        True, False, True, True, True,
    ]  # fmt: skip
    assert [path.name for path in (tmp_path / "site").rglob("*") if path.is_file()] == ["b.html"]


def test_a_link_to_the_very_bytes_is_no_page(tmp_path: Path) -> None:
    (tmp_path / "other.html").write_bytes(b"one")
    folder = SiteFolder(tmp_path / "site")
    folder.renew("b.html", b"two")
    (tmp_path / "site" / "b.html").unlink()
    (tmp_path / "site" / "b.html").symlink_to(tmp_path / "other.html")

    assert folder.renew("b.html", b"one")
    assert not (tmp_path / "site" / "b.html").is_symlink()


def test_a_page_that_goes_takes_the_folders_with_it_that_are_empty_then(tmp_path: Path) -> None:
    folder = SiteFolder(tmp_path / "site")
    for path in ("index.html", "a/one.html", "a/b/c/two.html"):
        folder.renew(path, b"text")

    assert folder.remove("a/b/c/two.html")
    assert not folder.remove("a/b/c/two.html")
    assert sorted(path.name for path in (tmp_path / "site").rglob("*")) == ["a", "index.html", "one.html"]

    folder.renew("a/b/c/two.html", b"text")
    assert folder.remove("a/one.html")
    assert (tmp_path / "site" / "a/b/c/two.html").read_bytes() == b"text"


def test_folders_above_one_that_is_gone_go_too_where_they_are_empty(tmp_path: Path) -> None:
    (tmp_path / "site" / "a").mkdir(parents=True)

    assert not SiteFolder(tmp_path / "site").remove("a/b/two.html")
    assert list((tmp_path / "site").iterdir()) == []
