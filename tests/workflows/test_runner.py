"""The step runner itself: it does as GitHub does, and refuses what it does not do."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from textwrap import indent

import pytest

from tests.github.fake import FakeGitHub
from tests.store.repositories import commit_files
from tests.workflows.runner.events import fits
from tests.workflows.runner.forge import BOT, Forge
from tests.workflows.runner.language import Language, RefusedError
from tests.workflows.runner.machine import pairs_of
from tests.workflows.runner.stand_ins.caches import Caches
from tests.workflows.runner.workflow_run import WorkflowRun
from tests.workflows.transcript import logs
from tests.workflows.workshop import Workshop

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the runner is one with Linux")

HASH = "0123456789012345678901234567890123456789"
CHECKOUT = f"actions/checkout@{HASH}"
HEAD = "on: {push: {}, workflow_dispatch: {}}\npermissions: {}\n"

Runs = Callable[..., WorkflowRun]


@pytest.fixture
def forge(language: Language, tmp_path: Path) -> Iterator[Forge]:
    """Return a forge without gitcp."""
    tools = tmp_path / "tools"
    tools.mkdir()
    repository = tmp_path / "control.git"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(repository)], check=True)
    shop = Workshop(tmp_path, tmp_path, tools, tmp_path / "none")
    with ExitStack() as stack:
        hub = stack.enter_context(FakeGitHub(private=True))
        caches = Caches(tmp_path / "caches", tools)
        forge = Forge(tmp_path / "forge", repository, language, shop.environment(), caches, hub)
        stack.callback(forge.close)
        yield forge


@pytest.fixture
def runs(forge: Forge) -> Runs:
    """Return what commits files, starts `go.yml` by hand and returns its run."""

    def carry_out(jobs: str, **files: str) -> WorkflowRun:
        workflow = f"{HEAD}jobs:\n{indent(jobs, '  ')}\n"
        more = {name.replace("__", "/").replace("_yml", ".yml"): text for name, text in files.items()}
        commit_files(forge.repository, {".github/workflows/go.yml": workflow, **more})
        forge.dispatch("go.yml", "main", {})
        [run] = forge.work()
        return run

    return carry_out


def steps(text: str, head: str = "") -> str:
    """Return one job of some steps."""
    return f"work:\n  runs-on: ubuntu-latest\n  permissions: {{contents: read}}\n{indent(head, '  ')}  steps:\n{indent(text, '    ')}"


def test_steps_hand_on_outputs_variables_and_programs(runs: Runs) -> None:
    run = runs(
        steps(
            """\
- id: first
  run: |
    echo "said=one" >> "$GITHUB_OUTPUT"
    printf 'long<<END\\na=b\\nc\\nEND\\n' >> "$GITHUB_OUTPUT"
    echo "LATER=two" >> "$GITHUB_ENV"
    mkdir bin && printf '#!/bin/sh\\necho three\\n' > bin/thing && chmod +x bin/thing
    echo "$PWD/bin" >> "$GITHUB_PATH"
    echo "# Done" >> "$GITHUB_STEP_SUMMARY"
- env: {SAID: "${{ steps.first.outputs.said }}", LONG: "${{ steps.first.outputs.long }}"}
  run: echo "$SAID $LATER $(thing) ${LONG//$'\\n'/,}"
"""
        )
    )

    assert run.conclusion == "success"
    assert "one two three a=b,c" in run.jobs[0].log
    assert run.jobs[0].summary == "# Done\n"


def test_a_step_that_fails_skips_those_after_it_but_for_those_that_are_always_done(runs: Runs) -> None:
    run = runs(
        steps(
            """\
- run: exit 3
  continue-on-error: true
- run: exit 4
- run: echo never
- if: failure()
  run: echo because
- if: ${{ always() && steps.x == null }}
  run: echo always
""".replace(" && steps.x == null", "")
        )
    )

    assert run.conclusion == "failure"
    assert [step.outcome for step in run.jobs[0].steps] == [
        "failure",
        "failure",
        "skipped",
        "success",
        "success",
    ]
    assert run.jobs[0].steps[0].conclusion == "success"
    assert "never" not in run.jobs[0].log


def test_a_script_runs_as_it_is_written_in_the_shell_that_is_asked_for(runs: Runs) -> None:
    run = runs(
        steps(
            """\
- run: false | true; echo "without pipefail"
- shell: bash
  continue-on-error: true
  run: |
    false | true
    echo "with pipefail"
- shell: bash --noprofile --norc -euo pipefail {0}
  continue-on-error: true
  run: echo "$UNSET"
"""
        )
    )

    assert [step.outcome for step in run.jobs[0].steps] == ["success", "failure", "failure"]
    assert "without pipefail" in run.jobs[0].log
    assert "with pipefail" not in run.jobs[0].log


def test_a_job_finds_nothing_of_the_machine_and_nothing_of_another_job(
    runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FROM_THE_MACHINE", "yes")

    run = runs(
        """\
