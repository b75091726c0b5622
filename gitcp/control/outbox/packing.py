"""A run's commits on their way into its outbox."""

from gitcp.control.outbox.box import Outbox
from gitcp.control.outbox.form import BUNDLE, BUNDLE_BYTES
from gitcp.control.result import Delivery
from gitcp.errors import WorkspaceError
from gitcp.model.planning import Integration
from gitcp.workspaces import Collected, Workspace, Workspaces


def pack(
    workspaces: Workspaces, workspace: Workspace, collected: Collected, integrate: Integration, outbox: Outbox
) -> Delivery:
    """Put the commits and the rescued work of a run into its outbox; return what is to be checked as if it were delivered."""
    outbox.note_work(workspace.base, collected.head)
    try:
        packed = workspaces.pack(workspace, collected, outbox.folder / BUNDLE, BUNDLE_BYTES)
    except WorkspaceError as error:
        return Delivery(undelivered=error.message)
    is_for_delivery = packed and integrate is not Integration.NONE
    return Delivery(commits=collected.commits if is_for_delivery else ())
