import json
import re
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from gitcp.dashboard import data, rowdata
from gitcp.dashboard.register import Register
from gitcp.model.company import Company
from gitcp.model.planning import Project
from tests.dashboard.company import a_bare_site, a_person, a_site, a_task

VALUES = st.recursive(st.none() | st.integers() | st.text(), st.lists, max_leaves=20)


@given(st.text(), VALUES)
def test_data_is_a_call_that_hands_over_just_the_value(name: str, value: object) -> None:
    text = data.script(name, value)

    assert text.isascii()
    assert "<" not in text
    match = re.fullmatch(r"gitcp\.take\((.*)\);\n", text)
    assert match is not None
    assert json.loads(f"[{match[1]}]") == [name, value]


def test_no_text_ends_the_script_or_a_line() -> None:
    text = data.script("x", "</script><!-- \u2028\u2029\n ]]>")

    assert text.count("\n") == 1
    assert "<" not in text


def test_a_row_says_a_task_with_its_days_where_the_company_is() -> None:
    task = a_task(
        "CI-0001",
        title="One",
        labels=("a",),
        assignee="ada",
        created=datetime(2026, 11, 1, 23, 30, tzinfo=UTC),
    )
    register = Register(a_bare_site(task, Company(id="gitcp", name="x", timezone="Europe/Madrid")))

    assert rowdata.shard(register, "CI-0.open") == (
        'gitcp.take("tasks/CI-0.open",'
        '[["CI-0001","One","todo","medium","ada",null,["a"],"2026-11-02",null,null]]);\n'
    )
    assert rowdata.shard(register, "CI-0.closed") is None


def test_the_index_says_which_rows_there_are_and_what_ids_stand_for() -> None:
    project = Project(id="CI", name="Continuous", repository="r", goal="g")
    text = rowdata.index(Register(a_bare_site(a_task("CI-0001"), a_person("ada"), project)))

    assert '"members":[["ada","Ada","person"]]' in text
    assert '"projects":[["CI","Continuous","g"]]' in text
    assert '"shards":[["CI",0,1,0]]' in text


def test_the_data_of_a_row_is_the_same_at_another_time() -> None:
    register = Register(a_site())

    with register.noting() as asked:
        rowdata.shard(register, "CI-0.open")

    assert asked == {"rows-of-shard CI-0.open"}
