"""What a run left behind: its commits, and a rescue ref for all work that would otherwise be lost.

The checkout is read, never changed: its own index and history stay as the agent left them. Not saved are ignored files, files that cannot
be read, and the files of repositories that the agent has made inside of the checkout.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

import pygit2

from gitcp.workspaces import names
from gitcp.workspaces.checkouts import heads, registration
from gitcp.workspaces.clone import Clone
from gitcp.workspaces.files import text_of
from gitcp.workspaces.places import Place, is_noted
from gitcp.workspaces.program import Git
from gitcp.workspaces.trees import Tree
from gitcp.workspaces.values import Collected, Workspace

RESCUE: Final = "refs/gitcp/rescue/"
COMMITTER: Final = ("gitcp", "gitcp@localhost")
_HEADS: Final = "refs/heads/"
LONGEST_LOG: Final = 16 * 1024 * 1024
_LEFT = re.compile(
    r"(?P<old>[0-9a-f]{40}) [0-9a-f]{40} .*\tcheckout: moving from (?P<source>\S+) to (?P<target>\S+)"
)


class Leavings:
    """The work in one workspace, at the time of asking."""

    def __init__(self, git: Git, clone: Clone, workspace: Workspace) -> None:
        self._git = git
        self._clone = clone
        self._workspace = workspace
        self._registration = registration(clone.path, workspace.path)
        self._index = Place(workspace.path).index

    def collect(self) -> Collected:
        """Return the run's commits; save what is uncommitted, and commits on other branches or on none."""
        self._clone.restore()
        head = self.head()
        tree = self._tree(head)
        dirty = tree != self._clone.tree_of(head)
        loose = self._loose(head)
        rescue = self._save([head, *loose], tree) if dirty or loose else self._saved()
        return Collected(self._commits(head), head, rescue, dirty, tree)

    def save_all(self, delivered: str | None = None) -> Collected:
        """Save what `collect` saves, and the run's commits too unless they are on the execution repository or `delivered`."""
        collected = self.collect()
        if collected.head == delivered:
            return collected
        return replace(collected, rescue=self.save(collected.head))

    def save(self, commit: str) -> str | None:
        """Save a commit, unless it is on the execution repository or saved already, and return the run's rescue ref."""
        if not self._is_secured(commit, self._workspace.base):
            self._save([commit], self._clone.tree_of(commit))
        return self._saved()

    def saved_commit(self) -> str | None:
        """Return the commit that the run's rescue ref names."""
        return self._clone.resolve(RESCUE + self._workspace.run)

    def head(self) -> str:
        """Return the commit that the checkout stands on; in the midst of a rebase the branch that is being rebased."""
        rebasing = any((self._registration / name).exists() for name in ("rebase-merge", "rebase-apply"))
        on = _HEADS + self._workspace.branch if rebasing else self._stands_on()
        return self._known(on) or self._known(_HEADS + self._workspace.branch) or self._workspace.base

    def own_branches(self) -> list[str]:
        """Return the local branches that this run has been on and that no other checkout is on."""
        elsewhere = {on for place, on in heads(self._clone.path).items() if place != self._registration}
        been_on = {self._workspace.branch}
        for match in self._moves():
            been_on.update((match["source"], match["target"]))
        with self._clone.open() as repository:
            refs = {f"{_HEADS}{name}" for name in been_on} & set(repository.references)
        return sorted(refs - elsewhere)

    def _stands_on(self) -> str:
        return heads(self._clone.path).get(self._registration, "")

    def _saved(self) -> str | None:
        return RESCUE + self._workspace.run if self.saved_commit() else None

    def _tree(self, head: str) -> str:
        path = self._workspace.path
        if path.is_symlink() or not path.is_dir():
            return self._clone.tree_of(head)
        return Tree(self._git, self._clone, path, self._index).write(head)

    def _loose(self, head: str) -> list[str]:
        tips = [match["old"] for match in self._moves()]
        tips += [*self._branch_tips(), self._known(self._stands_on()) or head]
        known = [tip for tip in dict.fromkeys(tips) if tip != head and self._known(tip)]
        loose: list[str] = []
        for tip in reversed(known):  # the latest first: it often holds the others
            if not self._is_secured(tip, self._workspace.base, head, *loose):
                loose.append(tip)
        return loose

    def _branch_tips(self) -> Iterator[str]:
        others = {on for place, on in heads(self._clone.path).items() if self._is_another_run(place)}
        with self._clone.open() as repository:
            for name in repository.references:
                commit = self._clone.resolve(name) if name.startswith(_HEADS) and name not in others else None
                if commit and repository[commit].committer.email == self._workspace.author[1]:
                    yield commit

    def _is_another_run(self, place: Path) -> bool:
        # A worktree that an agent has made for itself has no note.
        return place != self._registration and is_noted(self._workspace.path.with_name(place.name))

    def _moves(self) -> Iterator[re.Match[str]]:
        with suppress(OSError):
            text = text_of(self._registration / "logs" / "HEAD", LONGEST_LOG)
            yield from filter(None, map(_LEFT.match, text.splitlines()))

    def _commits(self, head: str) -> tuple[str, ...]:
        base = self._workspace.base
        if head == base:
            return ()
        new = set(self._list("rev-list", head, f"^{base}", "--not", "--remotes=origin"))
        found = self._list("log", "--format=%H %ce", "--topo-order", "--reverse", head, f"^{base}")
        pairs = (line.partition(" ") for line in found)
        # An agent may have pushed by itself: what it committed is its own wherever it is.
        return tuple(name for name, _, email in pairs if name in new or email == self._workspace.author[1])

    def _is_secured(self, commit: str, *known: str) -> bool:
        saved = ("--remotes=origin", f"--glob={RESCUE}*")
        return not self._list("rev-list", "--max-count=1", commit, "--not", *known, *saved)

    def _save(self, tips: Sequence[str], tree: str) -> str:
        ref = RESCUE + self._workspace.run
        before = self._clone.resolve(ref)
        if len(tips) == 1 and before is None and tree == self._clone.tree_of(tips[0]):
            self._clone.point(ref, tips[0])
        elif before is None or not self._is_same(before, tips, tree):
            parents = [*tips, *([before] if before and before not in tips else [])]
            self._clone.point(ref, self._commit(tree, parents))
        return ref

    def _is_same(self, commit: str, tips: Sequence[str], tree: str) -> bool:
        with self._clone.open() as repository:
            saved = repository[commit].peel(pygit2.Commit)
            return str(saved.tree_id) == tree and {*tips} <= {commit, *map(str, saved.parent_ids)}

    def _commit(self, tree: str, parents: list[str]) -> str:
        message = (
            f"rescue run {self._workspace.run}\n\nWhat was neither committed nor delivered when it ended.\n"
        )
        author, committer = pygit2.Signature(*self._workspace.author), pygit2.Signature(*COMMITTER)
        with self._clone.open() as repository:
            return str(repository.create_commit(None, author, committer, message, tree, [*parents]))

    def _known(self, name: str) -> str | None:
        if name.startswith("refs/"):
            return self._clone.resolve(name)
        return name if names.COMMIT.match(name) and self._clone.has(name) else None

    def _list(self, verb: str, *arguments: str) -> list[str]:
        return self._git.local(verb, *arguments, clone=self._clone.path).splitlines()
