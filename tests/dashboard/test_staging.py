"""A first build: nobody sees a page before all are there."""

from pathlib import Path

import pytest

from gitcp.dashboard.site_folder import INDEX, OWN, STAGED, SiteFolder
from gitcp.dashboard.staging import Staging
from tests.dashboard.company import a_bare_site, a_site
from tests.dashboard.editions import Editions


def test_nothing_is_seen_of_staged_pages_until_they_are_shown(tmp_path: Path) -> None:
    staging = Staging(tmp_path)
    for path in ("index.html", "tasks/CI-1.html", "assets/deep/er.css"):
        assert staging.renew(path, path.encode())
    assert [path.name for path in tmp_path.iterdir()] == [STAGED]

    staging.show()

    assert sorted(path.name for path in tmp_path.iterdir()) == ["assets", "index.html", "tasks"]
    assert (tmp_path / "assets/deep/er.css").read_bytes() == b"assets/deep/er.css"


def test_a_page_is_staged_once(tmp_path: Path) -> None:
    staging = Staging(tmp_path)
    staging.renew("index.html", b"one")

    with pytest.raises(FileExistsError):
        staging.renew("index.html", b"two")


def test_folders_are_shown_before_the_pages_that_load_what_is_in_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    staging, shown, rename = Staging(tmp_path), list[str](), Path.rename

    def noted(self: Path, target: Path) -> Path:
        shown.append(self.name)
        return rename(self, target)

    for path in ("index.html", "assets/style.css", "tasks/CI-1.html", "a.html"):
        staging.renew(path, b"")
    monkeypatch.setattr(Path, "rename", noted)

    staging.show()

    assert shown == ["assets", "tasks", "a.html", "index.html"]


def test_a_first_build_stages_its_pages_and_the_next_does_not(
    tmp_path: Path, templates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editions, staged, renew = Editions(tmp_path / "site", templates), list[str](), Staging.renew

    def noted(self: Staging, path: str, content: bytes) -> bool:
        staged.append(path)
        return renew(self, path, content)

    monkeypatch.setattr(Staging, "renew", noted)
    editions.show(a_site())
    assert sorted(staged) == sorted(editions.files()) == sorted(editions.fresh(a_site()))

    staged.clear()
    editions.forget()
    assert editions.show(a_bare_site()).is_full
    assert not staged
    assert editions.files() == editions.fresh(a_bare_site())


def test_a_folder_with_files_of_others_is_built_around_them(tmp_path: Path, templates: Path) -> None:
    editions = Editions(tmp_path / "site", templates)
    editions.show(a_bare_site())
    for path in editions.files():
        (editions.folder / path).unlink()
    (editions.folder / "assets" / "logo.svg").write_text("mine")
    editions.forget()

    editions.show(a_site())

    assert editions.files() == {**editions.fresh(a_site()), "assets/logo.svg": b"mine"}


@pytest.mark.parametrize("dies_at", ["renew", "show"])
def test_a_first_build_that_dies_shows_nothing_and_the_next_one_is_whole(
    dies_at: str, tmp_path: Path, templates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editions = Editions(tmp_path / "site", templates)
    full = OSError(28, "No space left on device")

    def dying(self: Staging, path: str = "", content: bytes = b"") -> bool:
        if path.startswith("tasks/") or not path:
            raise full
        return renew(self, path, content)

    renew = Staging.renew
    with monkeypatch.context() as patch:
        patch.setattr(Staging, dies_at, dying)
        with pytest.raises(OSError, match="No space left"):
            editions.show(a_site())
    assert sorted(path.name for path in editions.folder.iterdir()) == [INDEX, STAGED]

    folder = SiteFolder(editions.folder)
    folder.expect_free()
    folder.tidy()
    assert editions.show(a_site()).is_full
    assert editions.files() == editions.fresh(a_site())
    assert [path.name for path in editions.folder.iterdir() if path.name.startswith(OWN)] == [INDEX]
