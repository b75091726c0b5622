import json
import time
from decimal import Decimal
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from gitcp.errors import RuntimeUnavailableError
from gitcp.model.amounts import Usage
from gitcp.model.runs import FailureClass
from gitcp.model.runtimes import CodexRuntime
from gitcp.runtimes import Ending, Limits, StopCause
from gitcp.runtimes.base import Heard, Probe
from gitcp.runtimes.http import Http
from gitcp.runtimes.http.endpoint import origin
from gitcp.runtimes.http.signing import key_of
from tests.runtimes.http.agent import (
    Agent,
    Asked,
    Said,
    Script,
    accepted,
    an_http,
    done,
    running,
    serving,
    steps,
)
from tests.runtimes.programs import RUN, a_launch, never

SECRET = "a key that is long enough to be one"
PAUSES = (0.01, 0.01)


def run(agent: Agent, folder: Path, **given: Any) -> Ending:
    watch = given.pop("watch", never)
    options = {name: given.pop(name) for name in OPTIONS & set(given)}
    return Http(pauses=PAUSES).run(a_launch(folder, an_http(agent.url, **options), **given), watch)


OPTIONS = {
    "answer",
    "billing",
    "callback_url",
    "headers",
    "model",
    "poll_seconds",
    "secret_headers",
    "sign_with",
}


def ran(script: Script, folder: Path, **given: Any) -> Ending:
    with serving(script) as agent:
        return run(agent, folder, **given)


def until_cancelled(asked: Asked, **answer: Any) -> Said:
    """Go on until told to stop."""
    return Said({"status": "cancelled", **answer}) if asked.action == "cancel" else accepted(**answer)


def test_a_run_is_told_followed_and_judged(tmp_path: Path) -> None:
    used = {"usd": 0.25, "input_tokens": 1000, "cached_tokens": 400, "output_tokens": 50, "turns": 3}
    script = steps(
        accepted(progress="reading"),
        running(progress="reading"),
        running(progress="writing"),
        done("It is done.", usage=used, model="m1", session="s-1"),
    )
    with serving(script) as agent:
        ending = run(agent, tmp_path)

    assert agent.actions == ["start", "poll", "poll", "poll"]
    assert ending == Ending(
        exit_code=0,
        final_text="It is done.",
        usage=Usage(
            usd=Decimal("0.25"),
            tokens=1050,
            input_tokens=1000,
            cached_tokens=400,
            output_tokens=50,
            reasoning_tokens=0,
            turns=3,
        ),
        session="s-1",
        model="m1",
        isolation="none",
    )
    assert (tmp_path / "run.log").read_text() == "reading\nwriting\nIt is done.\n"


def test_a_result_may_come_at_once(tmp_path: Path) -> None:
    with serving(steps(done())) as agent:
        ending = run(agent, tmp_path, model="m2")

    assert agent.actions == ["start"]
    assert (ending.exit_code, ending.final_text, ending.usage, ending.model) == (0, "all done", None, "m2")


def test_the_endpoint_is_told_all_that_a_program_would_be(tmp_path: Path) -> None:
    context = {"run": {"deadline": "2026-11-22T10:00:00Z"}, "task": {"id": "DEV-0001"}}
    for name, text in (
        ("context.json", json.dumps(context)),
        ("brief.md", "# Run\n"),
        ("system.md", "Be brief."),
    ):
        (tmp_path / name).write_text(text)
    (tmp_path / "skill").mkdir()
    (tmp_path / "skill" / "SKILL.md").write_text("Finish it.")
    environment = {
        "GITCP_API_URL": "http://127.0.0.1:4711",
        "GITCP_API_KEY": "token",
        "GITCP_AGENT_ID": "riley",
        "GITCP_TASK_ID": "DEV-0001",
        "GITCP_COMPANY": "Acme",
        "GITCP_WAKE_REASON": "assignment,continue",
        "GITCP_WAKE_CONTEXT": str(tmp_path / "context.json"),
    }
    with serving(steps(done(session="s-1"))) as agent:
        ending = run(
            agent,
            tmp_path,
            model="m1",
            environment=environment,
            brief=tmp_path / "brief.md",
            system_prompt=tmp_path / "system.md",
            skill=tmp_path / "skill",
            resume="s-1",
            limits=Limits(minutes=3, usd=Decimal("0.5"), tokens=1000),
        )

    assert agent.asked[0].json == {
        "format": 1,
        "action": "start",
        "run": RUN,
        "agent": "riley",
        "task": "DEV-0001",
        "company": "Acme",
        "reasons": ["assignment", "continue"],
        "deadline": "2026-11-22T10:00:00Z",
        "limits": {"minutes": 3.0, "usd": 0.5, "tokens": 1000},
        "model": "m1",
        "session": "s-1",
        "brief": "# Run\n",
        "system_prompt": "Be brief.",
        "skill": "Finish it.",
        "context": context,
        "checkout": str(tmp_path),
        "callback": {"url": "http://127.0.0.1:4711", "key": "token"},
    }
    assert ending.resumed


