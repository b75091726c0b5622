"""The violations of an audit as issues: one for each rule and commit. What others wrote in them is inert."""

from collections.abc import Iterable, Sequence
from typing import Final

from gitcp.audit.finding import RULES, Finding
from gitcp.audit.verdict import Verdict
from gitcp.cli.proposal.markdown import inert
from gitcp.cli.text import counted
from gitcp.control.github.auditing import MORE, MOST_OPEN, Wanted
from gitcp.core.quoting import at_most, code

_MOST: Final = 20  # findings in one issue
_END: Final = (
    "This issue is kept up to date by `gitcp github audit`, and closed when the audit does not find it any more. If it is known and"
    " cannot be undone, close it as not planned: then it stays closed."
)


def issues_of(verdict: Verdict) -> list[Wanted]:
    """Return an issue for each rule and commit that broke it, in the order of the history."""
    found: dict[tuple[str, str], list[Finding]] = {}
    for finding in verdict.violations:
        found.setdefault((finding.rule, finding.commit), []).append(finding)
    return [_issue(rule, commit, findings) for (rule, commit), findings in found.items()]


def the_rest(count: int) -> Wanted:
    """Return the issue that stands for those that there is no room for."""
    body = (
        f"The audit finds {counted(count, 'more violation')} than the {MOST_OPEN} that issues are open for."
    )
    lines = [body, "", "All of them are told by `gitcp audit verify`.", "", _END]
    return Wanted(MORE, f"Audit: {counted(count, 'more violation')}", "\n".join(lines))


def _issue(rule: str, commit: str, findings: Sequence[Finding]) -> Wanted:
    lines = [
        _sentence(RULES.get(rule, rule)),
        "",
        f"- Rule: {code(rule)}",
        f"- Commit: {code(commit)}",
        "",
        *at_most(_told(findings), _MOST),
        "",
        f"See it with {code(f'git show {commit[:12]}')}, and what to do in gitcp's docs/audit.md.",
        "",
        _END,
    ]
    return Wanted(f"{rule} {commit}", f"Audit: {rule} in {commit[:12]}", "\n".join(lines))


def _told(findings: Iterable[Finding]) -> Iterable[str]:
    for finding in findings:
        place = f"{inert(finding.path)}: " if finding.path else ""
        yield f"- {place}expected {inert(finding.expected)}; found {inert(finding.found)}"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
