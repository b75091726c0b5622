"""What Codex writes down of its sessions while it works: each model call with what it used, which its events tell only in sum and at the end.

The folder is of one agent on one task, so that whatever is added to it during a run is of this run, that of subagents too.
"""

from collections.abc import Iterator
from pathlib import Path

from gitcp.runtimes.events import Call, Tokens
from gitcp.runtimes.folders import added
from gitcp.runtimes.stream import Event, Lines, count, event_of, look, text


class Rollouts:
    """Follows the files of sessions below a folder, from where they end now."""

    def __init__(self, folder: Path, model: str) -> None:
        self._folder = folder / "sessions"
        self._model = model
        self._files = {path: Rollout(path, _size(path), model) for path in self._paths()}

    @property
    def exist(self) -> bool:
        """Whether there is anything to follow: another version may keep its sessions elsewhere."""
        return bool(self._files)

    def calls(self) -> Iterator[Call]:
        """Give the calls that have been written down since it was asked last."""
        for path in self._paths():
            if path not in self._files:
                self._files[path] = Rollout(path, 0, self._model)
            yield from self._files[path].calls()

    def _paths(self) -> list[Path]:
        return sorted(self._folder.glob("*/*/*/rollout-*.jsonl"))


class Rollout:
    """Follows one file."""

    def __init__(self, path: Path, offset: int, model: str) -> None:
        self._path = path
        self._offset = offset
        self._model = model
        self._lines = Lines()
        self._number = 0
        self._recorded = False

    def calls(self) -> Iterator[Call]:
        """Give the calls of what was added."""
        for line in self._lines.feed(self._added()):
            event = event_of(line)
            if event is not None:
                yield from self._read(event)

    def _added(self) -> bytes:
        data = added(self._path, self._offset)
        self._offset += len(data)
        return data

    def _read(self, event: Event) -> Iterator[Call]:
        payload = look(event, "payload")
        match text(event, "type"), text(payload, "type"):
            case "turn_context", _:
                self._model = text(payload, "model") or self._model
            case "token_usage_record", _:
                self._recorded = True
                yield self._call(look(payload, "usage"))
            # Versions that have no record of each call have this after each.
            case "event_msg", "token_count" if not self._recorded and look(payload, "info") is not None:
                yield self._call(look(payload, "info", "last_token_usage"))

    def _call(self, usage: object) -> Call:
        self._number += 1
        return Call(f"{self._path.name} {self._offset} {self._number}", self._model, tokens_of(usage))


def tokens_of(usage: object) -> Tokens:
    """Read tokens as Codex tells them."""
    return Tokens(
        input=count(usage, "input_tokens"),
        cached=count(usage, "cached_input_tokens"),
        written=count(usage, "cache_write_input_tokens"),
        output=count(usage, "output_tokens"),
        reasoning=count(usage, "reasoning_output_tokens"),
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
