"""`gitcp document …`."""

from tests.cli.conftest import Shell


def test_documents_are_listed_by_name(shell: Shell) -> None:
    assert shell("document", "ci-1").out == "plan\n"
    assert shell("document", "list", "ci-1", "--json").json == ["plan"]


def test_a_document_goes_into_a_pipe_exactly_as_it_is(shell: Shell) -> None:
    assert shell("document", "show", "ci-1", "plan").out == "# Plan  \n\nRead, then write.\n"
    assert shell("document", "show", "ci-1", "plan", "--json").json["document"] == "plan"


def test_a_document_is_written_from_standard_input_or_a_text(shell: Shell) -> None:
    done = shell("document", "write", "ci-1", "notes", stdin="# Notes\n")
    shell("document", "write", "ci-1", "short", "Just this.")

    assert done.out == "write document CI-0001/notes\n"
    assert done.err == "next: gitcp document show CI-0001 notes\n"
    assert shell("document", "show", "ci-1", "notes").out == "# Notes\n"
    assert shell("document", "show", "ci-1", "short").out == "Just this."


def test_a_document_that_is_not_there_is_an_error(shell: Shell) -> None:
    assert shell("document", "show", "ci-1", "plann").code == 1
