from pathlib import Path
from types import SimpleNamespace

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from gitcp.dashboard.environments import Environments, written

LONG = "<" * 200


@pytest.fixture
def environments(tmp_path: Path) -> Environments:
    (tmp_path / "parts.html").write_text(
        "{% macro link(ref) %}{% for it in ref %}<a href='{{ root }}{{ it }}'></a>{% endfor %}{% endmacro %}"
    )
    (tmp_path / "page.html").write_text('{% import "parts.html" as parts %}{{ parts.link(view.refs) }}')
    (tmp_path / "text.html").write_text("{{ view.text }}|{{ view.text ~ '&' }}")
    return Environments(tmp_path, {})


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("<b>", "&lt;b&gt;"),
        (LONG, "&lt;" * 200),
        (Markup("<b>"), "<b>"),
        (7, "7"),
        ("a\u202eb", "a[U+202E]b"),
        ("\u200b" * 101, "[U+200B]" * 101),
    ],
)
def test_what_is_no_markup_is_escaped_and_what_cannot_be_seen_in_it_is_named(
    value: object, said: str
) -> None:
    assert written(value) == said


@pytest.mark.parametrize("text", ["<script>", LONG])
def test_a_template_escapes_once(environments: Environments, text: str) -> None:
    said = environments.template("text.html", "").render(view=SimpleNamespace(text=text))

    assert said == f"{written(text)}|{written(text)}&amp;"


@pytest.mark.parametrize(
    "template",
    [
        "{% set it %}{{ view.text }}{% endset %}{{ it }}",
        "{% set it = view.text %}{{ it }}",
        "{% filter trim %}{{ view.text }}{% endfilter %}",
        "{{ [view.text] | join(view.mark) }}",
        "{{ view.mark ~ view.text }}",
        "{{ '%s' | format(view.text) }}",
        "{% for it in [view.text] recursive %}{{ it }}{% endfor %}",
        "{% with it = view.text %}{{ it }}{% endwith %}",
        "{% autoescape false %}{{ view.text }}{% endautoescape %}",
        "{% include 'said.html' %}",
        "{% import 'said.html' as said %}{{ said.one(view.text) }}",
        "{% from 'said.html' import either %}{{ either(none, view.text) }}",
        "{% from 'said.html' import around with context %}{% call around() %}{{ view.text }}{% endcall %}",
        "{% from 'said.html' import around %}{% call(it) around(view.text) %}{{ it }}{% endcall %}",
        "{% extends 'said.html' %}{% block main %}{{ view.text }}{% endblock %}",
        "{% extends 'said.html' %}{% block main %}{{ super() }}{% endblock %}",
    ],
)
@pytest.mark.parametrize("text", ["<script>", LONG])
def test_no_way_through_a_template_leads_past_the_escape(tmp_path: Path, template: str, text: str) -> None:
    (tmp_path / "parts.html").write_text("")
    (tmp_path / "said.html").write_text(
        "{% macro one(it) %}{{ it }}{% endmacro %}"
        "{% macro either(it, other='x') %}{{ it or other }}{% endmacro %}"
        "{% macro around(it='') %}{{ caller(it) if it else caller() }}{% endmacro %}"
        "{% block main %}{{ view.text if view is defined }}{% endblock %}"
    )
    (tmp_path / "page.html").write_text(template)
    view = SimpleNamespace(text=text, mark=Markup("<i>"))

    said = Environments(tmp_path, {}).template("page.html", "").render(view=view)

    assert said.replace("<i>", "") == written(text)


def test_a_template_that_changed_is_not_taken_for_what_it_was(
    environments: Environments, tmp_path: Path
) -> None:
    environments.template("text.html", "")
    (tmp_path / "text.html").write_text("changed")

    assert Environments(tmp_path, {}).template("text.html", "").render() == "changed"


def test_macros_know_the_way_up_to_the_root_of_each_depth(environments: Environments) -> None:
    view = SimpleNamespace(refs=["a.html"])

    for root in ("", "../", "../../", "../"):
        page = environments.template("page.html", root).render(view=view)
        assert page == f"<a href='{root}a.html'></a>"


def test_a_name_that_a_page_was_not_given_is_an_error(environments: Environments) -> None:
    with pytest.raises(UndefinedError):
        environments.template("text.html", "").render()


def test_a_macro_may_be_called_with_names_and_without_what_it_can_do_without(tmp_path: Path) -> None:
    (tmp_path / "parts.html").write_text(
        "{% macro pair(one, other='b', last='c') %}{{ one }}{{ other }}{{ last }}\n{% endmacro %}"
    )
    (tmp_path / "page.html").write_text(
        '{% import "parts.html" as parts %}{{ parts.pair("a") }}{{ parts.pair("<", last=view.last) }}{{ parts.pair(*view.all) }}'
    )
    view = SimpleNamespace(last="&", all=("x", "y"))

    said = Environments(tmp_path, {}).template("page.html", "").render(view=view)

    assert said == "abc\n&lt;b&amp;\nxyc\n"
