from dataclasses import replace

from gitcp.dashboard.kinds import Extra, Kind, single
from gitcp.dashboard.pages import EXTRAS, KINDS
from gitcp.dashboard.register import Register
from tests.dashboard.company import a_bare_site, a_site

ALL: tuple[Kind | Extra, ...] = (*KINDS, *EXTRAS)


def test_no_two_kinds_share_a_name() -> None:
    names = [kind.name for kind in ALL]

    assert sorted(set(names)) == sorted(names)


def test_no_two_files_share_a_path() -> None:
    register = Register(a_site())
    paths = [kind.path(name) for kind in ALL for name in kind.names(register)]

    assert sorted(set(paths)) == sorted(paths)


def test_a_file_of_which_there_is_one_is_made_of_the_register() -> None:
    kind = single("where.txt", lambda register: register.site.base_url or "nowhere")
    register = Register(replace(a_bare_site(), base_url="https://site.example/"))

    assert isinstance(kind, Extra)
    assert [kind.path(name) for name in kind.names(register)] == ["where.txt"]
    assert kind.write(register, "") == "https://site.example/"
