from gitcp.dashboard import InboxItem, WaitingItem
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.waits import held, inbox
from tests.dashboard.company import a_bare_site, a_person, a_site, a_task


def test_an_item_without_a_task_or_with_an_unknown_one_is_shown_all_the_same() -> None:
    items = (InboxItem("CI-0001", "ready"), InboxItem("CI-9999", "gone"), InboxItem(None, "hello @ada"))
    register = Register(a_bare_site(a_person(), a_task(), inbox={"ada": items}))

    found = inbox(register, "ada", Prose(register.find, ""))

    assert [(item.task is not None, item.name) for item in found.items] == [
        (True, None),
        (False, "CI-9999"),
        (False, None),
    ]
    assert str(found.items[2].reason) == 'hello <a href="org/ada.html" class="short">@ada</a>'


def test_what_waits_names_who_for_what_why_and_until_when() -> None:
    register = Register(a_site())
    first, *_, last = held(
        register, [*register.site.waiting, WaitingItem(None, None, "no reason")], Prose(register.find, "")
    )

    assert first.task is not None
    assert first.agent is not None
    assert (first.agent.text, first.task.text) == ("Felix", "Sources for the chapter on lichens")
    assert (last.agent, last.task, last.until) == (None, None, None)


def test_who_may_still_decide_has_the_question_in_the_inbox() -> None:
    register = Register(a_site())
    ada, ben = (inbox(register, name, Prose(register.find, "")).questions for name in ("ada", "ben"))

    assert [(question.id, question.need) for question in ada] == [("AP-3", "1 of 2 approved")]
    assert [ref.text for ref in ada[0].approvers] == ["Ada Okafor"]
    assert ben == ()
