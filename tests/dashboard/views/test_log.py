from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from gitcp.dashboard.forges import Forge
from gitcp.dashboard.log import ReadLog
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.refs import member_ref
from gitcp.dashboard.register import Register
from gitcp.dashboard.views import log
from gitcp.dashboard.views.log import NEWEST, PART, Line, Log
from gitcp.model.actors import SCHEDULER_EMAIL
from gitcp.model.company import ForgeKind
from gitcp.model.history import Entry
from tests.dashboard.company import NOW, a_person, a_site, ago, an_entry
from tests.dashboard.company import Log as History

RUN = "20261121T143000Z-riley"


def a_register(entries: Sequence[Entry], **fields: object) -> Register:
    return Register(replace(a_site(), history=History(tuple(entries)), **fields))  # type: ignore[arg-type]


def commits(count: int) -> list[Entry]:
    """Return so many commits, the last first; each is an hour after the one before it."""
    return [an_entry(ago(hours=n), "Ada Okafor", f"change {count - n}", "org/ada.yaml") for n in range(count)]


def part(register: Register, name: str) -> Log | None:
    made = log.part(register, name, Prose(register.find, "../"))
    assert made is None or isinstance(made.view, Log)
    return made.view if made else None


def lines(view: Log) -> list[Line]:
    return [line for day in view.days for line in day.lines]


def shown(entry: Entry, **fields: object) -> Line:
    register = a_register([entry], **fields)
    return log.line(register, entry, Prose(register.find, ""))


def test_the_newest_commits_are_shown_and_all_parts_are_led_to() -> None:
    register = a_register(commits(PART + 30))
    view = log.newest(register, Prose(register.find, ""))

    assert len(lines(view)) == NEWEST
    assert view.summary == "The newest 100 of 280 commits"
    assert [(month.name, [(s.href, s.count) for s in month.spans]) for month in view.months] == [
        ("November 2026", [("log/2.html", "30"), ("log/1.html", "250")])
    ]
    assert view.months[0].spans[0].label == "21 Nov to 22 Nov"
    assert list(log.names(register)) == ["1", "2"]


def test_a_part_that_is_full_never_changes() -> None:
    before, after = (
        a_register(commits(PART)),
        a_register([an_entry(NOW, "Ada Okafor", "new"), *commits(PART)]),
    )
    first, same, second = part(before, "1"), part(after, "1"), part(after, "2")

    assert first is not None
    assert same is not None
    assert second is not None
    assert first.days == same.days
    assert (len(lines(first)), lines(first)[0].what, lines(first)[-1].what) == (
        PART,
        "change 250",
        "change 1",
    )
    assert [line.what for line in lines(second)] == ["new"]
    assert (first.older, first.newer) == (None, None)
    assert (same.newer, second.older, second.newer) == ("log/2.html", "log/1.html", None)
    assert part(after, "3") is None


def test_what_a_page_of_the_log_asks_does_not_name_the_newest_commit() -> None:
    register = a_register(commits(PART + 1))
    with register.noting() as asked:
        part(register, "1")

    assert not {note for note in asked if note.startswith(("revision", "any"))}
    assert {"log-end 1", "log-there 2"} <= asked


def test_to_see_that_a_part_is_as_it_was_one_commit_of_it_is_read() -> None:
    read: list[object] = []

    class Counted(ReadLog):
        def __getitem__(self, place):  # type: ignore[no-untyped-def]
            read.append(place)
            return super().__getitem__(place)

    register = Register(a_site(), log=Counted(commits(PART + 1)))
    register.known("log-end", "1")
    register.known("log-end", "2")

    assert read == [1, 0]


def test_an_empty_log_is_no_part() -> None:
    register = a_register([])

    assert list(log.names(register)) == []
    assert log.newest(register, Prose(register.find, "")).summary == "0 commits"


def test_a_commit_says_who_did_what_by_which_operation_and_why() -> None:
    line = shown(
        an_entry(NOW, "Ada Okafor", "pause agent theo", "org/theo.yaml", reason="until @ben says so")
    )

    assert (line.who.text, line.actor, line.operation, line.kinds) == (
        "Ada Okafor",
        "org/ada.html",
        "pause agent",
        "member",
    )
    assert line.why is not None
    assert 'href="org/ben.html"' in line.why
    assert [(ref.text, ref.href) for ref in line.records] == [("theo", "org/theo.html")]


def test_the_scheduler_says_for_whom_and_a_person_through_whom() -> None:
    claim = an_entry(NOW, "gitcp scheduler", f"claim run {RUN}", actor="scheduler", run=RUN)
    person = replace(
        an_entry(NOW, "Ada Okafor", "x"), committer_email=SCHEDULER_EMAIL, committer="gitcp scheduler"
    )

    (word, agent), by = shown(claim).by or ("", None), shown(person).by
    assert (word, agent and agent.text) == ("for", "Riley")
    assert by is not None
    assert (by[0], by[1].text) == ("through", "gitcp scheduler")
    assert shown(an_entry(NOW, "Ada Okafor", "x")).by is None


def test_what_the_subject_leads_to_is_not_told_twice_and_very_many_records_are_cut() -> None:
    named = shown(
        an_entry(NOW, "Riley", f"comment task CI-0028 in {RUN}", "comments/CI/CI-0028/x.yaml", run=RUN)
    )
    many = shown(an_entry(NOW, "Ada Okafor", "move", *(f"org/a{n}.yaml" for n in range(9))))

    assert (named.records, named.run) == ((), None)
    assert (len(many.records), many.more) == (4, 5)


def test_a_run_is_led_to_where_there_is_one() -> None:
    known, gone = (an_entry(NOW, "Riley", "x", run=run) for run in (RUN, "20250101T000000Z-riley"))

    run = shown(known).run
    assert run is not None
    assert run.href == f"runs/{RUN}.html"
    assert shown(gone).run is None


def test_a_signature_that_was_looked_at_is_told() -> None:
    key = "ssh-ed25519 " + "A" * 68
    entry = replace(an_entry(NOW, "Ada Okafor", "x"), signer=key)
    register = Register(a_site([a_person("kim", keys=(key,))]))

    assert str(log.line(register, entry, Prose(register.find, "")).signed) == str(member_ref(register, "kim"))
    other = shown(entry).signed
    assert other is not None
    assert (other.text, other.href) == (key[:7], None)


def test_the_commit_leads_to_the_forge_where_there_is_one() -> None:
    entry = an_entry(NOW, "Ada Okafor", "x")
    forge = Forge(ForgeKind.GITHUB, "https://github.com/acme/company")

    assert shown(entry, forge=None).url is None
    assert shown(entry, forge=forge).url == f"https://github.com/acme/company/commit/{entry.revision}"


def test_days_are_those_of_the_company_s_zone() -> None:
    late = an_entry(NOW.replace(hour=23, minute=30), "Ada Okafor", "x")
    register = a_register([late, replace(late, at=late.at - timedelta(hours=1))])

    assert [day.day.machine for day in log.newest(register, Prose(register.find, "")).days] == [
        "2026-11-23",
        "2026-11-22",
    ]


def test_a_commit_of_many_files_says_its_first_records_how_many_more_and_each_kind_once() -> None:
    paths = (*(f"tasks/CI/CI-{number}.yaml" for number in range(1, 8)), "org/a.yaml")

    told = log.gist(paths, "CI-1 is done")

    assert [record.id for record in told.records] == ["CI-2", "CI-3", "CI-4", "CI-5"]
    assert told.more == 3
    assert told.kinds == "task member"
