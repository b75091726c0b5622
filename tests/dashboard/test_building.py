import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gitcp.dashboard import SiteInput
from gitcp.dashboard.building import Building
from gitcp.dashboard.site_folder import INDEX, LISTED, SiteFolder
from gitcp.errors import GitcpError
from gitcp.model.memory import Records
from gitcp.model.operation import Change, Put, Remove
from gitcp.model.problem import Problem
from gitcp.model.tasks import Task
from tests.dashboard.company import a_bare_site, a_person, a_site, a_task
from tests.dashboard.editions import Editions


@pytest.fixture
def editions(tmp_path: Path, templates: Path) -> Editions:
    return Editions(tmp_path / "deep" / "site", templates)


def after(site: SiteInput, *changes: Change) -> SiteInput:
    assert isinstance(site.snapshot, Records)
    return replace(site, snapshot=site.snapshot.edited(changes, revision="f" * 40))


def test_a_folder_that_need_not_exist_holds_what_a_build_makes(editions: Editions) -> None:
    built = editions.show(a_site())

    assert editions.files() == editions.fresh(a_site())
    assert built.is_full
    assert built.files == built.written == len(editions.files()) <= built.made


def test_the_same_edition_again_makes_nothing(editions: Editions) -> None:
    editions.show(a_site())

    built = editions.show(a_site())

    assert (built.made, built.written, built.removed, built.is_full) == (0, 0, 0, False)


def test_a_changed_record_renews_what_shows_it_and_leaves_the_rest_alone(editions: Editions) -> None:
    site = a_site()
    editions.show(site)
    kept = (editions.folder / "budgets.html").stat()
    task = site.snapshot.get(Task, "CI-0028")
    assert task is not None

    later = after(site, Put(task.model_copy(update={"labels": ("night",)})))
    built = editions.show(later, [("task", "CI-0028")])

    assert editions.files() == editions.fresh(later)
    assert 0 < built.made < len(editions.files()) / 3
    assert (editions.folder / "budgets.html").stat().st_ino == kept.st_ino


def test_what_only_time_changes_is_renewed(editions: Editions) -> None:
    site = a_site()
    editions.show(site)
    later = replace(site, now=site.now + timedelta(days=3))

    built = editions.show(later)

    assert editions.files() == editions.fresh(later)
    assert not built.is_full


def test_time_may_go_back(editions: Editions) -> None:
    site = a_site()
    editions.show(replace(site, now=site.now + timedelta(days=3)))

    editions.show(site)

    assert editions.files() == editions.fresh(site)


def test_another_year_makes_every_page_anew(editions: Editions) -> None:
    site = a_site()
    editions.show(site)
    later = replace(site, now=site.now + timedelta(days=60))

    assert editions.show(later).is_full
    assert editions.files() == editions.fresh(later)


def test_a_page_that_is_gone_is_removed_with_its_folder(editions: Editions) -> None:
    site = a_bare_site(a_task("CI-0001"), a_person("ada"))
    editions.show(site)
    later = after(site, Remove(Task, "CI-0001"))

    before = editions.files()
    built = editions.show(later, [("task", "CI-0001")])

    assert built.removed == len(before.keys() - editions.files().keys()) > 0
    assert not (editions.folder / "tasks" / "CI-0001.html").exists()
    assert editions.files() == editions.fresh(later)


def test_a_page_that_somebody_damaged_is_mended_by_a_full_build(editions: Editions, templates: Path) -> None:
    editions.show(a_site())
    (editions.folder / "index.html").write_text("edited")
    (editions.folder / "org.html").unlink()

    editions.forget()
    editions.show(a_site())

    assert editions.files() == editions.fresh(a_site())


def test_files_of_others_stay(editions: Editions) -> None:
    site = a_bare_site(a_task("CI-0001"))
    editions.show(site)
    (editions.folder / "CNAME").write_text("press.example")
    (editions.folder / "tasks" / "notes.txt").write_text("mine")

    editions.show(after(site, Remove(Task, "CI-0001")), [("task", "CI-0001")])

    assert (editions.folder / "CNAME").read_text() == "press.example"
    assert (editions.folder / "tasks" / "notes.txt").read_text() == "mine"