one:
  runs-on: ubuntu-latest
  permissions: {}
  steps:
    - run: touch "$HOME/left" "$RUNNER_TEMP/left" left; echo "X=1" >> "$GITHUB_ENV"
two:
  needs: one
  runs-on: ubuntu-latest
  permissions: {}
  steps:
    - run: |
        find "$HOME" . "$RUNNER_TEMP" -name left
        env
        command -v gitcp || echo "no gitcp"
"""
    )

    told = run.job("two").text
    assert run.conclusion == "success"
    assert not any(line.endswith("/left") for line in run.job("two").log)
    assert "FROM_THE_MACHINE" not in told
    assert "\nX=1" not in told
    assert "no gitcp" in told


def test_secrets_are_masked_and_no_job_hands_one_on(forge: Forge, runs: Runs) -> None:
    forge.set_secret("KEY", "hunter2hunter2")

    run = runs(
        """\
one:
  runs-on: ubuntu-latest
  permissions: {}
  outputs: {key: "${{ steps.say.outputs.key }}", mine: "${{ steps.say.outputs.mine }}"}
  steps:
    - id: say
      env: {KEY: "${{ secrets.KEY }}"}
      run: |
        echo "it is $KEY"
        echo "key=$KEY" >> "$GITHUB_OUTPUT"
        echo "mine=plain" >> "$GITHUB_OUTPUT"
        echo "::add-mask::mine-too"
        echo "mine-too"
"""
    )

    job = run.jobs[0]
    assert "it is ***" in job.log
    assert "mine-too" not in job.text
    assert dict(job.outputs) == {"key": "", "mine": "plain"}


def test_what_a_program_prints_is_obeyed_unless_the_log_is_told_to_stop(runs: Runs) -> None:
    run = runs(
        steps(
            """\
- id: say
  run: |
    echo "::error file=a.py,line=3::two%0Alines"
    echo "::stop-commands::word"
    echo "::error::not heard"
    echo "::set-output name=x::1"
    echo "::word::"
    echo "a ##[warning]heard"
- run: echo "x is ${{ steps.say.outputs.x }}."
"""
        )
    )

    assert [(note.level, note.text) for note in run.jobs[0].annotations] == [
        ("error", "two\nlines"),
        ("warning", "heard"),
    ]
    assert "x is ." in run.jobs[0].log


CALLS = """\
plan:
  runs-on: ubuntu-latest
  permissions: {}
  outputs: {rows: "${{ steps.plan.outputs.rows }}"}
  steps:
    - id: plan
      run: echo 'rows=[{"id":"a","n":1},{"id":"b","n":2}]' >> "$GITHUB_OUTPUT"
run:
  needs: plan
  if: needs.plan.outputs.rows != '[]'
  permissions: {contents: read}
  strategy:
    fail-fast: false
    matrix: {row: "${{ fromJSON(needs.plan.outputs.rows) }}"}
  uses: ./.github/workflows/called.yml
  with: {id: "${{ matrix.row.id }}", n: "${{ matrix.row.n }}"}
  secrets: {KEY: "${{ matrix.row.id == 'a' && secrets.KEY || '' }}"}
"""
CALLED = """\
on:
  workflow_call:
    inputs: {id: {type: string, required: true}, n: {type: number, required: true}}
    secrets: {KEY: {required: false}}
permissions: {}
jobs:
  act:
    runs-on: ubuntu-latest
    permissions: {contents: read}
    steps:
      - env: {ID: "${{ inputs.id }}", N: "${{ inputs.n }}", HAS: "${{ secrets.KEY != '' }}"}
        run: echo "$ID $N $HAS"
  after:
    needs: act
    if: always()
    runs-on: ubuntu-latest
    permissions: {}
    steps: [{run: echo after}]
