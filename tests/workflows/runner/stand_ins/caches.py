"""actions/cache, its halves restore and save: folders by key, never written twice."""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import RLock

from tests.workflows.runner.steps import Called, FailedError

_BOTH = frozenset({"path", "key"})
_READING = frozenset({"restore-keys", "fail-on-cache-miss", "lookup-only"})


@dataclass
class Caches:
    """The caches of one repository; the newest one first among those that a prefix names."""

    folder: Path
    tools: Path

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock = RLock()
        self._jobs = 0

    @contextmanager
    def job(self) -> Iterator[None]:
        """Be a job: the folder of tools is empty before the first of those that are at work at a time, and after the last."""
        with self._lock:
            self._jobs += 1
        try:
            yield
        finally:
            with self._lock:
                self._jobs -= 1
                if not self._jobs:
                    shutil.rmtree(self.tools)
                    self.tools.mkdir()

    def find(self, key: str, prefixes: list[str], version: str) -> Path | None:
        entries = sorted(self.folder.iterdir(), key=lambda path: path.stat().st_mtime_ns, reverse=True)
        known = [
            (self.key_of(entry), entry)
            for entry in entries
            if entry.name.endswith(version) and not entry.name.startswith(".")
        ]
        for said, entry in known:
            if said == key:
                return entry
        for prefix in (key, *prefixes):
            for said, entry in known:
                if said.startswith(prefix):
                    return entry
        return None

    def key_of(self, entry: Path) -> str:
        return (entry / "key").read_text(encoding="utf-8")

    def restore(self, entry: Path, workspace: Path) -> None:
        """Bring back what was kept, where it was: below the workspace, or anywhere else."""
        with self._lock:
            for number, said in enumerate(json.loads((entry / "places").read_text(encoding="utf-8"))):
                kept, path = entry / str(number), workspace / said
                path.parent.mkdir(parents=True, exist_ok=True)
                if path.is_relative_to(self.tools):
                    if not path.exists():
                        path.symlink_to(
                            kept
                        )  # a folder of tools stays where it was made: programs in it know their place
                elif kept.is_dir():
                    shutil.copytree(kept, path, symlinks=True, dirs_exist_ok=True)
                else:
                    shutil.copy2(kept, path)

    def save(self, key: str, paths: list[Path], version: str, workspace: Path) -> bool:
        """Keep files and folders; what has this key already stays as it is."""
        with self._lock:
            entry = self.folder / f"{hashlib.sha256(key.encode()).hexdigest()[:16]}-{version}"
            there = [found for path in paths for found in sorted(path.parent.glob(path.name))]
            if entry.exists() or not there:
                return False
            new = entry.with_name(f".{entry.name}")
            new.mkdir()
            for number, path in enumerate(there):
                self._keep(path, new / str(number), entry / str(number))
            places = [
                os.path.relpath(path, workspace) if path.is_relative_to(workspace.parents[1]) else str(path)
                for path in there
            ]
            (new / "places").write_text(json.dumps(places), encoding="utf-8")
            (new / "key").write_text(key, encoding="utf-8")
            new.rename(entry)
            return True

    def _keep(self, path: Path, at: Path, later: Path) -> None:
        if path.is_relative_to(self.tools) and not path.is_symlink():
            path.rename(at)
            path.symlink_to(later)
        elif path.is_dir():
            shutil.copytree(path, at, symlinks=True)
        else:
            shutil.copy2(path, at)


def _version(called: Called) -> str:
    # As on GitHub, what was kept of other paths is another cache.
    paths = [line.strip() for line in called.get("path").splitlines() if line.strip()]
    machine = called.job.machine
    plain = [
        path.replace(str(machine.temp), "TEMP").replace(str(machine.workspace), "WORK") for path in paths
    ]
    return hashlib.sha256(json.dumps(plain).encode()).hexdigest()[:8]


@dataclass
class Restore:
    inputs = _BOTH | _READING

    def __call__(self, called: Called) -> Mapping[str, str]:
        """Bring back what has the key, or what begins with one of the others."""
        caches: Caches = called.job.forge.caches
        key = called.get("key")
        prefixes = [line.strip() for line in called.get("restore-keys").splitlines() if line.strip()]
        entry = caches.find(key, prefixes, _version(called))
        if entry is None:
            if called.flag("fail-on-cache-miss", "false"):
                raise FailedError(f"Failed to restore cache entry. Input key: {key}")
            called.job.machine.say(f"Cache not found for input keys: {', '.join([key, *prefixes])}")
            return {"cache-hit": "", "cache-primary-key": key, "cache-matched-key": ""}
        if not called.flag("lookup-only", "false"):
            caches.restore(entry, called.job.machine.workspace)
        matched = caches.key_of(entry)
        called.job.machine.say(f"Cache restored from key: {matched}")
        return {
            "cache-hit": str(matched == key).lower(),
            "cache-primary-key": key,
            "cache-matched-key": matched,
        }


@dataclass
class Save:
    inputs = _BOTH

    def __call__(self, called: Called) -> Mapping[str, str]:
        """Keep it now."""
        saved = called.job.forge.caches.save(
            called.get("key"), called.paths("path"), _version(called), called.job.machine.workspace
        )
        called.job.machine.say(
            f"Cache {'saved with' if saved else 'not saved: there is one with'} key: {called.get('key')}"
        )
        return {}


def _saved(called: Called) -> None:
    Save()(called)


@dataclass
class Cache:
    inputs = _BOTH | _READING

    def __call__(self, called: Called) -> Mapping[str, str]:
        """Bring it back now, and keep it at the end of a job that went well."""
        outputs = Restore()(called)
        if outputs["cache-hit"] != "true":
            called.post = lambda: None if called.job.failed else _saved(called)
        return outputs
