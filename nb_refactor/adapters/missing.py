"""What a notebook imports and reads that this machine does not have. Nothing is imported or
opened to find out: modules are looked for on the path, files in their folder."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.machinery import PathFinder
from pathlib import Path

from nb_refactor.adapters.imports import imported_modules
from nb_refactor.dataflow.exposure import cell_effects
from nb_refactor.dataflow.magics import parse
from nb_refactor.notebook import Notebook
from nb_refactor.refactor.extract_function.surroundings import files_read


@dataclass(frozen=True)
class Missing:
    """Dotted modules, and files by the path that the notebook gives for them."""

    modules: frozenset[str]
    files: frozenset[str]


def missing_here(notebook: Notebook, folder: Path, root: Path) -> Missing:
    """What is missing for a notebook that runs in `folder`, with this process's Python and the
    packages of the repository at `root`."""
    trees = [
        parse(effects.translation.code)
        for cell in notebook.code_cells
        if not (effects := cell_effects(cell.source)).problem
    ]
    path = [str(folder), str(root), str(root / "src"), *sys.path]
    modules = {
        name for tree in trees for module in imported_modules(tree) for name in _lost(module, path)
    }
    return Missing(frozenset(modules), frozenset(_lost_files(trees, folder)))


def _lost(module: str, path: Sequence[str]) -> Iterator[str]:
    """The first part of the dotted name that cannot be found, if any."""
    parts = module.split(".")
    places: Sequence[str] | None = path
    for end in range(1, len(parts) + 1):
        name = ".".join(parts[:end])
        if name in sys.builtin_module_names or (end == 1 and name in sys.stdlib_module_names):
            return
        try:
            spec = PathFinder.find_spec(name, places)
        except (ImportError, ValueError, OSError):
            return
        if spec is None:
            yield name
            return
        places = spec.submodule_search_locations
        if places is None:
            return


def _lost_files(trees: Sequence[ast.Module], folder: Path) -> Iterator[str]:
    """Files that are read without being there, and that no cell above mentions otherwise (it may
    be the one that writes them)."""
    mentioned: set[str] = set()
    for tree in trees:
        for name in files_read(tree):
            if name not in mentioned and not _is_there(folder, name):
                yield name
        mentioned |= {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }


def _is_there(folder: Path, name: str) -> bool:
    if "://" in name or "*" in name or "\n" in name or not name.strip():
        return True  # not a path that could be looked up
    try:
        return (folder / name).expanduser().exists()
    except (OSError, ValueError, RuntimeError):
        return True
