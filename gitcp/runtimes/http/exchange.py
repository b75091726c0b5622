"""One run at an endpoint: told, asked how far it is, held to its limits, told to stop.

Rule: nothing here waits longer than a moment without a look at the limits and at what the runner wishes.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from gitcp.model.amounts import Usage
from gitcp.model.runs import FailureClass
from gitcp.model.runtimes import HttpRuntime
from gitcp.runtimes.base import Launch, StopCause, Watch
from gitcp.runtimes.http.answer import Answer, Used
from gitcp.runtimes.http.endpoint import Endpoint, EndpointError, Question, Reply
from gitcp.runtimes.http.inquiry import Inquiry
from gitcp.runtimes.meter import Meter

ASKED_EVERY: Final = 0.5
LOOKED_EVERY: Final = 0.05
CANCELLING_EVERY: Final = 1.0
QUICKEST: Final = 0.1


class StoppedError(Exception):
    """The run has to end now."""

    def __init__(self, cause: StopCause) -> None:
        super().__init__(cause)
        self.cause = cause


@dataclass(slots=True)
class Exchange:
    """What was said up to now.

    `reached` is false where no connection to the endpoint ever came about: it then knows nothing of the run.
    `say` takes each new word of progress; `pauses` are the seconds before a question that failed is asked again.
    """

    endpoint: Endpoint
    launch: Launch
    config: HttpRuntime
    watch: Watch
    say: Callable[[str], None]
    pauses: Sequence[float]
    answer: Answer | None = None
    reached: bool = False
    meter: Meter = field(init=False)
    _used: Used = field(default_factory=Used)
    _status_url: str | None = None
    _asked: float = float("-inf")
    _questions: int = 0
    _begun: float = field(default_factory=time.monotonic)
    _heard_at: float = field(default_factory=time.monotonic)
    _said: object = None

    def __post_init__(self) -> None:
        """Begin to count."""
        self.meter = Meter(self.launch.limits, self.config.billing)

    @property
    def usage(self) -> Usage | None:
        """What the endpoint told of, or none if it told nothing that could be counted."""
        usage = self.meter.usage()
        return usage.evolve(turns=self._used.turns) if usage is not None else None

    def hold(self, assignment: dict[str, Any]) -> None:
        """Start the run and return when it is over.

        Raises:
            StoppedError: it has to end before; the endpoint does not know that yet.
            EndpointError: the endpoint does not answer any more, or never did.
        """
        self._ask(Question(self.launch.run, self.config.url, assignment))
        if self.config.answer == "poll" and self._status_url is None and not self._is_over():
            raise EndpointError(
                f"{self.endpoint.place}: it answered neither a result nor a status URL", FailureClass.PLATFORM
            )
        while not self._is_over():
            self._idle(max(float(self.config.poll_seconds), QUICKEST), self._is_over)
            self._look()

    def cancel(self, cause: str, seconds: float) -> bool:
        """Tell the endpoint to stop the run, and say whether it was heard to end; takes about these seconds at most."""
        deadline = time.monotonic() + seconds
        question = self._cancelling(cause)
        while True:
            self._tell(question, deadline)
            if self._is_answered() or time.monotonic() >= deadline:
                return self._is_answered()
            time.sleep(max(min(CANCELLING_EVERY, deadline - time.monotonic()), 0))
            question = self._poll() if self._status_url is not None else question

    def give_up(self, seconds: float) -> None:
        """Tell an endpoint that does not answer as it should to stop, once, for whatever it is worth."""
        self._tell(self._cancelling("lost"), time.monotonic() + seconds)

    def _cancelling(self, cause: str) -> Question:
        body = {"action": "cancel", "run": self.launch.run, "cause": cause}
        return Question(f"{self.launch.run}.cancel", self._status_url or self.config.url, body)

    def _tell(self, question: Question, deadline: float) -> None:
        inquiry = Inquiry(self.endpoint, question)
        if inquiry.wait(deadline - time.monotonic()):
            with suppress(EndpointError):
                self._take(inquiry.reply())

    def _look(self) -> None:
        if self._status_url is None or self._is_answered():
            return
        try:
            self._ask(self._poll())
        except EndpointError:
            if not self._is_over():  # what was declared holds, also where its status is gone
                raise

    def _ask(self, question: Question) -> None:
        for pause in (*self.pauses, None):
            before, self.reached = self.reached, True  # it may be, while nothing else is known
            inquiry = Inquiry(self.endpoint, question)
            self._until(lambda inquiry=inquiry: inquiry.wait(LOOKED_EVERY))  # type: ignore[misc]
            try:
                return self._take(inquiry.reply())
            except EndpointError as error:
                self.reached = before or error.reached
                if pause is None or not error.again:
                    raise
                self._idle(max(pause, error.pause or 0), lambda: False)
        return None

    def _poll(self) -> Question:
        self._questions += 1
        return Question(f"{self.launch.run}.poll.{self._questions}", self._status_url or "")

    def _take(self, reply: Reply) -> None:
        self.reached = True
        before, self.answer = self.answer, reply.answer
        self._status_url = reply.status_url or self._status_url
        if reply.answer.usage is not None:
            self._count(reply.answer.usage)
        if before is None or reply.answer != before:
            self._heard_at = time.monotonic()
        if reply.answer.progress and (before is None or reply.answer.progress != before.progress):
            self.say(reply.answer.progress)

    def _count(self, told: Used) -> None:
        self._used = self._used.at_least(told)
        total = self._used.total((self.answer.model if self.answer else None) or self.config.model)
        if total is not None:
            self.meter.take(total)

    def _is_answered(self) -> bool:
        return self.answer is not None and self.answer.is_over

    def _is_over(self) -> bool:
        declared = (
            self.config.answer == "callback" and self.launch.heard is not None and self.launch.heard().ended
        )
        return declared or self._is_answered()

    def _idle(self, seconds: float, over: Callable[[], bool]) -> None:
        until = time.monotonic() + seconds

        def passed() -> bool:
            time.sleep(max(min(LOOKED_EVERY, until - time.monotonic()), 0))
            return time.monotonic() >= until or over()

        self._until(passed)

    def _until(self, ready: Callable[[], bool]) -> None:
        while not ready():
            cause = self._cause()
            if cause is not None:
                raise StoppedError(cause)

    def _cause(self) -> StopCause | None:
        now, limits = time.monotonic(), self.launch.limits
        self._listen(now)
        if now - self._begun >= limits.minutes * 60:
            return StopCause.MINUTES
        if limits.silence_minutes is not None and now - self._heard_at >= limits.silence_minutes * 60:
            return StopCause.SILENCE
        over = self._over()
        if over is None and now - self._asked >= ASKED_EVERY:
            over, self._asked = self.watch(), now
        return over

    def _over(self) -> StopCause | None:
        turns = self.launch.limits.turns
        return StopCause.TURNS if turns is not None and (self._used.turns or 0) > turns else self.meter.over()

    def _listen(self, now: float) -> None:
        heard = self.launch.heard() if self.launch.heard is not None else None
        if heard is not None and heard.said != self._said:
            self._said, self._heard_at = heard.said, now
