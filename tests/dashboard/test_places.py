import pytest

from gitcp.dashboard.places import Named, named, ref_of
from gitcp.dashboard.register import Register
from gitcp.model.amounts import BudgetLimits
from gitcp.model.guards import Budget, Period
from tests.dashboard.company import a_site

RUN = "20261121T143000Z-riley"


@pytest.mark.parametrize(
    ("path", "kind", "name"),
    [
        ("tasks/CI/CI-0028.yaml", "task", "CI-0028"),
        ("tasks/CI/1000/CI-1028.yaml", "task", "CI-1028"),
        ("archive/tasks/CI/CI-0028.yaml", "task", "CI-0028"),
        ("comments/CI/CI-0028/20261122T090000000Z-riley-00ff.yaml", "comment", "CI-0028"),
        ("documents/CI/CI-0028/plan.md", "document", "CI-0028"),
        (f"runs/2026/11/21/{RUN}.yaml", "run", RUN),
        ("org/riley.yaml", "member", "riley"),
        ("budgets/agent/riley.yaml", "budget", "agent/riley"),
        ("budgets/company.yaml", "budget", "company"),
        ("policies/hiring.yaml", "policy", "hiring"),
        ("gitcp.yaml", "company", ""),
        ("README.md", "file", "README.md"),
        ("tasks", "file", "tasks"),
        ("", "file", ""),
    ],
)
def test_a_path_says_what_its_file_is_about(path: str, kind: str, name: str) -> None:
    assert named(path) == Named(kind, name)


@pytest.mark.parametrize(
    ("record", "text", "href"),
    [
        (Named("task", "CI-0028"), "CI-0028", "tasks/CI-0028.html"),
        (Named("comment", "CI-0028"), "comment on CI-0028", "tasks/CI-0028.html"),
        (Named("run", RUN), RUN, f"runs/{RUN}.html"),
        (Named("approval", "AP-3"), "AP-3", "approvals/AP-3.html"),
        (Named("goal", "fresh"), "goal fresh", "goals/fresh.html"),
        (Named("goal", "gone"), "goal gone", None),
        (Named("policy", "hiring"), "policy hiring", "policies.html#policy-hiring"),
        (Named("budget", "agent/riley"), "budget agent/riley", "budgets/agent/riley.html"),
        (Named("budget", "agent/nobody"), "budget agent/nobody", None),
        (Named("company", ""), "company", "index.html"),
        (Named("file", "README.md"), "README.md", None),
    ],
)
def test_a_record_is_led_to_where_it_stands(record: Named, text: str, href: str | None) -> None:
    budget = Budget(id="agent/riley", period=Period.MONTH, limits=BudgetLimits())
    found = ref_of(Register(a_site([budget])), record)

    assert (found.text, found.href) == (text, href)
