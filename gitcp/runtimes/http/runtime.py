"""The runtime `http` itself: whether it can be used as configured, and how a run at an endpoint counts."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from gitcp.errors import GitcpError, RuntimeUnavailableError
from gitcp.model.runs import FailureClass
from gitcp.model.runtimes import HttpRuntime
from gitcp.runtimes.base import Ending, Launch, Probe, RuntimeConfig, StopCause, Watch
from gitcp.runtimes.http.answer import Answer, Status
from gitcp.runtimes.http.assignment import API_KEY, assignment, callback_base, is_here
from gitcp.runtimes.http.declaring import declare
from gitcp.runtimes.http.endpoint import Endpoint, EndpointError, origin
from gitcp.runtimes.http.exchange import Exchange, StoppedError
from gitcp.runtimes.http.signing import key_of
from gitcp.runtimes.output import Log, last_lines
from gitcp.runtimes.process import STOPPED
from gitcp.runtimes.redaction import Redactor
from gitcp.runtimes.secrets import resolved

# Together about two minutes: as long as an endpoint may take to be started anew.
PAUSES: Final = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
GIVING_UP_SECONDS: Final = 5.0
_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
_VALUE: Final = re.compile(r"[\x20-\x7e]*\Z")

Resolve = Callable[[str], str]


class Http:
    """An agent at an address; no process of this machine belongs to it."""

    def __init__(self, resolve: Resolve = resolved, pauses: Sequence[float] = PAUSES) -> None:
        """`resolve` returns the secret that a reference names, `pauses` are those before asking again."""
        self._resolve = resolve
        self._pauses = pauses

    def check(self, config: RuntimeConfig) -> str | None:
        """Say what is wrong with the addresses, the headers or the secrets; the endpoint is not asked."""
        own = _own(config)
        try:
            self._endpoint(own)
        except GitcpError as error:
            return error.message
        return None

    def probe(self, config: RuntimeConfig) -> Probe:
        """Say the same: an endpoint has no question that starts nothing."""
        problem = self.check(config)
        return Probe(program=None if problem else origin(_own(config).url), problem=problem)

    def run(self, launch: Launch, watch: Watch) -> Ending:
        """Tell the endpoint, follow it to its end, tell it to stop where that comes first."""
        config = _own(launch.config)
        try:
            endpoint = self._endpoint(config)
            told = assignment(launch, config)
            log = Log(launch.log)
        except (GitcpError, OSError, ValueError) as error:
            why = error.message if isinstance(error, GitcpError) else f"the run cannot be told: {error}"
            return Ending(failure=FailureClass.PLATFORM, error=why, started=False)
        redactor = _redactor(endpoint, launch)
        with log:

            def say(text: str) -> None:
                log.write(redactor.clean(f"{text.rstrip()}\n".encode(errors="replace")))

            talk = Exchange(endpoint, launch, config, watch, say, self._pauses)
            ending = _redacted(_held(talk, told, say), redactor)
            if ending.final_text:
                say(ending.final_text)
            return ending

    def _endpoint(self, config: HttpRuntime) -> Endpoint:
        for place, url in (("url", config.url), ("callback_url", config.callback_url)):
            try:
                origin((url or config.url).replace("{port}", "1"))
            except ValueError as error:
                raise RuntimeUnavailableError(f"runtime.{place}: {error}") from error
        _check_way_back(config)
        secret = frozenset(name.lower() for name in config.secret_headers)
        return Endpoint(config.url, self._headers(config), self._key(config), secret)

    def _headers(self, config: HttpRuntime) -> Mapping[str, str]:
        _check_private(config, "secret_headers", bool(config.secret_headers))
        headers = {name.lower(): value for name, value in config.headers.items()}
        for name, reference in config.secret_headers.items():
            headers[name.lower()] = self._secret(reference, f"secret_headers.{name}")
        for name, value in headers.items():
            if not _NAME.match(name) or not _VALUE.match(value):
                raise RuntimeUnavailableError(
                    f"runtime: the header {name!r} cannot be sent: expected a token, and one line of ASCII"
                )
        return headers

    def _key(self, config: HttpRuntime) -> bytes | None:
        if config.sign_with is None:
            return None
        try:
            return key_of(self._secret(config.sign_with, "sign_with"))
        except ValueError as error:
            raise RuntimeUnavailableError(f"runtime.sign_with: {config.sign_with}: {error}") from error

    def _secret(self, reference: str, place: str) -> str:
        try:
            return self._resolve(reference)
        except GitcpError as error:
            raise RuntimeUnavailableError(f"runtime.{place}: {error.message}", hint=error.hint) from error


def _redactor(endpoint: Endpoint, launch: Launch) -> Redactor:
    key = endpoint.key.decode(errors="replace") if endpoint.key else ""
    named = {name: endpoint.headers[name] for name in endpoint.secret}
    return Redactor({**named, "sign_with": key, API_KEY: launch.environment.get(API_KEY, "")})


def _redacted(ending: Ending, redactor: Redactor) -> Ending:
    error = None if ending.error is None else redactor.text(ending.error)
    return replace(ending, error=error, final_text=redactor.text(ending.final_text))


def _check_way_back(config: HttpRuntime) -> None:
    base = callback_base(config)
    if config.answer == "callback" and base is None:
        raise RuntimeUnavailableError(
            "runtime.callback_url: expected where the endpoint reaches this machine, found nothing; the callback listens on loopback alone"
        )
    if base is not None and not is_here(base.replace("{port}", "1")) and not base.startswith("https:"):
        raise RuntimeUnavailableError("runtime.callback_url: expected https, as the run's token goes over it")
    _check_private(config, "callback_url", base is not None)


def _check_private(config: HttpRuntime, place: str, sends_secret: bool) -> None:
    if sends_secret and config.url.startswith("http:") and not is_here(config.url):
        raise RuntimeUnavailableError(f"runtime.{place}: expected a url with https, as a secret goes over it")


def _held(talk: Exchange, told: dict[str, object], say: Callable[[str], None]) -> Ending:
    try:
        talk.hold(told)
    except StoppedError as stop:
        confirmed = talk.cancel(stop.cause.value, talk.launch.limits.grace_seconds)
        return _stopped(talk, stop.cause, confirmed=confirmed)
    except EndpointError as error:
        talk.give_up(min(talk.launch.limits.grace_seconds, GIVING_UP_SECONDS))
        return _ending(talk, failure=error.failure, error=error.message)
    except BaseException:
        talk.cancel("shutdown", talk.launch.limits.grace_seconds)
        raise
    return _judged(talk, say)


def _judged(talk: Exchange, say: Callable[[str], None]) -> Ending:
    answer = talk.answer
    if answer is not None and answer.status in {Status.FAILED, Status.CANCELLED}:
        return _failed(talk, answer)
    refused = declare(answer, talk.launch.environment) if answer is not None else None
    if refused is not None:
        say(f"gitcp: {refused}")
        return _ending(talk, failure=FailureClass.AGENT, error=refused)
    return _ending(talk, exit_code=0)


def _failed(talk: Exchange, answer: Answer) -> Ending:
    if answer.error is not None:
        return _ending(
            talk, failure=answer.error.failure, error=f"the endpoint says: {_shown(answer.error.message)}"
        )
    if answer.status is Status.CANCELLED:
        return _ending(talk, failure=FailureClass.PLATFORM, error="the endpoint cancelled the run by itself")
    return _ending(talk, failure=FailureClass.AGENT, error="the endpoint says that the run failed, not why")


def _stopped(talk: Exchange, cause: StopCause, *, confirmed: bool) -> Ending:
    error = STOPPED[cause].format(talk.launch.limits)
    if not confirmed:
        error += "; the endpoint did not confirm it, so the agent may still be at work there"
    return _ending(talk, stopped=cause, error=error)


def _ending(
    talk: Exchange,
    *,
    exit_code: int | None = None,
    stopped: StopCause | None = None,
    failure: FailureClass | None = None,
    error: str | None = None,
) -> Ending:
    answer = talk.answer
    session = answer.session if answer else None
    return Ending(
        exit_code=exit_code,
        stopped=stopped,
        failure=failure,
        error=error,
        final_text=_shown(answer.text) if answer else "",
        usage=talk.usage,
        priced_by=talk.meter.priced_by,
        priced=talk.usage is None or talk.meter.money is not None,
        session=session,
        resumed=session is not None and session == talk.launch.resume,
        model=(answer.model if answer else None) or talk.config.model,
        isolation="none",
        started=talk.reached,
    )


def _shown(text: str) -> str:
    return last_lines(text.encode(errors="replace"))


def _own(config: RuntimeConfig) -> HttpRuntime:
    if not isinstance(config, HttpRuntime):
        raise RuntimeUnavailableError(f"runtime.type: expected 'http', found {config.type!r}")
    return config