def test_a_new_session_is_not_the_one_that_was_asked_for(tmp_path: Path) -> None:
    ending = ran(steps(done(session="s-2")), tmp_path, resume="s-1")

    assert (ending.session, ending.resumed) == ("s-2", False)


@pytest.mark.parametrize(
    ("answer", "failure", "error"),
    [
        ({"status": "failed"}, FailureClass.AGENT, "the endpoint says that the run failed, not why"),
        ({"status": "failed", "error": {"message": "no\x1b[31m idea"}}, FailureClass.AGENT, "says: no idea"),
        (
            {"status": "failed", "error": {"class": "transient", "message": "busy"}},
            FailureClass.TRANSIENT,
            "busy",
        ),
        ({"status": "cancelled"}, FailureClass.PLATFORM, "cancelled the run by itself"),
    ],
)
def test_a_run_that_failed_there_failed_here(
    tmp_path: Path, answer: dict[str, Any], failure: FailureClass, error: str
) -> None:
    ending = ran(steps(Said({**answer, "usage": {"usd": 1}})), tmp_path)

    assert (ending.exit_code, ending.failure) == (None, failure)
    assert error in str(ending.error)
    assert ending.usage is not None
    assert ending.usage.usd == 1


def test_an_endpoint_that_fails_for_a_moment_is_asked_again(tmp_path: Path) -> None:
    script = steps(Said({}, 503), accepted(), Said(b"<html>"), running(), Said({}, 429), done())
    with serving(script) as agent:
        ending = run(agent, tmp_path)

    assert ending.exit_code == 0
    assert agent.actions == ["start", "start", "poll", "poll", "poll", "poll"]
    starts = [asked.headers["idempotency-key"] for asked in agent.asked if asked.action == "start"]
    assert starts == [RUN, RUN]


def test_an_endpoint_that_stays_away_is_given_up_and_what_it_used_counts(tmp_path: Path) -> None:
    def script(asked: Asked) -> Said:
        return accepted(usage={"usd": 2}) if asked.action == "start" else Said({}, 502)

    with serving(script) as agent:
        ending = run(agent, tmp_path)

    assert (ending.failure, ending.exit_code) == (FailureClass.TRANSIENT, None)
    assert "answered 502 Bad Gateway" in str(ending.error)
    assert agent.actions == ["start", *["poll"] * (len(PAUSES) + 1), "cancel"]
    assert ending.usage is not None
    assert ending.usage.usd == 2


def test_where_nobody_listens_the_platform_is_at_fault(tmp_path: Path) -> None:
    with serving(steps(done())) as agent:
        pass
    ending = run(agent, tmp_path)

    assert ending.failure is FailureClass.PLATFORM
    assert "no connection" in str(ending.error)
    assert not ending.started


def test_an_endpoint_that_may_have_heard_of_the_run_has_started_it(tmp_path: Path) -> None:
    refuses = ran(steps(Said(status=403)), tmp_path)
    configured = an_http("http://127.0.0.1:1/", secret_headers={"A": "env:UNSET"})
    is_not_told = Http().run(a_launch(tmp_path, configured), never)

    assert (refuses.failure, refuses.started) == (FailureClass.PLATFORM, True)
    assert (is_not_told.failure, is_not_told.started) == (FailureClass.PLATFORM, False)


def test_a_run_that_nobody_could_ask_about_is_not_waited_for(tmp_path: Path) -> None:
    ending = ran(steps(running()), tmp_path)

    assert ending.failure is FailureClass.PLATFORM
    assert "neither a result nor a status URL" in str(ending.error)


