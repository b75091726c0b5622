"""A settlement after a job that may have died: without an outbox there is nothing to settle, and the run is given up at its deadline."""

from pathlib import Path

from gitcp.control.outbox.form import OPENING
from gitcp.control.outbox.settling import Settled, Standing, settle
from gitcp.control.plane import Plane


def settle_left(plane: Plane, run: str, folder: Path) -> Settled | None:
    """Settle a run from what its job left, if that is an outbox.

    Raises:
        GitcpError: as `settle`.
    """
    opening = folder / OPENING
    return settle(plane, run, folder) if opening.is_symlink() or opening.exists() else None


def has_changed(settled: Settled | None) -> bool:
    """Whether the record is another than before the settlement."""
    return settled is not None and settled.standing is not Standing.AGAIN
