"""A real agent's program in a job: installed by the workflow, with the key of its model and nothing else."""

from pathlib import Path

import pytest

from tests.agents.model_server import ModelServer
from tests.agents.programs import program
from tests.workflows.company import a_company
from tests.workflows.conftest import NewForge
from tests.workflows.transcript import logs

pytestmark = pytest.mark.slow

WORKS = """\
[[bash: env | grep -v _KEY= > seen.txt; git config --list >> seen.txt; git add -A && git commit -qm "Write what is seen"]]
[[bash: gitcp task finish --summary "written"]]
[[say: that was it]]
"""
SECRET = "key-of-the-model-provider"


def test_claude_code_works_on_a_task_in_a_job(
    new_forge: NewForge, tmp_path: Path, model: ModelServer
) -> None:
    packages = Path(program("claude")).parents[2]

    def edit(checkout: Path) -> None:
        record = checkout / "org" / "hugo.yaml"
        lines = [line for line in record.read_text().splitlines() if not line.startswith("runtime:")]
        runtime = (
            "runtime: {type: claude-code, environment: {ANTHROPIC_BASE_URL: '"
            + model.url
            + "', CLAUDE_CODE_MAX_RETRIES: '1'}, "
            "secrets: {ANTHROPIC_API_KEY: 'env:ANTHROPIC_API_KEY'}}"
        )
        record.write_text("\n".join([*lines, runtime]) + "\n")
        task = checkout / "tasks" / "CI" / "CI-0023.yaml"
        head = (
            task.read_text()
            .partition("description:")[0]
            .replace("verify:\n  - [python, skills/qa-regression/run.py, --line, invoice-reader]\n", "")
        )
        task.write_text(head + "description: |\n" + "".join(f"  {line}\n" for line in WORKS.splitlines()))

    company = a_company(new_forge, tmp_path, tasks=["CI-0023"], edit=edit)
    company.forge.environment = {**company.forge.environment, "FORGE_PACKAGES": str(packages)}
    company.forge.set_secret("ANTHROPIC_API_KEY", SECRET)

    runs = company.forge.work()

    assert list(company.finished().values()) == ["succeeded"], logs(runs)
    assert len(model.asked) == 3
    assert all(SECRET not in job.text for run in runs for job in run.jobs)
    seen = company.git("show", "hugo/CI-0023:seen.txt", at=company.factory)
    assert "ghs_" not in seen
    assert company.forge.secrets["GITCP_DELIVERY_TOKEN"] not in seen
    assert "extraheader" not in seen
