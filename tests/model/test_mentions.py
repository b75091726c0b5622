"""Whom a text names, and that code names nobody."""

import pytest

from gitcp.model.mentions import mentions


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ("Ask @riley, then @clara-jane and @riley again.", ("riley", "clara-jane")),
        ("mail riley@example.com, see /@scope/package and https://x.y/@riley", ()),
        ("in code `@riley` and ``a ` @clara`` nobody is named, @oscar is", ("oscar",)),
        ("an open ` tick hides nobody: @riley", ("riley",)),
        ("before @a\n```text\n@riley failed\n```\nafter @b", ("a", "b")),
        ("~~~\n@riley\n```\n@clara\n~~~\n@b", ("b",)),
        ("````\n```\n@riley\n````\n@b", ("b",)),
        ("```\na fence without end hides the rest @riley", ()),
        ("", ()),
    ],
)
def test_a_text_names_members_outside_of_code_once_each_in_order(body: str, named: tuple[str, ...]) -> None:
    assert mentions(body) == named


@pytest.mark.parametrize(
    "body", ["`" * 100_000, "`a" * 60_000, " ".join("`" * n for n in range(400)), "```\n" * 30_000]
)
def test_a_hostile_text_is_read_in_time_that_grows_with_its_length(body: str) -> None:
    assert mentions(f"@riley {body}")[:1] == ("riley",)
