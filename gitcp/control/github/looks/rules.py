"""What keeps pushes from a branch on GitHub, by rulesets and by the protection that was there before them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, Self

from gitcp.errors import ForgeError
from gitcp.github.answers import Bypass, Checks, Protection, Rule, Ruleset
from gitcp.github.client import Client

CLASSIC: Final = "the branch's protection"
_CHECKS: Final = "required_status_checks"
# A commit that nobody looked at is refused by these.
_KEEPING: Final = frozenset(
    {"pull_request", "update", _CHECKS, "merge_queue", "workflows", "code_scanning", "required_deployments"}
)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules that hold for a branch. `keeping`: the rulesets that keep pushes away. `protection`: none where there is none; `is_unseen`: it may not be read."""

    types: frozenset[str]
    keeping: Sequence[Ruleset]
    checks: Sequence[Checks]
    protection: Protection | None
    is_unseen: bool

    @classmethod
    def of(cls, client: Client, branch: str, *, is_protected: bool) -> Self:
        """Ask for them.

        Raises:
            ForgeError: the rulesets may not be read, or nobody answers.
        """
        rules = _rules(client, branch)
        names = {rule.ruleset_id for rule in rules if rule.type in _KEEPING and rule.ruleset_id is not None}
        protection, is_unseen = _protection(client, branch) if is_protected else (None, False)
        # To some tokens GitHub says that there is no protection, where there is one that they may not see.
        is_unseen = is_unseen or (is_protected and protection is None and not rules)
        checks = [_checks(rule) for rule in rules if rule.type == _CHECKS]
        if protection is not None and protection.required_status_checks is not None:
            checks.append(protection.required_status_checks)
        return cls(
            frozenset(rule.type for rule in rules),
            [_ruleset(client, name) for name in sorted(names)],
            checks,
            protection,
            is_unseen,
        )

    @property
    def classic(self) -> Protection | None:
        """The old protection, if it keeps pushes away."""
        found = self.protection
        is_keeping = found is not None and (
            found.required_pull_request_reviews is not None
            or found.required_status_checks is not None
            or found.restrictions is not None
            or _is_on(found)
        )
        return found if is_keeping else None

    @property
    def names(self) -> list[str]:
        """What keeps pushes away, in words."""
        rulesets = [f"ruleset {found.name}" for found in self.keeping]
        return [*rulesets, CLASSIC] if self.classic is not None else rulesets

    @property
    def wants_pulls(self) -> bool:
        """Whether what people change comes by pull request."""
        found = self.classic
        return "pull_request" in self.types or (
            found is not None and found.required_pull_request_reviews is not None
        )

    def passing(self) -> Iterator[tuple[Ruleset, Bypass]]:
        """Yield who is let past which ruleset, as far as that is told."""
        for found in self.keeping:
            for actor in found.bypass_actors or ():
                if actor.bypass_mode == "always":
                    yield found, actor


def may_pass(protection: Protection, app: str | None) -> bool:
    """Whether an App is let past the old protection, by the lists that it has; `app`: none for what is no App, which stands on none."""
    lists: tuple[Any, ...] = (
        protection.restrictions,
        (protection.required_pull_request_reviews or {}).get("bypass_pull_request_allowances"),
    )
    wanted = [found for found in lists if found is not None]
    named = [found.get("apps") if isinstance(found, dict) else None for found in wanted]
    return app is not None and bool(wanted) and all(named)


def is_beyond_plan(error: ForgeError) -> bool:
    """Whether GitHub refuses because the plan of the account does not have it, and not for want of a right."""
    return error.status == HTTPStatus.FORBIDDEN and "upgrade to " in error.message.lower()


def _rules(client: Client, branch: str) -> list[Rule]:
    try:
        return list(client.rules(branch))
    except ForgeError as error:
        if is_beyond_plan(error):
            return []
        raise


def _ruleset(client: Client, name: int) -> Ruleset:
    try:
        return client.ruleset(name)
    except ForgeError as error:
        if error.status not in {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}:
            raise
        # One of the organisation's: that it holds is told, and no more.
        return Ruleset(id=name, name=str(name), enforcement="active")


def _protection(client: Client, branch: str) -> tuple[Protection | None, bool]:
    try:
        return client.protection(branch), False
    except ForgeError as error:
        if error.status is None:
            raise
        return None, not is_beyond_plan(error)


def _checks(rule: Rule) -> Checks:
    wanted: Any = rule.parameters.get(_CHECKS)
    named = (
        [each.get("context") for each in wanted if isinstance(each, dict)] if isinstance(wanted, list) else []
    )
    return Checks(
        strict=rule.parameters.get("strict_required_status_checks_policy") is True,
        contexts=tuple(name for name in named if isinstance(name, str)),
    )


def _is_on(found: Protection) -> bool:
    return found.lock_branch is not None and found.lock_branch.enabled
