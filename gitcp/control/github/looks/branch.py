"""Whether the branch is closed to people and open for the scheduler, and whether a pull request can ever go in."""

from collections.abc import Iterator
from typing import Final

from gitcp.control.finding import Finding, State
from gitcp.control.github.checking import CONTEXT
from gitcp.control.github.looks.rules import CLASSIC, Rules, may_pass
from gitcp.control.github.looks.scene import Scene
from gitcp.control.github.workflows import Credential
from gitcp.errors import ForgeError
from gitcp.github.answers import Ruleset

ABOUT: Final = "github branch"
_NOT_THERE: Final = 404
_ACTORS: Final = {Credential.DEPLOY_KEY: "DeployKey", Credential.APP: "Integration"}
_WORDS: Final = {
    Credential.TOKEN: "the token of jobs",
    Credential.DEPLOY_KEY: "the deploy key",
    Credential.APP: "the App",
}
# Whoever is one of these is a person.
_PEOPLE: Final = {
    "RepositoryRole": "a role of the repository",
    "OrganizationAdmin": "owners of the organisation",
    "EnterpriseOwner": "owners of the enterprise",
    "Team": "a team",
    "User": "a person",
}
_WHOLE: Final = frozenset({"deletion", "non_fast_forward"})


def look(scene: Scene) -> Iterator[Finding]:
    """Yield what holds for the branch of the record."""
    name = scene.plane.store.branch
    try:
        branch = scene.client.branch(name)
    except ForgeError as error:
        if error.status != _NOT_THERE:
            raise
        yield Finding(
            ABOUT, State.ERROR, f"{name} is not on GitHub", f"git push REMOTE {name}, or see its name"
        )
        return
    rules = Rules.of(scene.client, name, is_protected=branch.protected)
    if rules.is_unseen:
        message = "the protection from before rulesets may not be seen with this token: it needs the right `administration: read`"
        yield Finding(ABOUT, State.WARNING, message, "give GITHUB_TOKEN that right, or gh auth login")
    yield from _kept(scene, rules)
    yield from _past(scene, rules)
    yield _pushes(scene, rules)
    yield from _checks(scene, rules)


def _kept(scene: Scene, rules: Rules) -> Iterator[Finding]:
    remedy = f"a ruleset with `require a pull request`: {scene.settings('rules')}"
    if rules.names:
        yield Finding(ABOUT, State.OK, f"people are kept from pushing, by {' and '.join(rules.names)}")
        if scene.is_protected and rules.keeping and not rules.types >= _WHOLE:
            message = "may be deleted or pushed over by force"
            yield Finding(
                ABOUT, State.WARNING, message, f"forbid both in the ruleset: {scene.settings('rules')}"
            )
    elif scene.is_protected and not rules.is_unseen:
        message = "nothing keeps people from pushing, and trust.assurance says that the forge does"
        yield Finding(ABOUT, State.ERROR, message, remedy)
    elif not rules.is_unseen:
        yield Finding(ABOUT, State.OK, "open: whoever may write to the repository pushes to it")


def _past(scene: Scene, rules: Rules) -> Iterator[Finding]:
    if not scene.is_protected:
        return
    for ruleset, actor in rules.passing():
        if actor.actor_type in _PEOPLE:
            message = f"ruleset {ruleset.name} lets {_PEOPLE[actor.actor_type]} past it"
            remedy = f"take it off the bypass list: {_page(scene, ruleset)}"
            yield Finding(ABOUT, State.WARNING, message, remedy)
    admins = rules.classic.enforce_admins if rules.classic is not None else None
    if admins is not None and not admins.enabled:
        message = f"{CLASSIC} lets administrators past it"
        remedy = f"do not allow bypassing: {scene.settings('branches')}"
        yield Finding(ABOUT, State.WARNING, message, remedy)


def _pushes(scene: Scene, rules: Rules) -> Finding:
    if not scene.has_workflows:
        return _pushes_elsewhere(scene, rules)
    credential, about = scene.choices.credential, "github credential"
    who = _WORDS[credential]
    if not rules.names:
        return Finding(about, State.OK, f"{who} may push to {scene.plane.store.branch}")
    if credential is Credential.TOKEN:
        remedy = (
            "gitcp github install --credential deploy-key (or app), and let that bypass: see docs/github.md"
        )
        message = f"{who} can stand on no bypass list, and {rules.names[0]} refuses its pushes: ticks fail"
        return Finding(about, State.ERROR, message, remedy)
    for ruleset in rules.keeping:
        if ruleset.bypass_actors is None:
            message = f"whether ruleset {ruleset.name} lets {who} past is told only to whom administers the repository"
            return Finding(about, State.WARNING, message, "gh auth login as an administrator, and look again")
        if not any(
            a.actor_type == _ACTORS[credential] and a.bypass_mode == "always" for a in ruleset.bypass_actors
        ):
            message = f"ruleset {ruleset.name} does not let {who} past it: ticks fail"
            return Finding(about, State.ERROR, message, f"put it on the bypass list: {_page(scene, ruleset)}")
    app = who if credential is Credential.APP else None
    if rules.classic is not None and not may_pass(rules.classic, app):
        message = f"{CLASSIC} names nobody who {who} is: ticks may fail"
        remedy = f"put a ruleset in its place, with {who} on its bypass list: {scene.settings('branches')}"
        return Finding(about, State.WARNING, message, remedy)
    return Finding(about, State.OK, f"{who} may push past {' and '.join(rules.names)}")


def _pushes_elsewhere(scene: Scene, rules: Rules) -> Finding:
    about = "github credential"
    held = [ruleset for ruleset in rules.keeping if ruleset.current_user_can_bypass not in {"always", None}]
    if held:
        message = (
            f"ruleset {held[0].name} does not let the owner of this token past it; whoever ticks must be let"
        )
        return Finding(about, State.WARNING, message, f"see its bypass list: {_page(scene, held[0])}")
    return Finding(about, State.OK, "nothing that is seen here keeps a scheduler from pushing")


def _checks(scene: Scene, rules: Rules) -> Iterator[Finding]:
    about = "github check"
    if any(checks.strict for checks in rules.checks):
        message = "pull requests must have all that the branch has, which they never do for long: gitcp commits all the time"
        remedy = f"do not require branches to be up to date: {scene.settings('rules')}"
        yield Finding(about, State.ERROR, message, remedy)
    if not rules.wants_pulls or ".github/workflows/check.yml" not in scene.there:
        return
    if any(CONTEXT in checks.contexts for checks in rules.checks):
        yield Finding(about, State.OK, f"{CONTEXT} is required of pull requests")
    else:
        message = f"{CONTEXT} is not required: what it refuses can be merged, and has no effect then"
        yield Finding(
            about, State.WARNING, message, f"require the status {CONTEXT}: {scene.settings('rules')}"
        )


def _page(scene: Scene, ruleset: Ruleset) -> str:
    return scene.settings(f"rules/{ruleset.id}")