def test_a_folder_with_files_of_others_alone_is_refused(editions: Editions) -> None:
    editions.folder.mkdir(parents=True)
    (editions.folder / "thesis.tex").write_text("years of work")

    with pytest.raises(GitcpError, match="holds files that gitcp did not write") as refused:
        editions.show(a_site())

    assert refused.value.hint is not None
    assert list(editions.folder.iterdir()) == [editions.folder / "thesis.tex"]


def test_a_file_of_somebody_else_is_not_replaced_by_a_new_page(editions: Editions) -> None:
    site = a_bare_site()
    editions.show(site)
    (editions.folder / "tasks" / "CI-0001.html").write_text("mine")

    with pytest.raises(GitcpError, match=r"CI-0001\.html: gitcp did not write it"):
        editions.show(after(site, Put(a_task("CI-0001"))), [("task", "CI-0001")])

    assert (editions.folder / "tasks" / "CI-0001.html").read_text() == "mine"
    assert editions.files().keys() - {"tasks/CI-0001.html"} == editions.fresh(site).keys()


def test_what_an_earlier_version_listed_is_gitcp_s(editions: Editions) -> None:
    editions.folder.mkdir(parents=True)
    (editions.folder / LISTED).write_text(json.dumps({"format": 1, "pages": ["index.html", "old/page.html"]}))
    (editions.folder / "index.html").write_text("old")
    (editions.folder / "old").mkdir()
    (editions.folder / "old" / "page.html").write_text("old")

    editions.show(a_site())

    assert editions.files() == editions.fresh(a_site())
    assert not (editions.folder / LISTED).exists()


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"pages": 3}', "null"])
def test_a_list_that_cannot_be_read_is_refused(editions: Editions, content: str) -> None:
    editions.folder.mkdir(parents=True)
    (editions.folder / LISTED).write_text(content)
    (editions.folder / "index.html").write_text("whose?")

    with pytest.raises(GitcpError, match="is not a list of pages"):
        editions.show(a_site())

    assert (editions.folder / "index.html").read_text() == "whose?"


def test_an_index_that_is_none_is_refused(editions: Editions) -> None:
    editions.folder.mkdir(parents=True)
    (editions.folder / INDEX).write_text("no database, and long enough to be looked at as one" * 100)

    with pytest.raises(GitcpError, match="is not a list of pages"):
        editions.show(a_site())


def test_an_index_of_another_version_is_a_list_of_files_and_no_more(editions: Editions) -> None:
    editions.folder.mkdir(parents=True)
    with sqlite3.connect(editions.folder / INDEX) as other:
        other.execute("CREATE TABLE pages (path TEXT, shade TEXT)")
        other.execute("INSERT INTO pages VALUES ('gone.html', 'blue')")
        other.execute("PRAGMA user_version = 99")
    other.close()
    (editions.folder / "gone.html").write_text("old")

    built = editions.show(a_site())

    assert (built.is_full, built.removed) == (True, 1)
    assert editions.files() == editions.fresh(a_site())


@pytest.mark.parametrize("path", ["../outside.html", "/outside.html", "a/../../outside.html", INDEX, "."])
def test_no_list_reaches_out_of_the_folder(editions: Editions, tmp_path: Path, path: str) -> None:
    outside = editions.folder.parent / "outside.html"
    editions.folder.mkdir(parents=True)
    outside.write_text("not yours")
    (editions.folder / LISTED).write_text(json.dumps({"pages": [path]}))

    with pytest.raises(GitcpError, match="is not a page's path"):
        editions.show(a_site())

    assert outside.read_text() == "not yours"


def test_a_link_to_a_folder_elsewhere_is_not_followed(editions: Editions, tmp_path: Path) -> None:
    site = a_bare_site(a_task("CI-0001"))
    editions.show(site)
    elsewhere = tmp_path / "elsewhere"
    (editions.folder / "tasks").rename(elsewhere)
    (editions.folder / "tasks").symlink_to(elsewhere)
    before = {path: path.read_bytes() for path in elsewhere.iterdir()}

    for change in (Put(a_task("CI-0001", title="other")), Remove(Task, "CI-0001")):
        with pytest.raises(GitcpError, match="tasks: is not a folder"):
            editions.show(after(site, change), [("task", "CI-0001")])

    assert {path: path.read_bytes() for path in elsewhere.iterdir()} == before


