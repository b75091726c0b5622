"""A run's commits on their way into its outbox."""

from gitcp.control.outbox.box import Outbox
from gitcp.control.outbox.form import BUNDLE, BUNDLE_BYTES
from gitcp.control.result import Delivery
from gitcp.errors import WorkspaceError
from gitcp.workspaces import Collected, Workspace, Workspaces


def pack(workspaces: Workspaces, workspace: Workspace, collected: Collected, outbox: Outbox) -> Delivery:
    """Put the commits and the rescued work of a run into its outbox; what becomes of them is decided when it is settled."""
    outbox.note_work(workspace.base, collected.head)
    try:
        packed = workspaces.pack(workspace, collected, outbox.folder / BUNDLE, BUNDLE_BYTES)
    except WorkspaceError as error:
        return Delivery(undelivered=error.message)
    return Delivery(commits=collected.commits if packed else ())
