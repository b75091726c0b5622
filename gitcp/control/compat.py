"""The names of another control plane's environment, for skills that were written for it: `compat: paperclip` on the agent.

Names only: what answers at the address is gitcp's API, with gitcp's paths.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from gitcp.control.job import Job
from gitcp.model.guards import Approval
from gitcp.model.members import WakeReason
from gitcp.model.runs import Cause

# What is the same under both names.
_SAME: Final = {
    "PAPERCLIP_API_URL": "GITCP_API_URL",
    "PAPERCLIP_API_KEY": "GITCP_API_KEY",
    "PAPERCLIP_RUN_ID": "GITCP_RUN_ID",
    "PAPERCLIP_TASK_ID": "GITCP_TASK_ID",
    "PAPERCLIP_AGENT_ID": "GITCP_AGENT_ID",
    "PAPERCLIP_COMPANY_ID": "GITCP_COMPANY",
}
# The words that skills look for; those without a counterpart there keep gitcp's.
_REASONS: Final[Mapping[WakeReason, str]] = {
    WakeReason.HEARTBEAT: "heartbeat_timer",
    WakeReason.ASSIGNMENT: "issue_assigned",
    WakeReason.MENTION: "issue_comment_mentioned",
    WakeReason.UNBLOCKED: "issue_blockers_resolved",
    WakeReason.CHILDREN_DONE: "issue_children_completed",
    WakeReason.CONTINUE: "issue_continuation_needed",
}
_USER: Final = re.compile(r"^([a-z+]+://)[^/@]*@")


def aliases(job: Job, injected: Mapping[str, str], cwd: Path, branch: str | None) -> dict[str, str]:
    """Return the variables to add; none where the agent's record does not ask for them."""
    if job.agent.compat is None:
        return {}
    found = {
        **{alias: injected[name] for alias, name in _SAME.items()},
        **_causes(job),
        "PAPERCLIP_WORKSPACE_CWD": str(cwd),
        "PAPERCLIP_WORKSPACE_BRANCH": branch or "",
        "PAPERCLIP_WORKSPACE_REPO_URL": _repository(job),
    }
    return {name: value for name, value in found.items() if value}


def _causes(job: Job) -> dict[str, str]:
    answers = job.run.answers
    approval = next((each for each in answers if each.reason is WakeReason.APPROVAL), None)
    mention = next((each for each in answers if each.reason is WakeReason.MENTION), None)
    return {
        "PAPERCLIP_WAKE_REASON": _REASONS.get(answers[0].reason, answers[0].reason.value) if answers else "",
        "PAPERCLIP_WAKE_COMMENT_ID": mention.record if mention else "",
        **(_approval(job, approval) if approval else {}),
    }


def _approval(job: Job, cause: Cause) -> dict[str, str]:
    approval = job.snapshot.get(Approval, cause.record)
    status = approval.status.value if approval else ""
    return {"PAPERCLIP_APPROVAL_ID": cause.record, "PAPERCLIP_APPROVAL_STATUS": status}


def _repository(job: Job) -> str:
    if job.run.repository is None:
        return ""
    return _USER.sub(r"\1", job.plane.repository(job.snapshot, job.run.repository).url)
