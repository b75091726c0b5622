"""Run the command line: `python -m gitcp`."""

import gc
import sys
from typing import Final, NoReturn

# Most commands end before there is anything worth collecting; to look for it while modules are imported takes a quarter of their time.
_SELDOM: Final = 100_000


def main() -> NoReturn:
    """Run the `gitcp` command and exit with its code."""
    gc.set_threshold(_SELDOM)
    from gitcp.cli.application import gitcp

    code = gitcp(prog_name="gitcp")
    gc.freeze()  # what is left goes with the process, and need not be looked through once more
    sys.exit(code)


if __name__ == "__main__":
    main()
