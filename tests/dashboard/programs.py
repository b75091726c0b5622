"""The programs that judge pages, as far as they are installed."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import pytest

VARIABLE: Final = "GITCP_TEST_PAGES"
REQUIRED: Final = "required"
MODULES: Final = Path(__file__).resolve().parents[2] / ".venv" / "pages" / "node_modules"
CONFIG: Final = Path(__file__).with_name("htmlvalidate.json")
PATIENCE: Final = 300


def html_validate(pages: Iterable[Path], folder: Path) -> set[tuple[Path, str, str]]:
    """Return each page that breaks a rule, the rule and what is said of it; the report is written into the folder."""
    program = _there(MODULES / ".bin" / "html-validate")
    report = folder / "report.json"  # through a pipe Node ends before all is said
    _run([str(program), "--config", str(CONFIG), "-f", f"json={report}", *map(str, pages)])
    said = json.loads(report.read_text(encoding="utf-8"))
    return {
        (Path(page["filePath"]), message["ruleId"], message["message"])
        for page in said
        for message in page["messages"]
    }


def nu(pages: Iterable[Path]) -> set[str]:
    """Return what the Nu validator calls an error; what it warns of is not read, as it takes a folder on a disk for no origin."""
    if (java := shutil.which("java")) is None:
        pytest.skip("needs Java, for the Nu validator")
    jar = _there(MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar")
    options = ["--format", "json", "--stdout", "--exit-zero-always", "--errors-only"]
    # It ends before a better compiler would pay; without that one its stack is too small.
    machine = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss2m"]
    said = json.loads(_run([java, *machine, "-jar", str(jar), *options, *map(str, pages)]))
    return {message["message"] for message in said["messages"] if message["type"] != "info"}


def lighthouse(address: str, browser: str, folder: Path) -> dict[str, Any]:
    """Return Lighthouse's report on a page, on the phone and the slow network that it imagines."""
    program = _there(MODULES / ".bin" / "lighthouse")
    report = folder / "report.json"
    flags = "--headless=new --no-sandbox" if os.geteuid() == 0 else "--headless=new"
    command = [
        str(program),
        address,
        "--quiet",
        "--output=json",
        f"--output-path={report}",
        f"--chrome-flags={flags}",
    ]
    subprocess.run(
        command, check=True, capture_output=True, timeout=PATIENCE, env=os.environ | {"CHROME_PATH": browser}
    )
    found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return found


def _run(command: list[str]) -> str:
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=PATIENCE).stdout


def _there(path: Path) -> Path:
    if path.exists():
        return path
    reason = f"needs {path.name}: make ci-deps"
    if os.environ.get(VARIABLE) == REQUIRED:
        pytest.fail(reason)
    pytest.skip(reason)
