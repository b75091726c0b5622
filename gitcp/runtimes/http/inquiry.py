"""One question on its way, so that whoever asked can look at limits and wishes meanwhile."""

from threading import Event, Thread

from gitcp.runtimes.http.endpoint import Endpoint, Question, Reply


class Inquiry:
    """A question that is being asked. One that nobody waits for any more holds nothing up: its thread ends with the process."""

    def __init__(self, endpoint: Endpoint, question: Question) -> None:
        self._endpoint = endpoint
        self._question = question
        self._answered = Event()
        self._reply: Reply | None = None
        self._error: BaseException | None = None
        Thread(target=self._ask, name="http-agent", daemon=True).start()

    def wait(self, seconds: float) -> bool:
        """Wait for the answer; say whether it is there."""
        return self._answered.wait(max(seconds, 0))

    def reply(self) -> Reply:
        """Return the answer that is there.

        Raises:
            EndpointError: there is none, or none that counts.
        """
        if self._error is not None:
            raise self._error
        assert self._reply is not None
        return self._reply

    def _ask(self) -> None:
        try:
            self._reply = self._endpoint.ask(self._question)
        except BaseException as error:  # noqa: BLE001 — raised where it is waited for
            self._error = error
        finally:
            self._answered.set()
