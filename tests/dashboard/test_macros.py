from gitcp.dashboard.macros import Macros

PARTS = """{% macro stamp(stamp) %}<time datetime="{{ stamp.machine }}">{{ stamp.text }}</time>{% endmacro %}
{% macro who(ref) %}<b class="ref">{{ sign(ref.kind, ref.sign) }}</b>{% endmacro %}
{% macro sign(kind, letters) %}{% if letters %}<i class="{{ kind }}">{{ letters }}</i>{% endif %}{% endmacro %}
{% macro all(stamps) %}{% for it in stamps %}{{ stamp(it) }}{% endfor %}{% endmacro %}
"""
SMALL = Macros(PARTS)


def test_a_call_of_a_small_macro_is_written_out_with_what_it_is_given() -> None:
    written = SMALL.written_out("task.html", "on {{ parts.stamp(view.at) }},")

    assert written == 'on <time datetime="{{ view.at.machine }}">{{ view.at.text }}</time>,'


def test_a_small_macro_that_calls_another_is_written_out_whole() -> None:
    written = SMALL.written_out("task.html", "{{ parts.who(it) }}")

    assert written == (
        '<b class="ref">{%+ if it.sign %}<i class="{{ it.kind }}">{{ it.sign }}</i>{% endif +%}</b>'
    )


def test_a_macro_with_a_loop_is_called_and_so_is_one_that_is_given_more_than_a_name() -> None:
    calls = '{{ parts.all(view.stamps) }} {{ parts.sign("agent", view.sign) }} {{ parts.stamp(view.at[0]) }}'

    assert SMALL.written_out("task.html", calls) == calls


def test_a_macro_of_another_template_with_the_name_of_a_small_one_is_called() -> None:
    assert SMALL.written_out("task.html", "{{ stamp(view.at) }}") == "{{ stamp(view.at) }}"
    assert "<time" in SMALL.written_out("parts.html", "{{ stamp(view.at) }}")
