"""One run of a worker: read the wake, take the steps, say how it ends."""

import hashlib
import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, assert_never

from gitcp.api.client import CallbackClient
from gitcp.cli.worker import wording
from gitcp.cli.worker.checkout import Checkout
from gitcp.cli.worker.decision import (
    Answer,
    Block,
    Context,
    Delegate,
    Finish,
    GoOn,
    Review,
    RunSkill,
    Step,
    decide,
)
from gitcp.cli.worker.orders import Skill
from gitcp.core.quoting import one_line
from gitcp.errors import GitcpError, NotAllowedError, RecordError, UnknownRecordError

_LONGEST_SUMMARY = 2_000


def work(environ: Mapping[str, str], cwd: Path) -> int:
    """Do one run; return 0, or 1 if a skill failed.

    Raises:
        GitcpError: this is no run, or the runner refused something.
    """
    client = CallbackClient.from_environment(environ)
    place = environ.get("GITCP_WAKE_CONTEXT")
    if client is None or not place:
        raise GitcpError(
            "this is not a run: GITCP_API_URL, GITCP_API_KEY and GITCP_WAKE_CONTEXT are missing",
            hint="name `gitcp worker` as the command of an agent's runtime `process`; gitcp starts it",
        )
    worker = Worker(client, Checkout(cwd, environ), _read(Path(place)))
    return 0 if all(worker.take(step) for step in decide(worker.context)) else 1


@dataclass(slots=True)
class Worker:
    """A worker in its run. A step that returns false ends the run as failed; one that declares how the run ends is the last."""

    client: CallbackClient
    checkout: Checkout
    context: Context
    reports: list[str] = field(default_factory=list)
    over: bool = False

    def take(self, step: Step) -> bool:
        """Take one step."""
        if self.over:
            return True
        match step:
            case Answer():
                return self._answer(step)
            case Delegate():
                return self._delegate(step)
            case RunSkill(skill=skill):
                return self._run(skill)
            case Review(task=task):
                return self._review(task)
            case _:
                return self._declare(step)

    def _declare(self, step: Finish | Block | GoOn) -> bool:
        match step:
            case Finish(summary=summary):
                self.client.finish(one_line(summary or "; ".join(self.reports) or "done", _LONGEST_SUMMARY))
            case Block(reason=reason, waits_for=waits_for):
                self._block(reason, waits_for)
            case GoOn(summary=summary):
                self.client.continue_(one_line(summary, _LONGEST_SUMMARY))
            case _:
                assert_never(step)
        return True

    def _answer(self, step: Answer) -> bool:
        comment = step.comment
        body = wording.answer(comment, step.task)
        self._comment(comment["task"], body, f"answer {comment['id']}")
        self._report_cost("answer", str(comment["body"]), body, comment["id"])
        return True

    def _delegate(self, step: Delegate) -> bool:
        task, order = self.context["task"], step.delegation
        fields = {
            "project": task["project"],
            "parent": task["id"],
            "title": order.title,
            "description": order.description,
            "assignee": order.to,
            "priority": task["priority"],
            "goal": task["goal"],
        }
        self._report_cost("delegate", self._said(), order.description or "", order.title)
        try:
            self.client.apply("task.create", fields, self._request(f"delegate {order.title}"))
        except (NotAllowedError, RecordError, UnknownRecordError) as error:
            self._block(f"cannot delegate {order.title!r} to {order.to}: {error.message}", None)
        return True

    def _run(self, skill: Skill) -> bool:
        if self.checkout.find(skill) is None:
            self._block(f"there is no skill {skill.name}: skills/{skill.name}/run.py does not exist", None)
            return True
        done = self.checkout.run_skill(skill, self.context["today"])
        print(done.said)  # noqa: T201 — the run's log
        self._report_cost(skill.name, self._said(), done.said, str(skill))
        if done.exit_code != 0:
            self._comment_on_task(wording.failure(skill, done.exit_code, done.said), f"run {skill}")
            return False
        agent = self.context["agent"]
        message = wording.subject(skill, done.output)
        commit = self.checkout.commit(message, (agent["name"], f"{agent['id']}@agents.invalid"))
        done_as = (commit.sha, commit.files) if commit else (None, ())
        self._comment_on_task(wording.report(skill, done.said, *done_as), f"run {skill}")
        self.reports.append(message)
        return True

    def _review(self, task: Mapping[str, Any]) -> bool:
        commit = task["delivery"]["commit"] if task["delivery"] else None
        if commit:
            self.checkout.go_to(commit)
        checks = []
        for argv in task["verify"]:
            done = self.checkout.check(argv)
            checks.append((shlex.join(argv), done.exit_code, done.said))
        changed = self.checkout.told_of(commit) if commit else ""
        said = wording.verdict(commit, changed, checks)
        red = any(exit_code != 0 for _, exit_code, _ in checks)
        fields = {"task": task["id"], "verdict": "request-changes" if red else "approve", "comment": said}
        self._report_cost("review", str(task["description"]), said, task["id"])
        self.client.apply("task.review", fields, self._request("review"))
        self.client.finish(one_line(said.partition("\n")[0]))
        return True

    def _block(self, reason: str, waits_for: str | None) -> None:
        self.over = True
        reason = reason[:_LONGEST_SUMMARY]
        try:
            self.client.block(reason, waits_for)
        except UnknownRecordError:
            # The reason names nobody of this company: the manager reads it all the same.
            self.client.block(reason)

    def _said(self) -> str:
        task = self.context["task"]
        return f"{task['description'] if task else ''}{self.context['prompt'] or ''}"

    def _comment_on_task(self, body: str, about: str) -> None:
        if self.context["task"] is not None:
            self._comment(self.context["task"]["id"], body, about)

    def _comment(self, task: str, body: str, about: str) -> None:
        self.client.apply("comment.create", {"task": task, "body": body}, self._request(about))

    def _report_cost(self, name: str, said: str, output: str, about: str) -> None:
        self.client.cost(self._request(f"cost {about}"), **wording.cost(name, said, output))

    def _request(self, about: str) -> str:
        """Name a request by what it is about: a step that is taken again in this run changes nothing."""
        return hashlib.sha256(f"{self.context['run']['id']} {about}".encode()).hexdigest()[:16]


def _read(path: Path) -> Context:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise GitcpError(f"{path}: expected the context of a wake: {error}") from error
    if not isinstance(found, dict) or found.get("format") != 1:
        raise GitcpError(
            f"{path}: expected the context of a wake, format 1", hint="use the gitcp that started the run"
        )
    return found