"""


def test_a_matrix_calls_a_workflow_for_each_row_with_what_it_is_given_alone(forge: Forge, runs: Runs) -> None:
    forge.set_secret("KEY", "hunter2hunter2")

    run = runs(CALLS, **{".github__workflows__called_yml": CALLED})

    assert run.conclusion == "success", logs([run])
    assert sorted(job.name for job in run.jobs) == [
        "plan",
        "run (a) / act",
        "run (a) / after",
        "run (b) / act",
        "run (b) / after",
    ]
    assert "a 1 true" in run.job("run (a) / act").log
    assert "b 2 false" in run.job("run (b) / act").log


def test_a_called_workflow_that_asks_for_more_than_its_caller_has_is_refused(runs: Runs) -> None:
    with pytest.raises(RefusedError, match="asks for contents"):
        runs(CALLS, **{".github__workflows__called_yml": CALLED.replace("contents: read", "contents: write")})


def test_a_called_workflow_reads_no_secret_that_it_does_not_declare(forge: Forge, runs: Runs) -> None:
    forge.set_secret("OTHER", "hunter2hunter2")

    with pytest.raises(RefusedError, match="OTHER"):
        runs(
            CALLS, **{".github__workflows__called_yml": CALLED.replace("secrets.KEY !=", "secrets.OTHER !=")}
        )


def test_failed_jobs_are_run_again_with_those_that_need_them_and_no_others(forge: Forge, runs: Runs) -> None:
    forge.losses.append(("run (b) / act", "Run"))
    run = runs(CALLS, **{".github__workflows__called_yml": CALLED})
    assert run.conclusion == "failure"

    forge.rerun(run, failed_only=True)

    assert run.conclusion == "success"
    assert sorted(job.name for job in run.jobs if job.attempt == 2) == ["run (b) / act", "run (b) / after"]


@pytest.mark.parametrize(
    ("may", "persists", "works"),
    [("write", "true", True), ("read", "true", False), ("write", "false", False)],
    ids=["with the right and the credential", "without the right", "without the credential"],
)
def test_only_who_may_write_and_has_the_credential_can_push(
    forge: Forge, runs: Runs, may: str, persists: str, works: bool
) -> None:
    run = runs(
        f"""\
push:
  runs-on: ubuntu-latest
  permissions: {{contents: {may}}}
  steps:
    - uses: {CHECKOUT}
      with: {{persist-credentials: {persists}}}
    - run: |
        git -c user.name=X -c user.email=x@example.org commit -q --allow-empty -m again
        git push -q origin HEAD:main
"""
    )

    assert run.conclusion == ("success" if works else "failure"), logs([run])
    assert (forge.git("log", "-1", "--format=%s", "main") == "again") is works
    assert forge.events == forge.events.__class__()


def test_what_a_person_pushes_starts_what_listens_and_what_a_job_pushes_does_not(
    forge: Forge, runs: Runs, tmp_path: Path
) -> None:
    runs(steps("- run: echo one\n"))
    clone = tmp_path / "clone"
    for argv in (
        ["git", "clone", "-q", str(forge.repository), str(clone)],
        ["git", "-C", str(clone), "commit", "-q", "--allow-empty", "-m", "by hand"],
        ["git", "-C", str(clone), "push", "-q", "origin", "HEAD:main"],
    ):
        subprocess.run(argv, check=True)

    [run] = forge.work()

    assert run.event.payload["head_commit"]["committer"]["email"] == "carl@example.org"

    subprocess.run(
        ["git", "-C", str(clone), "push", "-q", "origin", "HEAD~1:refs/heads/aside"],
        check=True,
        env=os.environ | {"REMOTE_USER": BOT},
    )

    assert forge.work() == []
    assert forge.told[-1] == f"{BOT} pushed refs/heads/aside"


def test_artifacts_lose_their_modes_and_caches_keep_what_they_had(runs: Runs) -> None:
    run = runs(
        f"""\
one:
  runs-on: ubuntu-latest
  permissions: {{}}
  steps:
    - run: mkdir -p out/.hidden && echo 1 > out/.hidden/a && echo 2 > out/b && chmod +x out/b
    - uses: actions/upload-artifact@{HASH}
      with: {{name: it, path: out}}
    - uses: actions/cache/save@{HASH}
      with: {{path: out, key: one-1}}
two:
  needs: one
  runs-on: ubuntu-latest
  permissions: {{}}
  steps:
    - uses: actions/download-artifact@{HASH}
      with: {{name: it, path: got}}
    - run: find got -type f -perm /111; find got -type f
    - id: kept
      uses: actions/cache/restore@{HASH}
      with: {{path: out, key: one-2, restore-keys: one-}}
    - env: {{HIT: "${{{{ steps.kept.outputs.cache-hit }}}}"}}
      run: test -x out/b && cat out/.hidden/a && echo "hit $HIT"
