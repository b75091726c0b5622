"""Sets the clock of gitcp to the forge's. It is on the path of every Python of a job; other programs go by the machine's."""

import importlib.util
import os
import sys
from collections.abc import Sequence
from datetime import timedelta
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

_CLOCK = "gitcp.control.clock"


class _Finder(MetaPathFinder, Loader):
    loader: Loader

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != _CLOCK:
            return None
        sys.meta_path.remove(self)
        found = importlib.util.find_spec(name)
        assert found is not None
        assert found.loader is not None
        self.loader, found.loader = found.loader, self
        return found

    def exec_module(self, module: ModuleType) -> None:
        self.loader.exec_module(module)
        shift = timedelta(seconds=float(os.environ["FORGE_SHIFT"]))
        told = module.Clock.now
        module.Clock.now = lambda clock: told(clock) + shift


if os.environ.get("FORGE_SHIFT"):
    sys.meta_path.insert(0, _Finder())
