"""What a user gets: the wheel, and whether these tests ran on it."""

import configparser
import importlib.metadata
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

import gitcp


@pytest.fixture(scope="session")
def wheel(project_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    """Build the wheel from the checkout, without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    built = subprocess.run(command, cwd=project_root, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        yield archive


def test_every_template_is_in_the_wheel(project_root: Path, wheel: zipfile.ZipFile) -> None:
    templates = {f"gitcp/templates/{name}" for name in _files_below(project_root / "templates")}

    assert templates != set()
    assert {name for name in wheel.namelist() if name.startswith("gitcp/templates/")} == templates


def test_every_module_is_in_the_wheel(project_root: Path, wheel: zipfile.ZipFile) -> None:
    modules = {f"gitcp/{name}" for name in _files_below(project_root / "gitcp")}

    assert modules <= set(wheel.namelist())


def test_the_wheel_says_that_it_is_typed(wheel: zipfile.ZipFile) -> None:
    assert "gitcp/py.typed" in wheel.namelist()


def test_the_wheel_brings_the_gitcp_command(wheel: zipfile.ZipFile) -> None:
    scripts = configparser.ConfigParser()
    scripts.read_string(wheel.read(f"{_metadata_folder()}/entry_points.txt").decode())

    assert dict(scripts["console_scripts"]) == {"gitcp": "gitcp.__main__:main"}
    assert "gitcp/__main__.py" in wheel.namelist()


def test_the_wheel_brings_the_licence(wheel: zipfile.ZipFile) -> None:
    assert f"{_metadata_folder()}/licenses/LICENSE" in wheel.namelist()


def test_the_wheel_holds_gitcp_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    folders = {PurePosixPath(name).parts[0] for name in wheel.namelist()}

    assert folders == {"gitcp", _metadata_folder()}
    assert [name for name in wheel.namelist() if name.endswith(".pyc")] == []


def test_the_tests_import_what_was_installed(project_root: Path) -> None:
    """Hold for `make test` that the wheel is tested, and for a developer that it is the tree."""
    home = Path(gitcp.__file__).resolve().parent

    if os.environ.get("GITCP_TEST_WHEEL") == "1":
        assert home.parent.name == "site-packages"
        assert not home.is_relative_to(project_root / "gitcp")
    else:
        assert home == project_root / "gitcp"


def test_the_installed_version_is_the_one_that_the_code_names() -> None:
    assert importlib.metadata.version("gitcp") == gitcp.__version__


def _metadata_folder() -> str:
    return f"gitcp-{gitcp.__version__}.dist-info"


def _files_below(folder: Path) -> set[str]:
    files = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {path.as_posix() for path in files if "__pycache__" not in path.parts}