"""
    )

    assert run.conclusion == "success", logs([run])
    told = run.job("two").log
    assert [line for line in told if line.startswith("got")] == ["got/b"]
    assert "hit false" in told


REFUSED = {
    "an action that is not pinned": "- uses: actions/checkout@v6\n",
    "an action that nobody knows": f"- uses: some/thing@{HASH}\n",
    "an input that is not carried out": f"- uses: {CHECKOUT}\n  with: {{lfs: true}}\n",
    "a context that is not there": "- run: echo ${{ strange.thing }}\n",
    "a name that is not in its context": "- run: echo ${{ github.shaa }}\n",
    "an output of a step that is not there": "- run: echo ${{ steps.nobody.outputs.x }}\n",
    "a key of a step that GitHub does not know": "- run: echo\n  working-dir: x\n",
    "a function that is not carried out": "- run: echo ${{ hashFiles('x') }}\n",
    "a variable that a job may not set": '- run: echo "GITHUB_SHA=1" >> "$GITHUB_ENV"\n',
    "an output without a name": '- run: echo "nonsense" >> "$GITHUB_OUTPUT"\n',
    "another shell": "- run: x\n  shell: python\n",
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_what_is_not_carried_out_is_refused(runs: Runs, text: str) -> None:
    with pytest.raises(RefusedError):
        runs(steps(text))


@pytest.mark.parametrize(
    "jobs",
    [
        "work:\n  runs-on: ubuntu-latest\n  permissions: read-all\n  steps: [{run: echo}]\n",
        "work:\n  runs-on: ubuntu-latest\n  container: debian\n  steps: [{run: echo}]\n",
        "work:\n  runs-on: ubuntu-latest\n  strategy: {matrix: {x: [1]}}\n  steps: [{run: echo}]\n",
        "work:\n  runs-on: ubuntu-latest\n  defaults: {run: {working-directory: x}}\n  steps: [{run: echo}]\n",
        "work:\n  runs-on: ubuntu-latest\n  continue-on-error: true\n  steps: [{run: echo}]\n",
        "work:\n  runs-on: windows-latest\n  steps: [{run: echo}]\n",
        "work:\n  needs: nobody\n  runs-on: ubuntu-latest\n  steps: [{run: echo}]\n",
    ],
    ids=[
        "permissions without names",
        "a container",
        "a matrix that fails fast",
        "a folder for all steps",
        "a job that may fail",
        "another system",
        "a need that is not there",
    ],
)
def test_jobs_that_are_not_carried_out_are_refused(runs: Runs, jobs: str) -> None:
    with pytest.raises(RefusedError):
        runs(jobs)


def test_paths_are_matched_as_github_does() -> None:
    assert fits("tasks/CI/a.yaml", ["tasks/**"])
    assert fits("gitcp.yaml", ["gitcp.yaml"])
    assert fits("a/b.md", ["**/*.md"])
    assert fits("b.md", ["**/*.md"])
    assert not fits("a/b.md", ["*.md"])
    assert not fits("docs/x.md", ["**", "!docs/**"])


def test_blocks_of_outputs_end_where_their_word_stands_alone() -> None:
    assert pairs_of("a=1\nb<<X\nX=2\n\nXX\nX\nc=<<d\n") == {"a": "1", "b": "X=2\n\nXX", "c": "<<d"}
    with pytest.raises(RefusedError):
        pairs_of("a<<X\n1\n")


GROUP = """\
work:
  runs-on: ubuntu-latest
  permissions: {}
  concurrency: {group: one, cancel-in-progress: CANCELS}
  steps:
    - env: {MARKS: "${{ vars.MARKS }}"}
      run: |
        echo begun >> "$MARKS"
        while [ "$(wc -l < "$MARKS")" -lt 2 ] && [ ! -e "$MARKS.go" ]; do sleep 0.05; done
"""


def once(true: Callable[[], bool], act: Callable[[], None]) -> None:
    """Act as soon as something is true, beside whoever goes on."""

    def wait() -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until and not true():
            time.sleep(0.02)
        act()

    threading.Thread(target=wait).start()


@pytest.fixture
def grouped(forge: Forge, tmp_path: Path) -> Callable[[str], Path]:
    """Return what commits a workflow whose jobs run one at a time, until two have begun or a file is there: the one beside what they write."""

    def commit(cancels: str) -> Path:
        marks = tmp_path / "marks"
        forge.variables["MARKS"] = str(marks)
        text = f"{HEAD}jobs:\n{indent(GROUP.replace('CANCELS', cancels), '  ')}"
        commit_files(forge.repository, {".github/workflows/go.yml": text})
        forge.dispatch("go.yml", "main", {})
        return marks

    return commit


def test_who_comes_later_cancels_who_runs_where_a_group_says_so(
    forge: Forge, grouped: Callable[[str], Path]
) -> None:
    marks = grouped("true")
    once(marks.exists, lambda: forge.dispatch("go.yml", "main", {}))

    runs = forge.work()

    assert [run.conclusion for run in runs] == ["cancelled", "success"], logs(runs)


def test_of_a_group_one_runs_and_one_waits_and_the_last_one_takes_the_place_of_who_waits(
    forge: Forge, grouped: Callable[[str], Path]
) -> None:
    marks = grouped("false")
    go_on = marks.with_name("marks.go")
    for _ in range(2):
        once(marks.exists, lambda: forge.dispatch("go.yml", "main", {}))
    once(lambda: any(run.conclusion == "cancelled" for run in forge.runs), go_on.touch)

    runs = forge.work()

    assert runs[0].conclusion == "success"
    assert sorted(run.conclusion for run in runs[1:]) == ["cancelled", "success"], logs(runs)
    assert len(marks.read_text().splitlines()) == 2
