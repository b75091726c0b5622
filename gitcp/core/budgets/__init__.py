"""Budgets: which cover a run, what is left of them, what a run reserves, and what happens where it does not fit.

Rule: available = limit - settled - reserved, recomputed from run records; there is no counter that could drift.
"""

from gitcp.core.budgets.limits import DEFAULT_LIMITS, limits_of, reservation
from gitcp.core.budgets.periods import company_zone, period_end, period_start
from gitcp.core.budgets.scopes import covering, scopes, unknown_scope, unreadable
from gitcp.core.budgets.use import Line, Shortage, Use, shortage, shortages, top_ups, use

__all__ = [
    "DEFAULT_LIMITS",
    "Line",
    "Shortage",
    "Use",
    "company_zone",
    "covering",
    "limits_of",
    "period_end",
    "period_start",
    "reservation",
    "scopes",
    "shortage",
    "shortages",
    "top_ups",
    "unknown_scope",
    "unreadable",
    "use",
]
