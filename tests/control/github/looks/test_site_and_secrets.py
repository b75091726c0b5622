from gitcp.control.github.workflows import Credential
from tests.control.github.looks.conftest import Place


def test_a_site_of_a_public_repository_is_for_anybody(place: Place) -> None:
    assert place.told("github pages") == ["ok: https://acme.github.io/control/: anybody may read it"]


def test_a_public_site_of_a_private_repository_is_warned_of(place: Place) -> None:
    place.github.private = True

    assert place.told("github pages") == [
        "warning: https://acme.github.io/control/: anybody may read it, although the repository is private"
    ]


def test_a_private_site_is_well(place: Place) -> None:
    place.github.private = True
    place.github.site = {"html_url": "https://x.pages.github.io/", "build_type": "workflow", "public": False}

    assert place.told("github pages") == [
        "ok: https://x.pages.github.io/: who may read the repository may read it"
    ]


def test_a_site_of_a_branch_and_none_at_all_are_warned_of(place: Place) -> None:
    place.github.site = {"html_url": None, "build_type": "legacy"}
    assert place.told("github pages")[0].startswith("warning: show a branch")

    place.github.site = None
    assert place.told("github pages") == ["warning: are off: the workflow of the dashboard fails"]
    assert "https://github.com/acme/control/settings/pages" in (place.remedies("github pages")[0] or "")


def test_a_company_that_took_the_workflow_out_wants_no_site(place: Place) -> None:
    place.github.site = None
    place.remove(".github/workflows/pages.yml")

    assert place.told("github pages") == []


def test_a_company_that_switched_its_site_off_wants_none(place: Place) -> None:
    place.github.site, place.github.variables = None, {"GITCP_PAGES": "off"}
    assert place.told("github pages") == ["ok: are not wanted: the variable GITCP_PAGES is off"]

    place.github.variables = {"GITCP_PAGES": "on"}
    assert place.told("github pages") == ["warning: are off: the workflow of the dashboard fails"]
    assert "gh variable set GITCP_PAGES --body off" in (place.remedies("github pages")[0] or "")

    place.github.variables = {"GITCP_PAGES": "off"}
    place.asks_as("contents: read", "pages: read")
    assert place.told("github pages") == ["warning: are off: the workflow of the dashboard fails"]


def test_a_public_site_that_is_still_there_is_warned_of_whatever_is_switched_off(place: Place) -> None:
    place.github.private, place.github.variables = True, {"GITCP_PAGES": "off"}

    assert "anybody may read it, although" in place.told("github pages")[0]


def test_secrets_that_agents_name_are_looked_for_by_name(place: Place) -> None:
    text = (place.company.control / "org/riley.yaml").read_text()
    secret = "runtime:\n  secrets: {A: 'env:MODEL_KEY', B: 'env:OTHER_KEY'}\n"
    place.write("org/riley.yaml", text.replace("runtime:\n", secret))
    place.github.secrets.add("OTHER_KEY")

    assert place.told("github secrets") == [
        "warning: MODEL_KEY is none of the repository's; one of the organisation's is not seen from here"
    ]
    assert place.remedies("github secrets") == ["gh secret set MODEL_KEY"]

    place.github.secrets.add("MODEL_KEY")
    assert place.told("github secrets") == ["ok: are there: MODEL_KEY, OTHER_KEY"]


def test_what_a_deploy_key_needs_is_a_secret(place: Place) -> None:
    place.install(Credential.DEPLOY_KEY)

    assert place.remedies("github secrets") == ["gh secret set GITCP_DEPLOY_KEY"]


def test_what_an_app_needs_is_a_secret_and_a_variable(place: Place) -> None:
    place.install(Credential.APP)

    assert place.remedies("github secrets") == ["gh secret set GITCP_APP_PRIVATE_KEY"]
    assert place.remedies("github variables") == ["gh variable set GITCP_APP_ID"]

    place.github.variables["GITCP_APP_ID"] = "7"
    assert place.told("github variables") == []


def test_what_cannot_be_delivered_is_warned_of(place: Place) -> None:
    place.github.secrets.clear()

    assert place.told("github secrets")[1].startswith("warning: GITCP_DELIVERY_TOKEN is not there")
