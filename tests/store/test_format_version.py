import pytest

from gitcp.errors import FormatVersionError
from gitcp.store import codec
from gitcp.store.layout import Place


@pytest.mark.parametrize(
    "text",
    [
        "format: 1\n",
        "name: x\nformat: 1  # the first\n",
        "\ufeffformat: 1\r\nunknown: key\r\n",
        "{format: 1}",
    ],
)
def test_the_format_of_this_gitcp_is_read_whatever_else_the_file_says(text: str) -> None:
    codec.check_format(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name: x\n",
        "format:\n",
        "format: one\n",
        'format: "1"\n',
        "format: [1]\n",
        "format: 1.0\n",
        "format: -1\n",
        "- 1\n",
        "format: 1\nname: [\n",
    ],
)
def test_a_format_that_cannot_be_read_is_told_with_what_to_write(text: str) -> None:
    with pytest.raises(
        FormatVersionError, match=r"gitcp\.yaml: format: the format version cannot be read: "
    ) as error:
        codec.check_format(text.encode())

    assert error.value.hint == "add `format: 1` as the first line"


@pytest.mark.parametrize(
    "text", ["format: 2\n", "format: 2 # new\r\nname: &new [\n", "format: 2\nnew: !thing x\n"]
)
def test_a_newer_format_asks_for_a_newer_gitcp_even_if_nothing_else_can_be_read(text: str) -> None:
    with pytest.raises(FormatVersionError, match="has format 2, this gitcp reads format 1") as error:
        codec.check_format(text.encode())

    assert error.value.hint is not None
    assert "upgrade gitcp" in error.value.hint


def test_an_older_format_asks_for_a_migration() -> None:
    with pytest.raises(FormatVersionError, match="has the old format 0, this gitcp reads format 1") as error:
        codec.check_format(b"format: 0\n")

    assert error.value.hint is not None
    assert "migrate" in error.value.hint


def test_reading_the_company_tells_the_format_alone() -> None:
    reading = codec.read(Place("company", "gitcp"), b"name: x\nformat: 2\nnew_key: y\n")

    assert reading.record is None
    assert [(p.line, p.where, p.message) for p in reading.problems] == [
        (2, "format", "this repository has format 2, this gitcp reads format 1")
    ]
