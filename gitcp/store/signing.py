"""Whose key signs what gitcp commits: the scheduler's own, read from its file, or the person's, in git's own way.

Rule: no key is ever an argument, a variable's value, or a part of the repository; what is configured is where it lies.
"""

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gitcp.core.identity import assurance_of
from gitcp.errors import GitcpError
from gitcp.model.actors import SCHEDULER_EMAIL
from gitcp.model.company import Assurance
from gitcp.model.snapshot import Snapshot
from gitcp.store.objects import Objects, Signature, Unwritten
from gitcp.store.remote import Git, Outcome
from gitcp.store.settings import Settings

if TYPE_CHECKING:
    from gitcp.store.ssh_keys import PrivateKey

SETTING: Final = "gitcp.signingKey"
VARIABLE: Final = "GITCP_SIGNING_KEY_FILE"

_NOTHING: Final = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"  # the tree without files
_ROLES: Final = ("AUTHOR", "COMMITTER")
_YES: Final = frozenset({"true", "yes", "on", "1"})


@dataclass(frozen=True, slots=True)
class _Looked:
    """What was found when somebody looked for the scheduler's key."""

    key: "PrivateKey | None"


class Signing:
    """Writes commits, signed where that is wanted, in one repository."""

    def __init__(self, objects: Objects, git_dir: Path, settings: Settings) -> None:
        self.objects = objects
        self._git = Git(git_dir)
        self._settings = settings
        self._found: _Looked | None = None

    @property
    def key_file(self) -> Path | None:
        """Where the scheduler's key lies: by the environment, else by git's configuration; none: nowhere."""
        place = os.environ.get(VARIABLE) or self._settings.get(SETTING)
        return Path(place).expanduser() if place else None

    def scheduler_key(self) -> "PrivateKey | None":
        """Return the scheduler's key on this machine, or none; looked up once, until `look_again`.

        Raises:
            GitcpError: one is configured and cannot be used.
        """
        if self._found is None:
            self._found = _Looked(self._read())
        return self._found.key

    def look_again(self) -> None:
        """Forget the scheduler's key: it may have been made, or changed, since."""
        self._found = None

    def expect_scheduler_key(self, known: Snapshot) -> None:
        """Make sure that the scheduler can sign here, where the company wants it to.

        Raises:
            GitcpError: it cannot.
        """
        if assurance_of(known) is Assurance.SIGNED:
            self._expected(known, self.scheduler_key())

    def write(self, what: Unwritten, known: Snapshot) -> str:
        """Store a commit on top of a state; no branch moves.

        Raises:
            GitcpError: it has to be signed, and cannot be.
        """
        if what.committer.email == SCHEDULER_EMAIL:
            self.expect_scheduler_key(known)
            key = self.scheduler_key()
            return self.objects.write_signed(what, key.sign) if key else self._plain(what)
        if assurance_of(known) is Assurance.SIGNED or self.signs_commits:
            return self._by_git(what)
        return self._plain(what)

    @property
    def signs_commits(self) -> bool:
        """Whether git signs the person's commits here anyway: `commit.gpgsign`."""
        return (self._settings.get("commit.gpgsign") or "").lower() in _YES

    def scratch(self, name: str, email: str) -> bytes:
        """Let git sign a commit of nothing that is kept nowhere, as it would sign a person's; return its bytes.

        Raises:
            GitcpError: git cannot sign.
        """
        with tempfile.TemporaryDirectory() as folder:
            aside = {"GIT_OBJECT_DIRECTORY": folder}
            who = {
                f"GIT_{role}_{part}": said
                for role in _ROLES
                for part, said in (("NAME", name), ("EMAIL", email))
            }
            made = self._git.run("commit-tree", "-S", "-m", "scratch", _NOTHING, commits_as=who | aside)
            oid = _expect_signed(made)
            return self._git.run("cat-file", "commit", oid, commits_as=aside).output.encode()

    def _read(self) -> "PrivateKey | None":
        path = self.key_file
        if path is None:
            return None
        from gitcp.store.ssh_keys import PrivateKey  # noqa: PLC0415 - a library that most commands do without

        return PrivateKey.read(path)

    def _expected(self, known: Snapshot, key: "PrivateKey | None") -> None:
        if key is None:
            raise GitcpError(
                "the scheduler's commits: expected a key to sign them with, as the company's level is `signed`, found none",
                hint="make one: gitcp key new",
            )
        if known.company is None or key.public not in known.company.trust.scheduler_keys:
            raise GitcpError(
                f"{self.key_file}: expected a key that gitcp.yaml names under trust.scheduler_keys, found another",
                hint="let a person add the line that `gitcp key show` prints",
            )

    def _plain(self, what: Unwritten) -> str:
        return self.objects.write_commit(what.tree, what.parents, what.author, what.committer, what.message)

    def _by_git(self, what: Unwritten) -> str:
        parents = [word for parent in what.parents for word in ("-p", parent)]
        arguments = ("commit-tree", "-S", *parents, what.tree)
        return _expect_signed(self._git.run(*arguments, given=what.message.encode(), commits_as=_as(what)))


def _expect_signed(outcome: Outcome) -> str:
    if outcome.status != 0:
        raise GitcpError(
            f"git could not sign the commit: {outcome.said or 'it did not say why'}",
            hint="try `git commit -S` in another repository, and see docs/identity.md",
        )
    return outcome.output.strip()


def _as(what: Unwritten) -> Mapping[str, str]:
    return _variables("AUTHOR", what.author) | _variables("COMMITTER", what.committer)


def _variables(role: str, who: Signature) -> dict[str, str]:
    at = f"@{int(who.at.timestamp())} {who.at:%z}"
    return {f"GIT_{role}_NAME": who.name, f"GIT_{role}_EMAIL": who.email, f"GIT_{role}_DATE": at}
