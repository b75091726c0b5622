"""`gitcp person …`."""

from tests.cli.conftest import Shell

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGFiYw=="


def test_persons_are_listed_and_shown_without_agents(shell: Shell) -> None:
    assert [row["id"] for row in shell("person", "--json").json] == ["alex", "bea"]
    assert shell("person").out.splitlines()[0].split() == ["person", "name", "reports", "to", "open", "title"]
    assert "emails      bea@example.org" in shell("person", "bea").out


def test_a_person_joins_with_a_key_whose_comment_is_left_out(shell: Shell) -> None:
    done = shell("person", "new", "cara", "--email", "cara@example.org", "--key", f"{KEY} cara@laptop")

    assert done.out == "create person cara\n", done.err
    assert shell("person", "show", "cara", "--json").json["keys"] == [KEY]


def test_what_is_given_replaces_what_was_there(shell: Shell) -> None:
    fingerprint = "abcdef0123 " * 4
    done = shell("person", "edit", "bea", "--role", "owner", "--role", "finance", "--key", fingerprint)

    assert done.out == "edit person bea: keys, roles\n", done.err
    bea = shell("person", "show", "bea", "--json").json
    assert (bea["roles"], bea["keys"]) == (["owner", "finance"], ["ABCDEF0123" * 4])
    assert shell("person", "edit", "bea").code == 2


def test_a_person_leaves(shell: Shell) -> None:
    assert "approval AP-1" in shell("person", "remove", "alex", "--move-reports-to", "bea").err
    assert shell("person", "remove", "bea", "-m", "left").out == "remove person bea: left\n"
    assert shell("person", "show", "bea").code == 1


def test_reports_are_moved_and_an_agent_gets_another_id(shell: Shell) -> None:
    assert "--move-reports-to alex" in shell("agent", "terminate", "clara").err
    assert shell("agent", "terminate", "clara", "--move-reports-to", "alex").code == 0
    assert "asked for AP-1, which is pending" in shell("agent", "rename", "riley", "nadia").err
    shell("approval", "withdraw", "AP-1")
    assert shell("agent", "rename", "riley", "nadia").out == "rename agent riley to nadia\n"
    nadia = shell("agent", "show", "nadia", "--json").json
    assert (nadia["reports_to"], nadia["previously"]) == ("alex", ["riley"])


def test_a_new_name_is_taken_back_as_any_other_change(shell: Shell) -> None:
    shell("approval", "withdraw", "AP-1")
    shell("agent", "rename", "riley", "nadia")
    renamed = str(shell("audit", "log", "--json").json[-1]["revision"])

    assert shell("revert", renamed).code == 0
    assert shell("task", "show", "ci-1", "--json").json["assignee"] == "riley"
    assert shell("agent", "show", "nadia").code == 1
