from datetime import UTC, datetime, timedelta

from gitcp.dashboard.register import Register
from gitcp.dashboard.wakes import by_the_clock, idle_because, made_by, next_firings, woken
from gitcp.model.tasks import Origin
from tests.dashboard.company import COMPANY, NOW, a_bare_site, a_run, a_site, a_task


def test_runs_of_four_whole_weeks_count_in_the_hour_of_the_company_s_clock() -> None:
    midnight = datetime(2026, 11, 21, 23, tzinfo=UTC)  # of Sunday the 22nd, in Madrid
    first = datetime(2026, 10, 24, 22, tzinfo=UTC)  # the clocks went back in between
    claims = [
        midnight,  # today does not count
        midnight - timedelta(minutes=1),
        first,
        first - timedelta(minutes=1),
        midnight - timedelta(hours=20),
        midnight - timedelta(days=7, hours=20),
    ]

    counts = woken(Register(a_bare_site(COMPANY, *(a_run("riley", at) for at in claims))), "")

    assert {(day, hour): n for day, row in enumerate(counts) for hour, n in enumerate(row) if n} == {
        (5, 23): 1,
        (6, 0): 1,
        (5, 4): 2,
    }


def test_a_routine_tells_its_next_times_and_what_keeps_it() -> None:
    register = Register(a_site())

    assert [f"{at:%d %H}" for at in next_firings(register, "survey")] == [
        "23 06",
        "24 06",
        "25 06",
        "26 06",
        "27 06",
    ]
    assert next_firings(register, "stocktake") == next_firings(register, "nothing") == ()
    assert idle_because(register, "stocktake") == "routine stocktake is paused"
    assert idle_because(register, "nothing") is None


def test_the_newest_tasks_of_a_routine_come_first() -> None:
    origins = [
        Origin(routine="survey", slot=NOW, number=1),
        Origin(routine="other", slot=NOW, number=1),
        None,
    ]
    tasks = [a_task(f"CI-000{n}", routine=origin) for n, origin in enumerate(origins, 1)]
    late = a_task("CI-0009", routine=origins[0], created=NOW)

    assert [row.id for row in made_by(Register(a_bare_site(*tasks, late)), "survey")] == [
        "CI-0009",
        "CI-0001",
    ]


def test_nothing_that_is_asked_at_every_build_works_out_times() -> None:
    assert [each.id for each in by_the_clock(Register(a_site()), "")] == [
        "oscar",
        "riley",
        "stocktake",
        "survey",
    ]
