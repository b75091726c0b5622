from tests.control.github.looks.conftest import Place

ABOUT = "github workflows"
TICK = ".github/workflows/tick.yml"


def test_they_are_as_this_gitcp_writes_them(place: Place) -> None:
    assert place.told(ABOUT) == ["ok: are on the branch as this gitcp writes them", "ok: are switched on"]


def test_where_none_tick_nothing_of_jobs_is_looked_at(place: Place) -> None:
    place.remove(TICK)

    assert place.told(ABOUT) == ["ok: none tick here; gitcp github install would write some"]
    assert {each.about for each in place.found()} == {
        "github", ABOUT, "github clock", "github branch", "github credential"
    }  # fmt: skip


def test_what_is_missing_or_of_another_version_is_to_be_renewed(place: Place) -> None:
    place.remove(".github/workflows/audit.yml")
    place.write("org/riley.yaml", place_with_secret(place))

    told = place.told(ABOUT)

    assert told[0].startswith("warning: missing: .github/workflows/audit.yml; not as this gitcp writes them:")
    assert TICK in told[0]
    assert place.remedies(ABOUT)[0] == "gitcp github install, then commit and push"


def place_with_secret(place: Place) -> str:
    text = (place.company.control / "org/riley.yaml").read_text()
    return text.replace("runtime:\n", "runtime:\n  secrets: {KEY: 'env:MODEL_KEY'}\n")


def test_what_a_person_edited_is_named_and_no_complaint(place: Place) -> None:
    place.write(TICK, "# mine\n", more=True)

    assert place.told(ABOUT)[0] == f"ok: edited by hand, and kept: {TICK}"


def test_what_lies_in_the_checkout_alone_is_not_there(place: Place) -> None:
    (place.company.control / TICK).write_text("mine")

    assert place.told(ABOUT)[0] == "ok: are on the branch as this gitcp writes them"


def test_what_no_runner_reaches_is_told(place: Place) -> None:
    text = (place.company.control / "gitcp.yaml").read_text()
    place.write("gitcp.yaml", text.replace("https://github.com/acme/work.git", "../work"))

    assert any("is a path of this machine" in told for told in place.told(ABOUT))


def test_actions_that_are_off_are_an_error(place: Place) -> None:
    place.github.actions_enabled = False

    assert place.told("github actions") == ["error: are switched off for this repository: no workflow runs"]
    assert place.remedies("github actions") == [
        "allow them: https://github.com/acme/control/settings/actions"
    ]


def test_actions_of_the_owner_alone_are_too_few(place: Place) -> None:
    place.github.allowed_actions = "local_only"

    assert place.told("github actions")[0].startswith("error: may use no actions but those of the same owner")


def test_rights_that_nobody_asked_for_are_warned_of(place: Place) -> None:
    place.github.default_rights = "write"

    assert place.told("github default rights")[0].startswith(
        "warning: a workflow that asks for nothing may write"
    )


def test_jobs_that_approve_take_the_place_of_people_where_people_count(place: Place) -> None:
    place.github.jobs_may_approve = True
    assert len(place.told("github default rights")) == 1

    place.protect()

    assert place.told("github default rights")[1].startswith("warning: workflows may approve pull requests")
