"""The dashboard: a static site from a snapshot."""

from gitcp.dashboard.input import BudgetRow, BudgetUse, InboxItem, SiteInput, WaitingItem
from gitcp.dashboard.site import Files, build

__all__ = [
    "BudgetRow",
    "BudgetUse",
    "Files",
    "InboxItem",
    "SiteInput",
    "WaitingItem",
    "build",
]
