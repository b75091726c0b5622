from gitcp.dashboard.forges import Forge
from gitcp.dashboard.outside import record_commit, work_branch, work_commit
from gitcp.dashboard.register import Register
from gitcp.model.company import ForgeKind
from tests.dashboard.company import a_bare_site, a_site, sha

GUIDES = Forge(ForgeKind.GITHUB, "https://github.com/press/guides")


def test_commits_and_branches_are_seen_on_the_forge_of_their_repository() -> None:
    register = Register(a_site(repository_forges={"guides": GUIDES}))

    assert work_commit(register, "guides", sha("x")) == GUIDES.commit(sha("x"))
    assert work_branch(register, "guides", "main") == GUIDES.branch("main")
    assert work_commit(register, "press", sha("x")) is None
    assert work_branch(register, None, "main") is None


def test_without_a_company_no_repository_is_known() -> None:
    assert (
        work_commit(Register(a_bare_site(repository_forges={"guides": GUIDES})), "guides", sha("x")) is None
    )


def test_commits_of_the_records_are_seen_on_the_forge_of_the_control_repository() -> None:
    assert record_commit(Register(a_site(forge=GUIDES)), sha("x")) == GUIDES.commit(sha("x"))
    assert record_commit(Register(a_site(forge=None)), sha("x")) is None


def test_who_asks_for_a_repository_s_forge_asks_the_company() -> None:
    register = Register(a_site(repository_forges={"guides": GUIDES}))

    with register.noting() as asked:
        work_commit(register, "guides", sha("x"))

    assert asked == {"company gitcp"}
