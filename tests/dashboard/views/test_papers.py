from gitcp.dashboard import SiteInput
from gitcp.dashboard.forges import Forge
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.papers import REVISIONS, ROOM, Paper, papers
from gitcp.model.company import ForgeKind
from gitcp.model.tasks import Document
from tests.dashboard.company import Log, a_bare_site, a_site, a_task, ago, an_entry


def shown(task: str, site: SiteInput) -> tuple[Paper, ...]:
    register = Register(site)
    return papers(register, register.documents(task), register.log_of(task), Prose(register.find, "../"))


def a_revised(revisions: int, **fields: Forge) -> SiteInput:
    path = "documents/CI/CI-0001/plan.md"
    log = Log(
        tuple(
            an_entry(ago(hours=n), "Ada Okafor", f"write document CI-0001/plan {n}", path, task="CI-0001")
            for n in range(revisions)
        )
    )
    return a_bare_site(a_task("CI-0001"), Document(id="CI-0001/plan", text="x"), history=log, **fields)


def test_documents_are_shown_with_the_task() -> None:
    (paper,) = shown("CI-0028", a_site())

    assert (paper.name, paper.rest, paper.revisions) == ("plan", None, ())
    assert "<h4" in str(paper.body)


def test_a_document_s_revisions_are_the_commits_that_wrote_it() -> None:
    (paper,) = shown("CI-0001", a_revised(2))

    assert [(it.at.text, it.by.text, it.url) for it in paper.revisions] == [
        ("22 Nov, 09:30", "Ada Okafor", None),
        ("22 Nov, 08:30", "Ada Okafor", None),
    ]
    assert paper.older is None


def test_a_revision_is_seen_on_the_forge_where_that_is_known() -> None:
    forge = Forge(ForgeKind.GITHUB, "https://github.com/press/control")
    (paper,) = shown("CI-0001", a_revised(1, forge=forge))

    assert str(paper.revisions[0].url).startswith("https://github.com/press/control/commit/")


def test_many_revisions_are_cut_and_it_is_said_what_tells_them_all() -> None:
    (paper,) = shown("CI-0001", a_revised(REVISIONS + 1))

    assert len(paper.revisions) == REVISIONS
    assert paper.older == "gitcp document log CI-0001 plan"


def test_long_documents_are_cut_to_what_the_page_has_room_for() -> None:
    texts = [Document(id=f"CI-0001/d-{n}", text="word " * (ROOM // 2)) for n in range(3)]

    found = shown("CI-0001", a_bare_site(a_task("CI-0001"), *texts))

    assert [paper.rest for paper in found] == [f"gitcp document show CI-0001 d-{n}" for n in range(3)]
    assert sum(len(str(paper.body)) for paper in found) < ROOM + 300