@pytest.mark.parametrize("cause", [StopCause.CANCEL, StopCause.SHUTDOWN])
def test_a_run_that_has_to_end_is_cancelled_there_and_its_last_words_count(
    tmp_path: Path, cause: StopCause
) -> None:
    def script(asked: Asked) -> Said:
        if asked.action == "cancel":
            cancelled.set()
        if cancelled.is_set() and asked.action == "poll":
            return Said({"status": "cancelled", "usage": {"usd": 3}, "text": "Half of it."})
        return accepted(usage={"usd": 1})

    cancelled = Event()
    polled = iter([None, None, cause])
    with serving(script) as agent:
        ending = run(agent, tmp_path, watch=lambda: next(polled, cause), grace_seconds=10)

    assert (ending.stopped, ending.failure, ending.final_text) == (cause, None, "Half of it.")
    assert ending.usage is not None
    assert ending.usage.usd == 3
    assert "did not confirm" not in str(ending.error)
    (request,) = [asked for asked in agent.asked if asked.action == "cancel"]
    assert (request.path, request.json) == ("/runs/7", {"action": "cancel", "run": RUN, "cause": cause.value})


def test_an_endpoint_that_does_not_stop_is_told_of(tmp_path: Path) -> None:
    ending = ran(steps(accepted()), tmp_path, watch=lambda: StopCause.CANCEL, grace_seconds=0.3)

    assert ending.stopped is StopCause.CANCEL
    assert "may still be at work there" in str(ending.error)


def test_an_endpoint_that_does_not_even_answer_is_left_in_time(tmp_path: Path) -> None:
    def script(_: Asked) -> Said:
        released.wait(60)
        return running()

    released = Event()
    began = time.monotonic()
    with serving(script) as agent:
        ending = run(agent, tmp_path, watch=lambda: StopCause.CANCEL, grace_seconds=0.3)
        released.set()

    assert ending.stopped is StopCause.CANCEL
    assert time.monotonic() - began < 30


@pytest.mark.parametrize(
    ("limits", "used", "billing", "cause"),
    [
        ({"usd": Decimal(1)}, {"usd": 1.01}, "api", StopCause.BUDGET),
        ({"usd_imputed": Decimal(1)}, {"usd": 1.01}, "subscription", StopCause.BUDGET),
        ({"tokens": 100}, {"input_tokens": 90, "output_tokens": 11}, "api", StopCause.BUDGET),
        ({"turns": 2}, {"turns": 3}, "api", StopCause.TURNS),
    ],
)
def test_a_limit_that_its_reports_exceed_ends_it(
    tmp_path: Path, limits: dict[str, Any], used: dict[str, Any], billing: str, cause: StopCause
) -> None:
    ending = ran(
        lambda asked: until_cancelled(asked, usage=used),
        tmp_path,
        billing=billing,
        limits=Limits(minutes=1, **limits),
    )

    assert (ending.stopped, ending.failure) == (cause, None)


def test_what_is_at_its_limit_is_not_over_it(tmp_path: Path) -> None:
    script = steps(accepted(usage={"usd": 1, "turns": 2}), running(), done())

    assert ran(script, tmp_path, limits=Limits(minutes=1, usd=Decimal(1), turns=2)).stopped is None


def test_tokens_without_money_are_priced_by_the_list(tmp_path: Path) -> None:
    used = {"input_tokens": 1_000_000, "output_tokens": 1000}

    ending = ran(steps(done(usage=used, model="claude-sonnet-4-5")), tmp_path)
    unknown = ran(steps(done(usage=used, model="nobody-knows-it")), tmp_path)

    assert ending.usage is not None
    assert ending.usage.usd > 1
    assert ending.priced
    assert str(ending.priced_by).startswith("genai-prices ")
    assert unknown.usage is not None
    assert (unknown.usage.tokens, unknown.priced, unknown.priced_by) == (1_001_000, False, None)


def test_an_endpoint_that_says_nothing_new_is_silent(tmp_path: Path) -> None:
    ending = ran(
        lambda asked: until_cancelled(asked, progress="reading"),
        tmp_path,
        silence_minutes=0.5 / 60,
        minutes=5,
    )

    assert ending.stopped is StopCause.SILENCE


def test_news_break_the_silence(tmp_path: Path) -> None:
    count = iter(range(1000))

    def script(asked: Asked) -> Said:
        number = next(count)
        return done() if number > 15 else accepted(progress=f"page {number}")

    assert ran(script, tmp_path, silence_minutes=1 / 60, minutes=5).stopped is None


def test_what_the_watch_raises_comes_through_once_the_endpoint_is_told(tmp_path: Path) -> None:
    def watch() -> StopCause | None:
        raise KeyboardInterrupt

    with serving(until_cancelled) as agent, pytest.raises(KeyboardInterrupt):
        run(agent, tmp_path, watch=watch)

    assert "cancel" in agent.actions


