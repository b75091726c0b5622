"""`gitcp org`."""

from tests.cli.conftest import Shell


def test_the_org_chart_is_a_tree(shell: Shell) -> None:
    assert shell("org").out == (
        "alex  Alex, Owner  · person\n"
        "├─ bea  Bea  · person\n"
        "└─ clara  Clara, Head of R&D  · 1 open task\n"
        "   ├─ gone  Gone  · terminated\n"
        "   ├─ hugo  Hugo  · working  · paused  · 1 open task\n"
        "   └─ riley  Riley, R&D scout  · 2 open tasks  · wakes 0 9 * * MON\n"
    )


def test_json_tells_the_depth_of_each_row(shell: Shell) -> None:
    rows = shell("org", "--json").json

    assert [(row["id"], row["depth"]) for row in rows][:3] == [("alex", 0), ("bea", 1), ("clara", 1)]
