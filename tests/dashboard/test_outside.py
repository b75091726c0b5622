from pathlib import Path

from gitcp.dashboard.epoch import epoch
from gitcp.dashboard.forges import Forge
from gitcp.dashboard.outside import record_commit, work_branch, work_commit
from gitcp.dashboard.register import Register
from gitcp.model.company import ForgeKind
from tests.dashboard.company import a_site, sha

GUIDES = Forge(ForgeKind.GITHUB, "https://github.com/press/guides")


def test_commits_and_branches_are_seen_on_the_forge_of_their_repository() -> None:
    register = Register(a_site(repository_forges={"guides": GUIDES}))

    assert work_commit(register, "guides", sha("x")) == GUIDES.commit(sha("x"))
    assert work_branch(register, "guides", "main") == GUIDES.branch("main")
    assert work_commit(register, "press", sha("x")) is None
    assert work_branch(register, None, "main") is None


def test_commits_of_the_records_are_seen_on_the_forge_of_the_control_repository() -> None:
    assert record_commit(Register(a_site(forge=GUIDES)), sha("x")) == GUIDES.commit(sha("x"))
    assert record_commit(Register(a_site(forge=None)), sha("x")) is None


def test_a_site_with_another_forge_of_a_repository_is_another_site(templates: Path) -> None:
    sites = (a_site(), a_site(repository_forges={"guides": GUIDES}))

    assert len({epoch(site, templates) for site in sites}) == len(sites)
