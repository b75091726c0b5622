from gitcp.dashboard import SiteInput
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.register import Register
from gitcp.dashboard.talks import KEPT, PART
from gitcp.dashboard.views.talk import ROOM, Talk, places_of, talk, talk_part
from gitcp.model.tasks import Comment
from tests.dashboard.company import a_bare_site, a_comment, a_site, a_task, ago


def shown(task: str = "CI-0028", site: SiteInput | None = None) -> Talk:
    register = Register(site or a_site())
    return talk(register, task, register.comments(task), Prose(register.find, "../"))


def a_long_talk(comments: int, body: str = "x") -> SiteInput:
    said = [a_comment("CI-0001", "ada", ago(minutes=comments - n), f"{n} {body}") for n in range(comments)]
    return a_bare_site(a_task("CI-0001"), *said)


def test_the_discussion_is_in_order_with_who_when_and_in_which_run() -> None:
    remarks = shown().remarks

    assert [(remark.author.text, remark.at and remark.at.text) for remark in remarks] == [
        ("Oscar", "20 Nov, 10:30"),
        ("Riley", "21 Nov, 15:30"),
        ("Ben Lindqvist", "21 Nov, 16:30"),
    ]
    assert [remark.run is not None for remark in remarks] == [False, True, False]
    assert shown().parts == ()


def test_a_comment_with_a_name_that_says_nothing_is_shown_all_the_same() -> None:
    site = a_bare_site(a_task(), Comment(id="CI-0001/hello", body="x", run="20200101T000000Z-gone"))
    (remark,) = shown("CI-0001", site).remarks

    assert (remark.author.text, remark.at, remark.run) == ("\u2013", None, None)


def test_a_long_discussion_shows_its_newest_comments_and_leads_to_the_older_ones() -> None:
    view = shown("CI-0001", a_long_talk(PART + KEPT + 3))

    assert len(view.remarks) == KEPT + 3
    assert [(tab.label, tab.href, tab.current) for tab in view.parts] == [
        (f"1 to {PART}", "tasks/CI-0001/comments-1.html", False),
        (f"{PART + 1} to {PART + KEPT + 3}", "tasks/CI-0001.html", True),
    ]


def test_a_part_stays_as_it_is_when_more_is_said() -> None:
    parts = []
    for more in (0, 5):
        register = Register(a_long_talk(2 * PART + KEPT + more))
        parts.append(talk_part(register, "CI-0001/1", Prose(register.find, "../../")))

    assert parts[0] is not None
    assert [str(remark.body) for remark in parts[0].talk.remarks][:2] == [
        '<p dir="auto">0 x</p>\n',
        '<p dir="auto">1 x</p>\n',
    ]
    assert len(parts[0].talk.remarks) == PART
    assert [(tab.label, tab.href) for tab in parts[0].talk.parts] == [
        ("Newer", "tasks/CI-0001/comments-2.html")
    ]


def test_the_last_part_leads_back_to_the_task() -> None:
    register = Register(a_long_talk(2 * PART + KEPT))
    part = talk_part(register, "CI-0001/2", Prose(register.find, "../../"))

    assert part is not None
    assert [(tab.label, tab.href) for tab in part.talk.parts] == [
        ("Older", "tasks/CI-0001/comments-1.html"),
        ("Newer", "tasks/CI-0001.html"),
    ]


def test_there_is_no_page_of_a_part_that_is_not_full() -> None:
    register = Register(a_long_talk(PART))

    assert talk_part(register, "CI-0001/1", Prose(register.find, "../../")) is None
    assert talk_part(register, "ZZ-0001/1", Prose(register.find, "../../")) is None


def test_long_comments_are_cut_so_that_the_page_stays_light() -> None:
    view = shown("CI-0001", a_long_talk(KEPT, "word " * (ROOM // KEPT)))

    assert {remark.rest for remark in view.remarks} == {"gitcp comment list CI-0001"}
    assert sum(len(str(remark.body)) for remark in view.remarks) < ROOM + 100 * KEPT


def test_each_comment_is_found_where_it_stands() -> None:
    register = Register(a_long_talk(PART + KEPT))
    found = list(places_of(register.comments("CI-0001")).values())

    assert found[0].startswith("tasks/CI-0001/comments-1.html#comment-")
    assert found[-1].startswith("tasks/CI-0001.html#comment-")
