from datetime import timedelta

from gitcp.core.operations.create_task import CreateTask
from tests.control.github.looks.conftest import Place


def test_before_anything_ran_the_schedule_and_the_clock_are_counted(place: Place) -> None:
    text = (place.company.control / "org/riley.yaml").read_text()
    place.write("org/riley.yaml", f"{text}heartbeat: {{cron: '0 */6 * * *'}}\n")

    assert place.told("github minutes") == [
        "ok: about 155 a day: 99 for 96 ticks and what is daily, 56 for 4.0 runs of agents,"
        " if each slot of the clock is one of 10 minutes; of a public repository they cost nothing"
    ]


def test_what_github_measured_counts_for_each_tick(place: Place) -> None:
    place.github.private = True
    place.github.runs[0]["run_duration_ms"] = 61_000

    assert place.told("github minutes")[0].startswith("ok: about 195 a day: 195 for 96 ticks")


def test_a_time_that_no_run_takes_is_an_answer_that_is_not_understood(place: Place) -> None:
    place.github.runs[0]["run_duration_ms"] = 10**4000

    assert "the answer is not understood: run_duration_ms: " in place.told("github minutes")[0]


def test_runs_of_the_last_month_say_what_a_run_takes(place: Place) -> None:
    place.company.does(CreateTask(project="CI", title="Write it", assignee="riley"))
    text = (place.company.control / "gitcp.yaml").read_text()
    place.write("gitcp.yaml", text.replace("https://github.com/acme/work.git", str(place.company.work)))
    place.company.tick()
    place.company.now += timedelta(days=2)

    (told,) = place.told("github minutes")

    assert "for 0.5 runs of agents, as in the last 2 days" in told or "as in the last 3 days" in told
