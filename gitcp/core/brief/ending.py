"""What every brief says at its end: how the agent talks back, in as few words as it takes.

A program is told all of it here. The command line of an agent has the rules in its system prompt and the rest in its skill: here stands only what it ends with.
"""

from gitcp.core.brief.facts import Facts
from gitcp.core.org import subtree
from gitcp.model.runtimes import CommandLineRuntime

_TALK = """\
## How to talk back

The command `gitcp` and HTTP do the same. HTTP: `$GITCP_API_URL/v1/…`, header `Authorization: Bearer $GITCP_API_KEY`, JSON;
`GET /v1/openapi.json` describes all of it. An answer 403, 404, 409 or 422 names what is wrong and the next step: do not repeat the call as it was.

| to | command | HTTP |
|---|---|---|
| read | `gitcp inbox`, `gitcp task show <TASK>` | `GET inbox`, `GET tasks/<TASK>` |
| read a document | `gitcp document show <TASK> NAME` | `GET tasks/<TASK>/documents/NAME` |
| comment; `@id` wakes that agent | `gitcp comment new <TASK> TEXT` | `POST operations/comment.create {"task", "body"}` |"""

_ASK = """\
| ask a person to decide; then say that more is to do: you wake with the decision, not before \
| `gitcp approval request --title TEXT --description TEXT --option A --option B` \
| `POST operations/approval.request {"title", "description", "options"}` |
| have a document of the task approved as it is now, such as its plan \
| `gitcp approval request --title TEXT --document NAME` \
| `POST operations/approval.request {"title", "document"}` |"""

_DELEGATE = """\
| give work to somebody below you; you wake when all subtasks are closed \
| `gitcp task new --parent <TASK> --assignee MEMBER --title TEXT --description TEXT` \
| `POST operations/task.create {"project": "<PROJECT>", "parent", "assignee", "title", "description"}` |"""

_WORK = """\
| the task is done | `gitcp task finish <TASK> --summary TEXT` | `POST run/finish {"summary"}` |
| somebody must act before you can go on | `gitcp task block <TASK> --reason TEXT --waits-for MEMBER` | `POST run/block {"reason", "waits_for"}` |
| more is to do, or your subtasks are open | `gitcp task continue <TASK> --summary TEXT` | `POST run/continue {"summary"}` |

Say one of the last three before you exit; the last word counts.
Commit what you deliver in the checkout: commits are delivered and checked after you have exited, what is not committed is kept but not delivered.
Do not push, and do not wait for anybody: end the run, you will be woken."""

_REVIEW = """\
| approve | `gitcp task review <TASK> --approve --comment TEXT` \
| `POST operations/task.review {"task", "verdict": "approve", "comment"}` |
| ask for changes | `gitcp task review <TASK> --request-changes --comment TEXT` \
| `POST operations/task.review {"task", "verdict": "request-changes", "comment"}` |

You are the reviewer: decide whether what was delivered does what the task asks, and say what you looked at.
Ask for changes if it does not, and say what has to be different. Do not change the work yourself. A run that ends without a verdict leaves the task stalled."""

_END = """\
## How to end

Before you exit, say one of these; the last word counts:

- it is done, and committed: `gitcp task finish --summary TEXT`
- somebody must act before you can go on: `gitcp task block --reason TEXT --waits-for MEMBER`
- more is to do, or your subtasks are open: `gitcp task continue --summary TEXT`
"""

_VERDICT = """\
## How to end

Decide whether what was delivered does what the task asks, say what you looked at, and change nothing yourself:

- approve: `gitcp task review --approve --comment TEXT`
- ask for changes, and say what has to be different: `gitcp task review --request-changes --comment TEXT`

A run that ends without a verdict leaves the task stalled.
"""

_MORE = """\
`gitcp comment new TEXT` answers on the task, and `@id` in it wakes that agent. Other tasks, documents and delegation: the skill `gitcp`."""

_NO_TASK = """
This run has no task: do what you are asked, answer who asked, and exit."""


def ending(facts: Facts) -> list[str]:
    """Return how the agent says what became of its run."""
    if isinstance(facts.agent.runtime, CommandLineRuntime):
        return _of_command_line(facts)
    task = facts.task
    if task is None:
        return [_TALK.replace("<TASK>", "TASK"), _NO_TASK]
    delegate = [_DELEGATE] if subtree(facts.snapshot, facts.agent.id) and not facts.review else []
    lines = [_TALK, *([] if facts.review else [_ASK]), *delegate, _REVIEW if facts.review else _WORK]
    return [line.replace("<TASK>", task.id).replace("<PROJECT>", task.project) for line in lines]


def _of_command_line(facts: Facts) -> list[str]:
    if facts.task is None:
        return ["## How to end", _NO_TASK, "", _MORE.replace("comment new TEXT", "comment new TASK TEXT")]
    return [_VERDICT if facts.review else _END, _MORE]
