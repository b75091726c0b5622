"""What a task's description or a prompt orders a worker to do, one order on a line.

`/skill arguments` runs a skill; `delegate: member | title | /skill arguments` makes a subtask; `blocked: reason` asks for somebody.
"""

import re
import shlex
from dataclasses import dataclass

_SKILL = re.compile(r"/(?P<name>[a-z][a-z0-9]*(?:-[a-z0-9]+)*)(?:[ \t]+(?P<rest>.*))?\Z")
_DELEGATE = re.compile(
    r"delegate:\s*@?(?P<to>[a-z][a-z0-9-]*)\s*\|\s*(?P<title>[^|]*[^|\s])\s*(?:\|\s*(?P<skill>.*))?\Z"
)
_BLOCKED = re.compile(r"blocked:\s*(?P<reason>.*\S)\s*\Z")
_NAMED = re.compile(r"(?<![\w@/.])@(?P<member>[a-z][a-z0-9]*(?:-[a-z0-9]+)*)(?![\w/@])")


@dataclass(frozen=True, slots=True)
class Skill:
    """A program of the checkout, `skills/<name>/run.py`, and its arguments."""

    name: str
    arguments: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Write it as it is ordered."""
        return " ".join([f"/{self.name}", *(shlex.quote(each) for each in self.arguments)])


@dataclass(frozen=True, slots=True)
class Delegation:
    """A subtask for somebody below: its description is the skill."""

    to: str
    title: str
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Orders:
    """All orders of a text."""

    skills: tuple[Skill, ...] = ()
    delegations: tuple[Delegation, ...] = ()
    blocked: str | None = None

    @property
    def skill(self) -> Skill | None:
        """The first skill."""
        return self.skills[0] if self.skills else None

    @property
    def waits_for(self) -> str | None:
        """The member that the reason for the block names."""
        named = _NAMED.search(self.blocked or "")
        return named["member"] if named else None


def orders(text: str | None) -> Orders:
    """Read the orders of a text; lines that are none say nothing to a worker."""
    lines = [line.strip() for line in (text or "").splitlines()]
    reasons = [found["reason"] for line in lines if (found := _BLOCKED.match(line))]
    return Orders(
        skills=tuple(dict.fromkeys(_skill(found) for line in lines if (found := _SKILL.match(line)))),
        delegations=tuple(_delegation(found) for line in lines if (found := _DELEGATE.match(line))),
        blocked=reasons[0] if reasons else None,
    )


def without_mentions(text: str) -> str:
    """Return a text that names nobody: quoting somebody must not wake them."""
    return _NAMED.sub(r"\g<member>", text)


def _skill(found: re.Match[str]) -> Skill:
    rest = found["rest"] or ""
    try:
        arguments = shlex.split(rest)
    except ValueError:
        # An apostrophe in plain words is no quotation.
        arguments = rest.split()
    return Skill(found["name"], tuple(arguments))


def _delegation(found: re.Match[str]) -> Delegation:
    return Delegation(found["to"], " ".join(found["title"].split()), (found["skill"] or "").strip() or None)
