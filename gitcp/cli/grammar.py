"""All commands in one table: a noun lists by default, then its verbs. Each is a module that is imported when it is called.

Rule: `<noun>` lists, `<noun> show ID`, `<noun> new`, `<noun> <verb> ID`; the top level holds only what is not about one kind of record.
"""

from typing import Final

# Section of the help → name → what it does.
SECTIONS: Final[dict[str, dict[str, str]]] = {
    "Begin": {
        "init": "Found a company in a new control repository.",
        "demo": "Build an example company and let it work.",
        "check": "List every problem of the repository.",
        "doctor": "Look whether this machine can run the agents.",
    },
    "Work": {
        "status": "Show what runs, what waits for you, what it costs.",
        "inbox": "Show what a member may act on.",
        "task": "Tasks: list, show, create, decide.",
        "comment": "What is said about a task.",
        "document": "Plans, designs and notes of a task.",
        "run": "Runs: what agents did, and what it cost.",
    },
    "Company": {
        "company": "The company: show it, pause it, resume it.",
        "org": "Draw the org chart.",
        "agent": "Agents: hire, wake, pause, terminate.",
        "person": "Persons: who decides, by which keys, in which roles.",
        "goal": "Goals and their progress.",
        "project": "Projects.",
        "routine": "Recurring work.",
        "budget": "Budgets: limit, used, reserved, left, and when they run dry.",
        "approval": "Requests and decisions.",
        "policy": "Rules: who may do what, and what needs whose approval.",
    },
    "Schedule": {
        "plan": "Say what a tick would do, and why not the rest.",
        "simulate": "Let the company work on a virtual clock, and count.",
        "tick": "Decide once who wakes, and let them work.",
        "scheduler": "Tick for ever.",
        "exec": "Run one claimed run (started by a tick).",
        "settle": "Settle a run from its outbox.",
        "workspace": "Checkouts of this machine: list, prune.",
        "archive": "Put closed tasks and old runs out of the way.",
        "token": "Who may ask the scheduler from elsewhere.",
        "key": "Whose signatures count, and the scheduler's own key.",
    },
    "Forge": {
        "github": "The company on GitHub: what its workflows run.",
    },
    "Look": {
        "audit": "Who did what, when and why.",
        "show": "Show any record as it was at a commit or on a day.",
        "diff": "Say what differs between two points of the history.",
        "revert": "Undo what commits did.",
        "site": "Build the dashboard.",
        "schema": "Print JSON Schema for editors.",
        "completion": "Print the completion script of a shell.",
    },
    "Runtimes": {
        "mcp": "Serve the tools of a run or a person over MCP.",
        "worker": "An agent without a model, for the runtime `process`.",
    },
}

