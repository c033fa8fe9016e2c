"""Runs in a fresh kernel, as text that is sent to it: standard library only, for Python 3.8 and up,
and nothing of nb_refactor. Lets the kernel import modules as they would be once a change is
written, while nothing of it is on the disk."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import linecache
import os
import sys
from collections.abc import Sequence
from typing import Any


class Loader(importlib.machinery.SourceFileLoader):
    """Reads one module from memory, under the name of the file that it will be in."""

    def __init__(self, module: str, path: str, source: str) -> None:
        super().__init__(module, path)
        self.source = source

    def get_data(self, path: Any) -> bytes:
        return self.source.encode("utf-8") if path == self.path else super().get_data(path)

    def path_stats(self, path: Any) -> dict[str, Any]:
        raise OSError  # so that no compiled file is looked for, or written

    def set_data(self, *_: Any, **__: Any) -> None:
        pass


class Written:
    """Finds the modules that a change would write, before anyone else looks for them."""

    def __init__(self, sources: dict[str, list[str]]) -> None:
        self.sources = sources

    def find_spec(self, module: str, path: Sequence[str] | None = None, target: Any = None) -> Any:
        if module not in self.sources:
            return None
        file, source = self.sources[module]
        lines = source.splitlines(True)
        linecache.cache[file] = (len(source), None, lines, file)
        folders = [os.path.dirname(file)] if os.path.basename(file) == "__init__.py" else None
        return importlib.util.spec_from_file_location(
            module, file, loader=Loader(module, file, source), submodule_search_locations=folders
        )


class Parents:
    """Finds the packages above those modules where nobody else does. `helped`: it had to."""

    def __init__(self, folders: dict[str, str]) -> None:
        self.folders = folders
        self.helped = False

    def find_spec(self, module: str, path: Sequence[str] | None = None, target: Any = None) -> Any:
        folder = self.folders.get(module)
        if folder is None:
            return None
        self.helped = True
        file = os.path.join(folder, "__init__.py")
        if os.path.isfile(file):
            return importlib.util.spec_from_file_location(
                module, file, submodule_search_locations=[folder]
            )
        spec = importlib.machinery.ModuleSpec(module, None, is_package=True)
        spec.submodule_search_locations = [folder]
        return spec


def redirect(sources: dict[str, list[str]], folders: dict[str, str]) -> None:
    """From now on the modules in `sources` (each with its file and its text) are imported as they
    are told there; `folders` are those of the packages above them."""
    sys.meta_path.insert(0, Written(sources))
    sys.meta_path.append(Parents(folders))


def helped(import_root: str) -> bool:
    """Was help needed to find the package, which a kernel without it will not have?"""
    parents = [finder for finder in sys.meta_path if type(finder).__name__ == "Parents"]
    if any(getattr(finder, "helped", False) for finder in parents):
        return True
    written = [finder for finder in sys.meta_path if type(finder).__name__ == "Written"]
    tops = {module for finder in written for module in getattr(finder, "sources", ())}
    makes_package = any("." not in module for module in tops)
    path = [os.path.realpath(entry) for entry in sys.path]
    return makes_package and os.path.realpath(import_root) not in path
