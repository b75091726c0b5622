"""One start of an agent's program: what it prints, read as it comes, kept for people, metered, and judged at its end."""

import re
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from gitcp.model.runs import FailureClass
from gitcp.runtimes.base import Ending, Launch, StopCause
from gitcp.runtimes.child import Exit
from gitcp.runtimes.events import Call, Ended, Happening, Opened, Reader, StepBegun, Text, Total
from gitcp.runtimes.failures import failure_of
from gitcp.runtimes.meter import Meter
from gitcp.runtimes.output import Log, last_lines, one_line
from gitcp.runtimes.process import STOPPED, ending
from gitcp.runtimes.stream import Lines, event_of, text
from gitcp.runtimes.transcript import last_line, lines_of

RAW: Final = "events.jsonl"
_ERROR_BYTES: Final = 8_000
_ERROR_CHARACTERS: Final = 500
_NAME_CHARACTERS: Final = 200
# It becomes an argument of the next start.
_SESSION: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,199}")


class Transcript:
    """What is kept of a run: lines for people in its log, and the events as they came in a file beside it."""

    def __init__(self, log: Path) -> None:
        self._log = Log(log)
        try:
            self._raw = Log(log.with_name(RAW))
        except OSError:
            self._log.__exit__(None, None, None)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._raw.__exit__(kind, error, trace)
        self._log.__exit__(kind, error, trace)

    def tell(self, lines: str) -> None:
        """Write lines for people."""
        if lines:
            self._log.write(lines.encode(errors="replace"))

    def print(self, data: bytes) -> None:
        """Write what the program printed for people."""
        self._log.write(data)

    def keep(self, line: bytes) -> None:
        """Keep an event as it came."""
        self._raw.write(line + b"\n")


class Conversation:
    """Takes what a program prints. `passing` are the types of events that are too many and too small to keep."""

    def __init__(
        self, reader: Reader, meter: Meter, transcript: Transcript, passing: frozenset[str] = frozenset()
    ) -> None:
        self._reader = reader
        self._meter = meter
        self._transcript = transcript
        self._passing = passing
        self._lines = Lines()
        self._errors = b""
        self._said = ""
        self._ended: Ended | None = None
        self.session: str | None = None

    def take(self, data: bytes) -> StopCause | None:
        """Take events; return why the program must end, if it must."""
        for line in self._lines.feed(data):
            self._read(line)
        return self.over()

    def take_errors(self, data: bytes) -> None:
        """Take what the program says on its standard error: for people alone."""
        self._errors = (self._errors + data)[-_ERROR_BYTES:]
        self._transcript.print(data)

    def over(self) -> StopCause | None:
        """Say which limit is passed; a program that has said its last word is not stopped any more."""
        self._happen(*self._reader.poll())
        return None if self._ended else self._meter.over()

    def finish(self) -> None:
        """Read what came without an end of line, and say what was used."""
        for line in self._lines.rest():
            self._read(line)
        self._happen(*self._reader.poll())
        self._reader.close()
        self._transcript.tell(last_line(self._meter.usage()))

    def ending(self, exit_: Exit, launch: Launch) -> Ending:
        """Judge how it ended: by its last word, its exit, and its limits."""
        by_exit = ending(exit_, launch.limits, last_lines(self._final().encode(errors="replace")))
        stopped, failure, error = self._verdict(by_exit, launch)
        usage = self._meter.usage()
        return Ending(
            exit_code=exit_.code,
            stopped=stopped,
            failure=failure,
            error=error,
            final_text=by_exit.final_text,
            usage=usage,
            session=self.session,
            resumed=launch.resume is not None and self.session is not None,
            context=self._meter.context,
            model=one_line(self._meter.model or "", _NAME_CHARACTERS) or None,
            priced_by=self._meter.priced_by,
            priced=usage is None or self._meter.money is not None,
            left=by_exit.left,
            isolation=by_exit.isolation,
            started=by_exit.started,
        )

    def _verdict(
        self, by_exit: Ending, launch: Launch
    ) -> tuple[StopCause | None, FailureClass | None, str | None]:
        ended = self._ended
        stopped = by_exit.stopped or (ended.stopped if ended else None) or self._meter.over()
        if stopped is not None:
            return stopped, None, by_exit.error if by_exit.stopped else STOPPED[stopped].format(launch.limits)
        if by_exit.exit_code is None:
            return None, by_exit.failure, by_exit.error
        if ended is None:
            return None, *self._without_last_word(by_exit)
        if ended.error is not None:
            said = one_line(ended.error, _ERROR_CHARACTERS) or "an error without words"
            return None, ended.failure or FailureClass.AGENT, said
        # What the program says and how it exits must agree; what could not be ended stands in the error of either.
        return None, FailureClass.PLATFORM if by_exit.failure else None, by_exit.error

    def _without_last_word(self, by_exit: Ending) -> tuple[FailureClass, str]:
        printed = last_lines(self._errors)[-_ERROR_CHARACTERS:]
        how = by_exit.error or "ended without saying that it is done"
        why = failure_of(printed)
        is_momentary = by_exit.exit_code != 0 and why is FailureClass.TRANSIENT
        failure = FailureClass.TRANSIENT if is_momentary else FailureClass.PLATFORM
        return failure, f"{how}: {printed}" if printed else how

    def _final(self) -> str:
        return self._ended.text if self._ended and self._ended.text else self._said

    def _read(self, line: bytes) -> None:
        event = event_of(line)
        if event is None:
            self._transcript.print(line + b"\n" if line.strip() else b"")
            return
        if text(event, "type") not in self._passing:
            self._transcript.keep(line)
        self._happen(*self._reader.read(event))

    def _happen(self, *happenings: Happening) -> None:
        for happening in happenings:
            self._transcript.tell(lines_of(happening))
            match happening:
                case Call() | Total():
                    self._meter.take(happening)
                case Opened(session):
                    self._ended = None  # it goes on, with what it had begun in the background
                    self.session = session if _SESSION.fullmatch(session) else self.session
                case Text(said):
                    self._said = said
                case Ended():
                    self._ended = happening
                case StepBegun():
                    self._ended = None
