"""`gitcp site build`."""

from pathlib import Path

from tests.cli.conftest import Shell


def test_the_dashboard_is_built_into_a_folder(shell: Shell, tmp_path: Path) -> None:
    done = shell("site", "build", "-o", str(tmp_path / "site"))

    assert (done.code, done.out) == (0, "")
    assert (tmp_path / "site" / "index.html").is_file()
    assert f"open {tmp_path / 'site' / 'index.html'}" in done.err
