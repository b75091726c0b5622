"""Where the data files of gitcp are: in the installed package, or beside it in a checkout."""

from pathlib import Path

import gitcp
from gitcp.errors import GitcpError


def templates() -> Path:
    """Return the folder with companies, dashboard and the rest."""
    package = Path(gitcp.__file__).parent
    for folder in (package / "templates", package.parent / "templates"):
        if folder.is_dir():
            return folder
    raise GitcpError(
        f"{package / 'templates'}: expected the templates of gitcp, found none", hint="install gitcp again"
    )


def company_templates() -> dict[str, Path]:
    """Return the companies that `gitcp init` can found, by name."""
    return {
        path.name: path
        for path in sorted((templates() / "companies").iterdir())
        if (path / "control").is_dir()
    }
