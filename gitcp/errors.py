"""Every error that gitcp raises on purpose.

Kinds differ by what the caller does next. A message reads: place, what is wrong, expected and found; `hint` is the next step.
"""

from dataclasses import dataclass


class GitcpError(Exception):
    """An expected failure; its text is for people and it ends a command with exit code 1."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class NotAControlRepositoryError(GitcpError):
    """There is no control repository at the given place."""


class FormatVersionError(GitcpError):
    """The repository's format version is unreadable, too old or too new for this gitcp."""


class RecordError(GitcpError):
    """A record cannot be read, or what was asked for would make an invalid one."""


class UnknownRecordError(GitcpError):
    """A record that was named does not exist."""


class IllegalTransitionError(GitcpError):
    """The state table has no such step from where the record is."""


class NotAllowedError(GitcpError):
    """The actor may not do this; trying again changes nothing."""


@dataclass(frozen=True, slots=True)
class Consent:
    """What one gate wants for an operation: how many (`quorum`) of which persons or roles agree; `approvers` empty: any person but who asks.

    `expires_days`: for how long it may be asked for, none: without end. `reason`: why the gate is there.
    """

    operation: str
    approvers: tuple[str, ...] = ()
    quorum: int = 1
    expires_days: int | None = None
    reason: str | None = None


class ApprovalNeededError(NotAllowedError):
    """Gates want people to agree first; nothing was written.

    `change`: path, name of the blob now, and text of every file as it would have become; none where there is no file. `consents`: what each gate wants.
    """

    def __init__(
        self,
        message: str,
        *,
        change: tuple[tuple[str, str | None, str | None], ...],
        consents: tuple[Consent, ...] = (),
        hint: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.change = change
        self.consents = consents


class ApprovalAskedError(NotAllowedError):
    """People were asked to agree first, and it is done when they have. `approvals`: the numbers of the requests."""

    def __init__(self, message: str, *, approvals: tuple[str, ...], hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.approvals = approvals


class ConflictError(GitcpError):
    """Somebody else was first: the branch moved, the place is taken. Read again and decide again."""


class RewrittenError(ConflictError):
    """The record branch lost commits that it had: somebody moved it back, or replaced what was in it."""


class EditedFileError(GitcpError):
    """The operation would touch a file that has uncommitted edits; it belongs to its editor until they commit."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"{path}: has uncommitted edits, expected a file as committed",
            hint=f"commit or undo the edits of {path}, then try again",
        )
        self.path = path


class RemoteError(GitcpError):
    """The remote, or the git program that talks to it, failed."""


class ForgeError(GitcpError):
    """The forge refuses something, or cannot be asked. `status`: the HTTP status of its answer, none where there was none."""

    def __init__(self, message: str, *, status: int | None = None, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.status = status


class WorkspaceError(GitcpError):
    """An execution repository or a checkout of it cannot be used."""


class RuntimeUnavailableError(GitcpError):
    """The program that an agent runs on cannot be started here."""


class SecretError(GitcpError):
    """A secret that an agent's record refers to cannot be had here; no message holds a value."""


class CallbackError(GitcpError):
    """A call back to the runner was refused or did not arrive."""