def test_a_secret_header_goes_where_it_belongs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENT_TOKEN", "hush")
    with serving(steps(done())) as agent:
        run(agent, tmp_path, secret_headers={"Authorization": "env:AGENT_TOKEN"}, headers={"X-Team": "blue"})

    assert agent.asked[0].headers["authorization"] == "hush"
    assert agent.asked[0].headers["x-team"] == "blue"


def test_a_secret_that_comes_back_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENT_TOKEN", "hush-hush-token")
    script = steps(accepted(progress="I got hush-hush-token"), done("and token-of-the-run"))
    environment = {"GITCP_API_KEY": "token-of-the-run"}

    ending = ran(script, tmp_path, secret_headers={"X-Key": "env:AGENT_TOKEN"}, environment=environment)

    assert ending.final_text == "and [secret GITCP_API_KEY]"
    assert (tmp_path / "run.log").read_text() == "I got [secret x-key]\nand [secret GITCP_API_KEY]\n"


def test_with_a_key_a_stranger_cannot_end_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENT_KEY", SECRET)

    def script(asked: Asked) -> Said:
        key = key_of(SECRET) if asked.action == "start" else b"the key of a stranger"
        said = accepted() if asked.action == "start" else done()
        return said.signed(key, asked, int(time.time()))

    ending = ran(script, tmp_path, sign_with="env:AGENT_KEY")

    assert ending.failure is FailureClass.PLATFORM
    assert "the answer is not believed" in str(ending.error)


def test_one_that_calls_back_ends_when_it_has_said_how(tmp_path: Path) -> None:
    heard = iter([Heard(ended=False), Heard(ended=False), Heard(ended=True)])
    with serving(steps(Said({"status": "running"}, 202))) as agent:
        ending = run(agent, tmp_path, answer="callback", heard=lambda: next(heard, Heard(ended=True)))

    assert (ending.exit_code, ending.failure) == (0, None)
    assert agent.actions == ["start"]


def test_one_that_calls_back_may_have_a_status_that_tells_its_cost(tmp_path: Path) -> None:
    def script(asked: Asked) -> Said:
        return accepted() if asked.action == "start" else running(usage={"usd": 1})

    ending = ran(script, tmp_path, answer="callback", heard=lambda: Heard(ended=True))

    assert ending.exit_code == 0


def test_what_one_declared_holds_where_its_status_is_gone(tmp_path: Path) -> None:
    declared = Event()

    def script(asked: Asked) -> Said:
        if asked.action == "start":
            return accepted()
        declared.set()
        return Said({}, 404)

    ending = ran(script, tmp_path, answer="callback", heard=lambda: Heard(ended=declared.is_set()))

    assert (ending.exit_code, ending.failure) == (0, None)


def test_a_callback_breaks_the_silence(tmp_path: Path) -> None:
    began = time.monotonic()

    def heard() -> Heard:
        passed = time.monotonic() - began
        return Heard(ended=passed > 1.5, said=int(passed * 5))

    ending = ran(
        steps(Said({"status": "running"}, 202)),
        tmp_path,
        answer="callback",
        heard=heard,
        silence_minutes=1 / 60,
    )

    assert ending.stopped is None


@pytest.mark.parametrize(
    ("answer", "path", "word"),
    [
        (
            {"declared": "finish", "summary": "It is there.", "reason": "x"},
            "finish",
            {"summary": "It is there."},
        ),
        ({"declared": "continue"}, "continue", {}),
        (
            {"declared": "block", "reason": "No key.", "waits_for": "owner"},
            "block",
            {"reason": "No key.", "waits_for": "owner"},
        ),
    ],
)
def test_the_word_of_one_that_cannot_call_back_is_passed_on(
    tmp_path: Path, answer: dict[str, Any], path: str, word: dict[str, Any]
) -> None:
    with serving(steps(Said({}))) as callback:
        environment = {"GITCP_API_URL": callback.url.removesuffix("/runs"), "GITCP_API_KEY": "token"}
        ending = ran(steps(done(**answer)), tmp_path, environment=environment)

    assert ending.exit_code == 0
    (request,) = callback.asked
    assert (request.path, request.json) == (f"/v1/run/{path}", word)
    assert request.headers["authorization"] == "Bearer token"


