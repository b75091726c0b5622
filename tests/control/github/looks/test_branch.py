from typing import Any

import pytest

from gitcp.control.github.workflows import Credential
from tests.control.github.looks.conftest import Place

ABOUT, CREDENTIAL, CHECK = "github branch", "github credential", "github check"
KEY = {"actor_id": None, "actor_type": "DeployKey", "bypass_mode": "always"}
APP = {"actor_id": 7, "actor_type": "Integration", "bypass_mode": "always"}
ADMIN = {"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}
ON_PULLS = {**ADMIN, "bypass_mode": "pull_request"}


def rule(place: Place, *actors: dict[str, Any], strict: bool = False, check: str = "gitcp/check") -> None:
    """Protect the branch by a ruleset as the documentation wants it."""
    wanted = {
        "strict_required_status_checks_policy": strict,
        "required_status_checks": [{"context": check}],
    }
    types: list[tuple[str, dict[str, Any]]] = [
        ("deletion", {}),
        ("non_fast_forward", {}),
        ("pull_request", {}),
        ("required_status_checks", wanted),
    ]
    place.github.branches["main"] = {"protected": True}
    place.github.rules = [
        {"type": kind, "ruleset_id": 9, "parameters": parameters} for kind, parameters in types
    ]
    place.github.rulesets[9] = {
        "id": 9,
        "name": "main",
        "enforcement": "active",
        "bypass_actors": list(actors),
        "current_user_can_bypass": "never",
    }


def classic(place: Place, **fields: Any) -> None:
    place.github.branches["main"] = {"protected": True, "protection": fields}


def test_an_open_branch_is_well_where_nobody_relies_on_more(place: Place) -> None:
    assert place.told(ABOUT) == ["ok: open: whoever may write to the repository pushes to it"]
    assert place.told(CREDENTIAL) == ["ok: the token of jobs may push to main"]


def test_an_open_branch_is_an_error_where_the_company_relies_on_its_protection(place: Place) -> None:
    place.protect()

    assert place.told(ABOUT) == [
        "error: nothing keeps people from pushing, and trust.assurance says that the forge does"
    ]
    assert "https://github.com/acme/control/settings/rules" in (place.remedies(ABOUT)[0] or "")


def test_a_branch_that_is_not_there_is_an_error(place: Place) -> None:
    place.github.branches.clear()

    assert place.told(ABOUT) == ["error: main is not on GitHub"]


def test_the_token_of_jobs_cannot_push_past_a_ruleset(place: Place) -> None:
    rule(place)

    assert place.told(ABOUT) == ["ok: people are kept from pushing, by ruleset main"]
    (told,) = place.told(CREDENTIAL)
    assert told.startswith("error: the token of jobs can stand on no bypass list")
    assert "--credential deploy-key" in (place.remedies(CREDENTIAL)[0] or "")


@pytest.mark.parametrize(
    ("credential", "actor", "word"),
    [(Credential.DEPLOY_KEY, KEY, "the deploy key"), (Credential.APP, APP, "the App")],
)
def test_a_credential_of_its_own_pushes_where_it_is_on_the_bypass_list(
    place: Place, credential: Credential, actor: dict[str, Any], word: str
) -> None:
    place.install(credential)
    place.protect()
    rule(place, actor)
    assert place.told(CREDENTIAL) == [f"ok: {word} may push past ruleset main"]
    assert place.told(ABOUT) == ["ok: people are kept from pushing, by ruleset main"]
    assert place.told(CHECK) == ["ok: gitcp/check is required of pull requests"]

    rule(place, {**actor, "bypass_mode": "pull_request"})
    assert place.told(CREDENTIAL) == [f"error: ruleset main does not let {word} past it: ticks fail"]
    assert place.remedies(CREDENTIAL) == [
        "put it on the bypass list: https://github.com/acme/control/settings/rules/9"
    ]


def test_who_may_bypass_is_told_to_administrators_alone(place: Place) -> None:
    place.install(Credential.DEPLOY_KEY)
    rule(place, KEY)
    place.asks_as("contents: read")

    assert place.told(CREDENTIAL) == [
        "warning: whether ruleset main lets the deploy key past is told only to whom administers the repository"
    ]
    assert "administration: read" in place.told(ABOUT)[0]


def test_people_on_the_bypass_list_are_not_kept(place: Place) -> None:
    place.install(Credential.DEPLOY_KEY)
    place.protect()
    rule(place, KEY, ADMIN)
    assert place.told(ABOUT)[1:] == ["warning: ruleset main lets a role of the repository past it"]

    rule(place, KEY, ON_PULLS)
    assert place.told(ABOUT)[1:] == []


def test_a_branch_that_may_be_pushed_over_is_warned_of(place: Place) -> None:
    place.install(Credential.DEPLOY_KEY)
    place.protect()
    rule(place, KEY)
    place.github.rules = place.github.rules[2:]

    assert place.told(ABOUT)[1:] == ["warning: may be deleted or pushed over by force"]


def test_a_branch_that_must_be_up_to_date_takes_no_pull_request(place: Place) -> None:
    rule(place, strict=True)
    assert place.told(CHECK)[0].startswith("error: pull requests must have all that the branch has")

    rule(place)
    place.github.rules = []
    classic(place, required_status_checks={"strict": True, "contexts": ["gitcp/check"]})
    assert place.told(CHECK)[0].startswith("error: pull requests must have all that the branch has")


def test_a_check_that_is_not_required_is_warned_of(place: Place) -> None:
    rule(place, check="ci")

    assert place.told(CHECK)[0].startswith("warning: gitcp/check is not required")


def test_the_old_protection_is_read_as_well(place: Place) -> None:
    place.install(Credential.APP)
    place.protect()
    wants: dict[str, Any] = {"bypass_pull_request_allowances": {"apps": []}}
    classic(place, enforce_admins={"enabled": False}, required_pull_request_reviews=wants)

    assert place.told(ABOUT) == [
        "ok: people are kept from pushing, by the branch's protection",
        "warning: the branch's protection lets administrators past it",
    ]
    assert place.told(CREDENTIAL)[0].startswith("warning: the branch's protection names nobody")

    allowed = {"bypass_pull_request_allowances": {"apps": [{"slug": "gitcp"}]}}
    classic(place, enforce_admins={"enabled": True}, required_pull_request_reviews=allowed)
    assert place.told(CREDENTIAL) == ["ok: the App may push past the branch's protection"]
    assert len(place.told(ABOUT)) == 1


@pytest.mark.parametrize("lists", [["gitcp"], "gitcp", {"apps": None}])
def test_a_bypass_list_of_another_kind_names_nobody(place: Place, lists: object) -> None:
    place.install(Credential.APP)
    classic(place, required_pull_request_reviews={"bypass_pull_request_allowances": lists})

    assert place.told(CREDENTIAL)[0].startswith("warning: the branch's protection names nobody")


def test_a_scheduler_elsewhere_is_looked_at_by_this_token(place: Place) -> None:
    place.remove(".github/workflows/tick.yml")
    assert place.told(CREDENTIAL) == ["ok: nothing that is seen here keeps a scheduler from pushing"]

    rule(place)
    assert place.told(CREDENTIAL)[0].startswith("warning: ruleset main does not let the owner of this token")


def test_a_protection_that_github_denies_is_one_that_may_not_be_seen(place: Place) -> None:
    place.protect()
    place.github.branches["main"] = {"protected": True}

    (told,) = place.told(ABOUT)

    assert "may not be seen with this token" in told


def test_a_plan_without_protection_leaves_the_branch_open(place: Place) -> None:
    place.github.private, place.github.has_rules = True, False
    assert place.told(ABOUT) == ["ok: open: whoever may write to the repository pushes to it"]

    place.protect()
    assert place.told(ABOUT)[0].startswith("error: nothing keeps people from pushing")


def test_a_ruleset_of_the_organisation_that_may_not_be_read_holds_all_the_same(place: Place) -> None:
    place.install(Credential.DEPLOY_KEY)
    rule(place)
    place.github.rulesets.clear()

    assert place.told(ABOUT) == ["ok: people are kept from pushing, by ruleset 9"]
    assert place.told(CREDENTIAL)[0].startswith("warning: whether ruleset 9 lets the deploy key past")
