"""Check that every relative link in every Markdown page leads to a file, and every anchor to a heading."""

import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from shopfloor.cli import Job, launch, plural, report
from shopfloor.files import ROOT, listed
from shopfloor.markdown import broken_links


def work(job: Job) -> int:
    """Check every page."""
    pages = [path for path in listed(job.root, "**/*.md") if not path.startswith(".")]
    reasons = [str(problem) for path in pages for problem in broken_links(job.root, path)]
    return report(
        reasons, fine=f"all links of {plural(len(pages), 'page')} lead somewhere", failed="broken links"
    )


def main(argv: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Run the check."""
    return launch(work, about="Check the links of all Markdown pages.", argv=argv, root=root)


if __name__ == "__main__":
    sys.exit(main())
