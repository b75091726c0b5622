"""The brief of a run: what its agent needs to start, as text for a model and as values for a program."""

from dataclasses import dataclass, replace

from gitcp.core.brief.context import context_of
from gitcp.core.brief.facts import gather
from gitcp.core.brief.page import LONGEST, page_of
from gitcp.core.brief.system import system_prompt
from gitcp.core.views.plain import View
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot

__all__ = ["LONGEST", "Brief", "brief"]


@dataclass(frozen=True, slots=True)
class Brief:
    """A run's brief: `markdown` for the prompt, `context` for the file that GITCP_WAKE_CONTEXT names, `system` for programs that take a system prompt."""

    markdown: str
    context: View
    system: str


def brief(snapshot: Snapshot, run: Run, checkout: tuple[str, ...] = ()) -> Brief:
    """Write the brief of a run. `checkout` is what its agent should know of the checkout that it works in.

    Raises:
        UnknownRecordError: the run's agent is gone.
    """
    facts = replace(gather(snapshot, run), checkout=checkout)
    return Brief(page_of(facts), context_of(facts), system_prompt(facts))