VERBS: Final[dict[str, dict[str, str]]] = {
    "task": {
        "list": "List tasks.",
        "show": "Show a task with its thread and runs.",
        "new": "Create a task, or delegate a subtask.",
        "edit": "Change what a task says.",
        "assign": "Give a task to a member.",
        "queue": "Take a task out of the backlog.",
        "shelve": "Park a task in the backlog.",
        "start": "Say that work has begun.",
        "block": "Say that somebody must act.",
        "unblock": "Say that it can go on.",
        "submit": "Hand a task to its reviewers.",
        "review": "Approve a task or ask for changes.",
        "finish": "Say that a task is done.",
        "continue": "Say that more is to do after this run.",
        "pause": "Let no run start for a task and its parts.",
        "resume": "End the hold of a task.",
        "cancel": "Close a task that will not be done.",
        "reopen": "Open a closed task again.",
    },
    "comment": {
        "list": "List the comments of a task.",
        "new": "Comment on a task; @id wakes an agent.",
    },
    "document": {
        "list": "List the documents of a task.",
        "show": "Print a document.",
        "write": "Write a document.",
        "log": "List the revisions of a document.",
        "diff": "Show how two revisions differ.",
    },
    "run": {
        "list": "List runs, the newest first.",
        "show": "Show a run.",
        "log": "Print what a run's program said.",
        "cancel": "End a run.",
        "cost": "Report what this run has cost so far.",
    },
    "company": {
        "show": "Show the company and what is paused in it.",
        "pause": "Let no run start in the company.",
        "resume": "End the hold of the company.",
    },
    "agent": {
        "list": "List agents.",
        "show": "Show an agent.",
        "hire": "Add an agent to the org chart.",
        "edit": "Change an agent or a person.",
        "wake": "Wake an agent at the next tick.",
        "pause": "Stop waking an agent.",
        "resume": "Wake a paused agent again.",
        "terminate": "End an agent's employment.",
        "rename": "Give an agent another id.",
    },
    "person": {
        "list": "List persons.",
        "show": "Show a person.",
        "new": "Add a person to the org chart.",
        "edit": "Change a person.",
        "remove": "Take a person out of the org chart.",
    },
    "goal": {
        "list": "List goals.",
        "show": "Show a goal.",
        "new": "Create a goal.",
        "edit": "Change a goal.",
        "pause": "Let no run start for a goal and those below it.",
        "resume": "End the hold of a goal.",
    },
    "project": {
        "list": "List projects.",
        "show": "Show a project.",
        "new": "Create a project.",
        "edit": "Change a project.",
        "pause": "Let no run start in a project.",
        "resume": "End the hold of a project.",
    },
    "routine": {
        "list": "List routines.",
        "show": "Show a routine.",
        "new": "Create a routine.",
        "edit": "Change a routine.",
        "pause": "Let a routine make no tasks.",
        "resume": "Let a paused routine go on.",
    },
    "budget": {
        "list": "List budgets with what is left.",
        "show": "Show a budget.",
        "new": "Create a budget.",
        "edit": "Change a budget.",
        "raise": "Add to what a budget allows.",
    },
    "approval": {
        "list": "List approvals, waiting ones first.",
        "show": "Show an approval.",
        "request": "Ask people to decide something.",
        "decide": "Approve or reject what somebody asked for.",
        "withdraw": "Take a request back.",
    },
    "policy": {
        "list": "List policies.",
        "show": "Show a policy, its rules as sentences.",
        "new": "Create a policy.",
        "edit": "Change a policy.",
        "remove": "Remove a policy with its rules.",
        "test": "Say what rules say of an operation, and why.",
    },
    "token": {
        "list": "List tokens.",
        "new": "Make a token for a person, and print it once.",
        "revoke": "Accept a token no more.",
    },
    "key": {
        "list": "List the keys that the records name.",
        "show": "Show the scheduler's key on this machine.",
        "new": "Make a key for the scheduler on this machine.",
        "add": "Let a person sign with a key.",
        "remove": "Let a person sign with a key no more.",
        "signers": "Print the keys as git reads them: allowed_signers.",
    },
    "workspace": {
        "list": "List checkouts with their age and size.",
        "fetch": "Bring the execution repository of a run.",
        "prune": "Give back the disk of those that nobody needs.",
    },
    "audit": {
        "log": "Show the history of the company or of one record.",
        "verify": "Verify that all of the history was allowed, and adds up.",
        "export": "Write the evidence for an auditor.",
    },
    "github": {
        "install": "Write the workflows into a control repository.",
        "tick": "Claim runs for jobs of a workflow to start.",
        "settle": "Settle a run from what its job has left.",
        "next": "Start workflows that come next.",
        "check": "Tell a pull request what it would do.",
        "audit": "Keep an issue open for each violation.",
    },
    "site": {
        "build": "Build the dashboard into a folder.",
        "serve": "Serve the dashboard, renewed at every commit.",
    },
}

# Where else somebody may look for a verb → where it is.
MOVED: Final[dict[tuple[str, str], tuple[str, str]]] = {
    ("run", "finish"): ("task", "finish"),
    ("run", "block"): ("task", "block"),
    ("run", "continue"): ("task", "continue"),
    ("run", "logs"): ("run", "log"),
    ("task", "comment"): ("comment", "new"),
    ("agent", "new"): ("agent", "hire"),
    ("approval", "new"): ("approval", "request"),
    ("approval", "approve"): ("approval", "decide"),
    ("approval", "reject"): ("approval", "decide"),
    **{(noun, "create"): (noun, "new") for noun, verbs in VERBS.items() if "new" in verbs},
}

# Python keywords and names of the standard library cannot be, or had better not be, modules.
_MODULES: Final = {"raise": "raising", "continue": "go_on", "exec": "execute"}


def module_of(command: str, verb: str | None = None) -> str:
    """Return the module that holds a command; each has a click command named `command`."""
    names = [command] if verb is None else [command, verb]
    return ".".join(["gitcp.cli", *(_MODULES.get(name, name) for name in names)])


# What they do had better be said: without a verb they show their help.
WITHOUT_DEFAULT: Final = frozenset({"github"})


def default_verb(noun: str) -> str | None:
    """Return what a noun does by itself, if anything."""
    if noun in WITHOUT_DEFAULT:
        return None
    return "list" if "list" in VERBS[noun] else next(iter(VERBS[noun]))
