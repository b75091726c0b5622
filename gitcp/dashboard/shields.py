"""Badges: small pictures that other pages show, such as a README. Each stands alone, in either theme, and says what it shows to who cannot see it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final, NamedTuple

from markupsafe import escape

from gitcp.dashboard.facts import fact
from gitcp.dashboard.figures import MONTHS, money, plural
from gitcp.dashboard.moment import active, budget
from gitcp.dashboard.register import Register
from gitcp.dashboard.spending import spent_in, today, total
from gitcp.dashboard.wakes import midnight
from gitcp.model.amounts import Metric
from gitcp.model.guards import Period, Scope
from gitcp.model.problem import Severity

GOOD: Final = "#2c6e5f"
BUSY: Final = "#1b559f"
WARN: Final = "#7c4a00"
BAD: Final = "#a0261c"
_GROUND: Final = "#3b3833"

_EDGE: Final = 6
_HEIGHT: Final = 20
# Widths of the characters of the usual sans-serif at 11 px; the drawing then sets each text to just this width.
_NARROW: Final = frozenset("fijlrt.,:;'!|()[] ")
_WIDE: Final = frozenset("mwMW%@")


class Shield(NamedTuple):
    """What a badge says: a label, a value and its colour."""

    label: str
    value: str
    colour: str


@fact("shields")
def _shields(register: Register, _: str) -> Mapping[str, Shield]:
    return {"status": _status(register), "spend": _spend(register), "runs": _runs(register)}


@fact("shield")
def shield(register: Register, name: str) -> Shield:
    """Return what a badge says, by its name."""
    return _shields(register, "")[name]


NAMES: Final = ("status", "spend", "runs")


def badge(register: Register, name: str) -> str:
    """Draw a badge."""
    return draw(shield(register, name))


def draw(shown: Shield) -> str:
    """Draw a badge from what it says."""
    left, right = _wide(shown.label), _wide(shown.value)
    text = escape(f"{shown.label}: {shown.value}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="{_HEIGHT}" role="img" aria-label="{text}">'
        f"<title>{text}</title>"
        f'<rect width="{left + right}" height="{_HEIGHT}" rx="3" fill="{shown.colour}"/>'
        f'<path d="M3 0h{left - 3}v{_HEIGHT}H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3z" fill="{_GROUND}"/>'
        f'<g fill="#fff" font-family="Verdana, Geneva, DejaVu Sans, sans-serif" font-size="11">'
        f'<text x="{_EDGE}" y="14" textLength="{left - 2 * _EDGE}">{escape(shown.label)}</text>'
        f'<text x="{left + _EDGE}" y="14" textLength="{right - 2 * _EDGE}">{escape(shown.value)}</text>'
        "</g></svg>\n"
    )


def _wide(text: str) -> int:
    letters = sum(4 if letter in _NARROW else 10 if letter in _WIDE else 7 for letter in text)
    return letters + 2 * _EDGE


def _status(register: Register) -> Shield:
    errors = sum(problem.severity is Severity.ERROR for problem in register.site.snapshot.problems())
    if register.site.snapshot.company is None:
        return Shield("gitcp", "stands still", BAD)
    if errors:
        return Shield("gitcp", plural(errors, "error"), BAD)
    running = len(active(register, ""))
    return Shield("gitcp", f"{running:,} running", BUSY) if running else Shield("gitcp", "quiet", GOOD)


def _spend(register: Register) -> Shield:
    day = today(register, "")
    spent = total(taken for _, taken in spent_in(register, f"{day:%Y-%m}"))
    label = f"spent in {MONTHS[day.month - 1]}"
    value = money(spent.usd)
    use = budget(register, Scope.COMPANY.value)
    cap = next((row for row in use.rows if row[0] is Metric.USD), None) if use else None
    if use is None or cap is None or use.budget.period is not Period.MONTH:
        return Shield(label, value, GOOD)
    gone = cap.settled + cap.reserved
    warns = [part for part in use.budget.warn_at if gone >= cap.limit * Decimal(str(part))]
    colour = BAD if gone >= cap.limit else WARN if warns else GOOD
    return Shield(label, f"{money(cap.settled)} of {money(cap.limit)}", colour)


def _runs(register: Register) -> Shield:
    begin, count = midnight(register, today(register, "")), 0
    for run in register.rows.runs.values():
        if run.claimed_at < begin:
            break
        count += 1
    return Shield("runs today", f"{count:,}", BUSY if count else GOOD)
