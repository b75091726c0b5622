"""Containment: what a program is kept in, from a process group that hides nothing to namespaces of its own."""

from gitcp.runtimes.confinement.base import Cell, Confinement
from gitcp.runtimes.confinement.selection import (
    CONFINEMENTS,
    confinement_for,
    is_boxed,
    why_unconfined,
)

__all__ = [
    "CONFINEMENTS",
    "Cell",
    "Confinement",
    "confinement_for",
    "is_boxed",
    "why_unconfined",
]
