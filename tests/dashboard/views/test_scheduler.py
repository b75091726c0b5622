from dataclasses import replace
from datetime import timedelta

from gitcp.core.approvals import content_hash
from gitcp.core.lateness import PATIENCE, Due
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.scheduler import Scheduler, scheduler
from gitcp.model.actors import SCHEDULER_EMAIL
from gitcp.model.base import Record
from gitcp.model.guards import Approval, ApprovalStatus, Decision, ProposedFile
from tests.dashboard.company import NOW, Log, a_bare_site, a_person, a_run, a_site, ago, an_agent, an_entry


def shown(*records: Record) -> Scheduler:
    return scheduler(Register(a_bare_site(a_person("ada"), a_person("ben"), an_agent("riley"), *records)))


def an_approved(hours: float, **fields: object) -> Approval:
    defaults = {"change": (ProposedFile(path="org/x.yaml", text="x"),), "requested_at": ago(days=1)}
    asked = Approval(id="AP-1", title="Ask", requested_by="ada", **(defaults | fields))
    said = Decision(by="ben", at=ago(hours=hours), verdict="approve", content=content_hash(asked))
    return asked.evolve(decisions=(said,), status=ApprovalStatus.APPROVED)


def test_when_it_acted_last_is_told() -> None:
    by_hand, own = an_entry(NOW, "Ada Okafor", "x"), an_entry(ago(hours=2), "Riley", "y")
    through = replace(own, committer_email=SCHEDULER_EMAIL)
    last = scheduler(Register(replace(a_site(), history=Log((by_hand, through))))).last

    assert last is not None
    assert last.text == "22 Nov, 08:30"
    assert scheduler(Register(replace(a_site(), history=Log((by_hand, own))))).last is None
    assert scheduler(Register(a_site())).last is not None


def test_a_run_that_is_long_past_its_deadline_is_late() -> None:
    (late,) = shown(a_run("riley", ago(hours=3), deadline=ago(hours=2))).late

    assert (late.what.text, late.why) == ("The run of Riley", "is past its deadline by 2 h 00 min")
    assert late.what.href == "runs/20261122T063000Z-riley.html"
    assert shown(a_run("riley", ago(hours=3), deadline=NOW - PATIENCE)).late == ()
    assert shown(a_run("riley", ago(hours=3), deadline=NOW + timedelta(hours=1))).late == ()


def test_a_change_that_was_approved_long_ago_and_is_not_applied_is_late() -> None:
    (late,) = shown(an_approved(hours=3)).late

    assert (late.what.text, late.why) == ("AP-1", "was approved 3 h 00 min ago and is not applied")
    assert shown(an_approved(hours=0.1)).late == ()
    assert shown(an_approved(hours=3, change=())).late == ()
    assert shown(an_approved(hours=3).evolve(decisions=())).late == ()


def test_what_the_clock_asked_for_long_ago_is_late() -> None:
    since = (Due("agent", "riley", ago(hours=2)), Due("routine", "scan", NOW - PATIENCE))
    site = replace(a_bare_site(an_agent("riley")), due=since)

    (late,) = scheduler(Register(site)).late

    assert (late.what.text, late.why) == ("Riley", "was due by the clock 2 h 00 min ago")
