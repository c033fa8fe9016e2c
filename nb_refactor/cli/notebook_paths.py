"""The notebooks that a command line names."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from nb_refactor.cli.failure import Failure


def notebook_paths(names: Sequence[str]) -> list[Path]:
    """The files, and of each directory all the notebooks in it and below, hidden folders left
    out. A file named twice comes once. Raises Failure for a directory that has none."""
    found: list[Path] = []
    for name in names:
        path = Path(name)
        if not path.is_dir():
            found.append(path)
            continue
        inside = _inside(path)
        if not inside:
            raise Failure(f"{path} has no notebook in it.")
        found += inside
    return list(dict.fromkeys(found))


def shown(path: Path) -> str:
    """The path as text that can always be written, with `/`."""
    return os.fsencode(path).decode("utf-8", "replace").replace(os.sep, "/")


def _inside(folder: Path) -> list[Path]:
    found: list[Path] = []
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        names = sorted(name for name in files if name.endswith(".ipynb"))
        found += [Path(parent, name) for name in names if not name.startswith(".")]
    return found
