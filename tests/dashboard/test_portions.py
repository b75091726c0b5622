import pickle

from gitcp.dashboard.all_rows import Rows
from gitcp.dashboard.portions import Portion
from gitcp.dashboard.postings import every_terms
from gitcp.dashboard.terms import LABEL, TEXT, TITLE, unpacked
from gitcp.model.memory import Records
from gitcp.model.tasks import Document
from tests.dashboard.company import a_comment, a_run, a_task, ago

RECORDS = [
    a_task("CI-0002", title="Gulls"),
    a_task("CI-0001", title="Scan"),
    a_comment("CI-0001", "ada", ago(hours=1), "of the scree"),
    a_comment("CI-0009", "ada", ago(hours=1), "whose task is gone"),
    Document(id="CI-0002/plan", text="x"),
    a_run("riley", ago(hours=2), task="CI-0001"),
    a_run("riley", ago(hours=1), task=None),
]


def test_portions_that_are_put_together_are_the_rows_of_all_records() -> None:
    snapshot = Records.of(RECORDS)
    whole = Portion()
    for record in RECORDS:
        whole.add(Portion.of([record]))

    assert whole.rows() == Portion.whole(snapshot).rows() == Rows.of(snapshot)


def test_a_portion_has_the_words_of_its_tasks_by_number() -> None:
    portion = Portion.of(RECORDS)

    assert portion.terms == list(every_terms(Records.of(RECORDS)))
    assert [task for task, _ in portion.terms] == ["CI-0001", "CI-0002"]
    assert [unpacked(words) for _, words in portion.terms] == [
        {TITLE: ["scan"], LABEL: [], TEXT: ["of", "the", "scree"]},
        {TITLE: ["gulls"], LABEL: ["plan"], TEXT: []},
    ]


def test_a_portion_is_the_same_in_another_process() -> None:
    portion = Portion.of(RECORDS)

    assert pickle.loads(pickle.dumps(portion)) == portion
