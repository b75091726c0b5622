"""The word of an agent that cannot reach its run's callback, passed on to it.

Rule: it takes the same door as that of every other agent, so that it is checked and kept in the same way.
"""

import json
from collections.abc import Mapping
from typing import Final

from gitcp.model.runs import Declared
from gitcp.runtimes.http.answer import Answer
from gitcp.runtimes.http.assignment import API_KEY, API_URL

SECONDS: Final = 20.0
# What goes with each word.
WORDS: Final[Mapping[Declared, frozenset[str]]] = {
    Declared.FINISH: frozenset({"summary"}),
    Declared.CONTINUE: frozenset({"summary"}),
    Declared.BLOCK: frozenset({"reason", "waits_for"}),
}
_LONGEST: Final = 2_000


def declare(answer: Answer, told: Mapping[str, str]) -> str | None:
    """Pass on how the run ends, if the answer says so; return why that was refused, or none."""
    if answer.declared is None or answer.declared not in WORDS or API_URL not in told:
        return None
    import urllib3  # noqa: PLC0415 — most runs need no HTTP client

    word = answer.model_dump(include=set(WORDS[answer.declared]), exclude_none=True)
    try:
        with urllib3.PoolManager(retries=False) as pool:
            reply = pool.request(
                "POST",
                f"{told[API_URL]}/v1/run/{answer.declared}",
                body=json.dumps(word).encode(),
                headers={"authorization": f"Bearer {told[API_KEY]}", "content-type": "application/json"},
                redirect=False,
                timeout=SECONDS,
            )
    except (urllib3.exceptions.HTTPError, OSError) as error:
        return f"the callback of the run was not reached: {error}"
    if reply.status < 300:  # noqa: PLR2004 — all that succeeded
        return None
    return (
        f"{answer.declared} was refused with {reply.status}: {reply.data[:_LONGEST].decode(errors='replace')}"
    )