def test_a_word_that_is_refused_fails_the_run(tmp_path: Path) -> None:
    with serving(steps(Said({"error": "no reason"}, 422))) as callback:
        environment = {"GITCP_API_URL": callback.url.removesuffix("/runs"), "GITCP_API_KEY": "token"}
        ending = ran(steps(done(declared="block")), tmp_path, environment=environment)

    assert ending.failure is FailureClass.AGENT
    assert "block was refused with 422" in str(ending.error)
    assert "no reason" in (tmp_path / "run.log").read_text()


def test_a_callback_that_is_gone_fails_the_run(tmp_path: Path) -> None:
    with serving(steps(Said({}))) as callback:
        environment = {"GITCP_API_URL": callback.url.removesuffix("/runs"), "GITCP_API_KEY": "token"}
    ending = ran(steps(done(declared="finish")), tmp_path, environment=environment)

    assert "the callback of the run was not reached" in str(ending.error)


@pytest.mark.parametrize(
    ("url", "given", "problem"),
    [
        ("http://user@127.0.0.1/", {}, "runtime.url: expected http"),
        ("http://127.0.0.1:port/", {}, "runtime.url: "),
        ("http://127.0.0.1/", {"callback_url": "https://user@me"}, "runtime.callback_url: expected http"),
        (
            "https://agents.example/",
            {"answer": "callback"},
            "runtime.callback_url: expected where the endpoint",
        ),
        (
            "https://agents.example/",
            {"callback_url": "http://me.example:{port}"},
            "callback_url: expected https",
        ),
        (
            "http://agents.example/",
            {"callback_url": "https://me.example"},
            "runtime.callback_url: expected a url",
        ),
        (
            "http://agents.example/",
            {"secret_headers": {"A": "env:SET"}},
            "runtime.secret_headers: expected a url",
        ),
        (
            "http://127.0.0.1/",
            {"secret_headers": {"A": "env:UNSET"}},
            "secret_headers.A: secret env:UNSET: is not set",
        ),
        (
            "http://127.0.0.1/",
            {"secret_headers": {"A": "file:/x"}},
            "secret_headers.A: secret file:/x: No such file",
        ),
        (
            "http://127.0.0.1/",
            {"sign_with": "env:UNSET"},
            "runtime.sign_with: secret env:UNSET: is not set",
        ),
        ("http://127.0.0.1/", {"sign_with": "env:SHORT"}, "sign_with: env:SHORT: expected a key of 24 bytes"),
        ("http://127.0.0.1/", {"headers": {"two words": "x"}}, "the header 'two words' cannot be sent"),
        ("http://127.0.0.1/", {"headers": {"x": "\u20ac"}}, "the header 'x' cannot be sent"),
        ("http://127.0.0.1/", {"secret_headers": {"x": "env:LINES"}}, "the header 'x' cannot be sent"),
    ],
)
def test_what_cannot_be_is_said_before_it_is_tried_and_again_when_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, given: dict[str, Any], problem: str
) -> None:
    for name, value in {"SET": "x", "SHORT": "hush", "LINES": "a\nb"}.items():
        monkeypatch.setenv(name, value)
    config = an_http(url, **given)

    ending = Http().run(a_launch(tmp_path, config), never)

    assert problem in str(Http().check(config))
    assert problem in str(Http().probe(config).problem)
    assert problem in str(ending.error)
    assert ending.failure is FailureClass.PLATFORM
    assert "hush" not in str(ending.error)


@pytest.mark.parametrize(
    ("url", "given"),
    [
        ("http://localhost:8080/", {"answer": "callback"}),
        ("http://[::1]/", {"secret_headers": {"A": "env:SET"}}),
        ("https://agents.example/", {"answer": "callback", "callback_url": "https://me.example/{port}"}),
        ("http://agents.internal/", {"sign_with": "env:KEY"}),
    ],
)
def test_what_can_be_has_nothing_against_it(
    monkeypatch: pytest.MonkeyPatch, url: str, given: dict[str, Any]
) -> None:
    monkeypatch.setenv("SET", "x")
    monkeypatch.setenv("KEY", SECRET)

    assert Http().check(an_http(url, **given)) is None
    assert Http().probe(an_http(url, **given)) == Probe(program=origin(url))


def test_a_brief_that_is_gone_is_the_platforms_fault(tmp_path: Path) -> None:
    ending = ran(steps(done()), tmp_path, brief=tmp_path / "missing.md")

    assert ending.failure is FailureClass.PLATFORM
    assert "the run cannot be told" in str(ending.error)


def test_a_configuration_of_another_runtime_is_refused() -> None:
    with pytest.raises(RuntimeUnavailableError, match="expected 'http', found 'codex'"):
        Http().check(CodexRuntime(type="codex"))