def test_a_link_in_place_of_a_page_is_replaced_and_not_followed(editions: Editions, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    editions.show(a_site())
    page = editions.folder / "index.html"
    page.rename(victim)
    page.symlink_to(victim)
    victim.write_text("not yours")

    editions.forget()
    editions.show(a_site())

    assert victim.read_text() == "not yours"
    assert editions.files() == editions.fresh(a_site())


def test_pages_can_be_read_by_others(editions: Editions) -> None:
    before = os.umask(0o022)
    try:
        editions.show(a_bare_site())
    finally:
        os.umask(before)

    assert (editions.folder / "index.html").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("dies_at", [0, 1, 3, 9])
def test_a_build_that_dies_leaves_whole_pages_and_the_next_one_mends_it(
    editions: Editions, monkeypatch: pytest.MonkeyPatch, dies_at: int
) -> None:
    site = a_site()
    editions.show(site)
    old = editions.files()
    task = site.snapshot.get(Task, "CI-0028")
    assert task is not None
    later = after(site, Put(task.model_copy(update={"title": "Other"})), Put(a_task("CI-0999")))
    keys = [("task", "CI-0028"), ("task", "CI-0999")]

    with monkeypatch.context() as patch:
        patch.setattr(SiteFolder, "_put", _dying(SiteFolder._put, dies_at))
        with pytest.raises(OSError, match="No space left"):
            editions.show(later, keys)

    new = editions.fresh(later)
    assert all(data in {old.get(path), new.get(path)} for path, data in editions.files().items())
    assert editions.show(later, keys).is_full
    assert editions.files() == new


def _dying(put: Callable[..., None], dies_at: int) -> Callable[..., None]:
    left = [dies_at]

    def dying(self: SiteFolder, path: str, content: bytes) -> None:
        if not left[0]:
            raise OSError(28, "No space left on device", path)
        left[0] -= 1
        put(self, path, content)

    return dying


def test_a_record_in_trouble_may_change_though_its_file_does_not(editions: Editions) -> None:
    problem = Problem("tasks/CI/CI-0001.yaml", message="stands refused", record=("task", "CI-0001"))
    task = a_task("CI-0001", title="as it was admitted")
    refused = replace(a_bare_site(), snapshot=Records.of([task], problems=[problem]))
    admitted = a_bare_site(a_task("CI-0001", title="as the file says"))
    editions.show(refused)

    editions.show(admitted)
    assert editions.files() == editions.fresh(admitted)

    editions.show(refused)
    assert editions.files() == editions.fresh(refused)


def test_what_the_building_knows_of_a_folder_is_nothing_at_first(tmp_path: Path, templates: Path) -> None:
    editions = Editions(tmp_path, templates)
    with editions.opened() as index:
        assert Building(SiteFolder(tmp_path), index, a_site(), templates).held() is None


def test_other_templates_make_every_page_anew(editions: Editions, templates: Path, tmp_path: Path) -> None:
    editions.show(a_site())
    mine = shutil.copytree(templates, tmp_path / "templates")
    text = (mine / "problems.html").read_text(encoding="utf-8")
    (mine / "problems.html").write_text(
        text.replace("<h1", "<h1 id='mine'", 1).replace("{% block main %}", "{% block main %}<p>Mine.</p>")
    )

    other = Editions(editions.folder, mine)

    assert other.show(a_site()).is_full
    assert other.files() == other.fresh(a_site())
    assert b"Mine." in other.files()["problems.html"]


def test_a_build_that_holds_what_the_last_one_knew_makes_the_same(tmp_path: Path, templates: Path) -> None:
    editions = Editions(tmp_path / "site", templates, stays=True)
    site = a_site()
    editions.show(site)
    for number in range(3):
        site = after(site, Put(a_task(f"CI-090{number}", title="New")))

        built = editions.show(site, [("task", f"CI-090{number}")])

        assert not built.is_full
        assert editions.files() == editions.fresh(site)


def test_what_a_build_holds_has_a_bound(
    tmp_path: Path, templates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editions = Editions(tmp_path / "site", templates, stays=True)
    editions.show(a_site())
    monkeypatch.setattr("gitcp.dashboard.building.HELD", 0)

    editions.show(a_site())

    assert editions.known is not None
    assert not editions.known.answers
