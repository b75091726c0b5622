"""Run the command line: `python -m gitcp`."""

import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the `gitcp` command and exit with its code."""
    from gitcp.cli.application import gitcp

    sys.exit(gitcp(prog_name="gitcp"))


if __name__ == "__main__":
    main()
