"""What a notebook lacks on this machine, or has and others do not: looked up on the disk, and
remembered for a while in the live check."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

from nb_refactor.adapters.missing import cell_needs, is_there, lost_modules, read_unwritten
from nb_refactor.adapters.version_control import standings_of
from nb_refactor.hidden_state.lacking import Lacking
from nb_refactor.notebook import Notebook


@dataclass(frozen=True)
class NotebookNeeds:
    """The dotted modules that a notebook imports, the files that it reads, and those of them that
    no cell above may have written."""

    modules: frozenset[str]
    files: frozenset[str]
    unwritten: frozenset[str]


def notebook_needs(notebook: Notebook) -> NotebookNeeds:
    cells = [cell_needs(cell.source) for cell in notebook.code_cells]
    return NotebookNeeds(
        frozenset().union(*(cell.modules for cell in cells)),
        frozenset(name for cell in cells for name in cell.files),
        frozenset(read_unwritten(cells)),
    )


def lacking_here(needs: NotebookNeeds, folder: Path, root: Path) -> Lacking:
    """What a notebook in the folder lacks on this machine, and what it has of files that others do
    not. Absolute paths are left out: they are a hazard of their own. Modules are told only where
    another package that it imports is found: else this process's Python is not the notebook's."""
    heads = {module.split(".")[0] for module in needs.modules}
    packages = {head for head in heads if head not in sys.stdlib_module_names}
    modules = lost_modules(needs.modules, folder, root)
    if not packages - {module.split(".")[0] for module in modules}:
        modules = frozenset()
    relative = frozenset(name for name in needs.files if not _is_absolute(name))
    lost = frozenset(name for name in relative & needs.unwritten if not is_there(folder, name))
    return Lacking(modules, lost, frozenset(_unshared(relative - lost, folder)))


def _unshared(read: Iterable[str], folder: Path) -> Iterator[str]:
    """The files among those read that are not in the repository that holds the folder."""
    paths = {name: folder / name for name in sorted(read) if _is_file(folder, name)}
    standings = standings_of(folder, [str(path) for path in paths.values()])
    for name, path in paths.items():
        if standings.of(str(path)) in ("untracked", "ignored", "outside"):
            yield name


def _is_file(folder: Path, name: str) -> bool:
    try:
        return (folder / name).is_file()
    except (OSError, ValueError):
        return False


def _is_absolute(name: str) -> bool:
    return Path(name).is_absolute() or PureWindowsPath(name).is_absolute() or name.startswith("~")


class RememberedLacking:
    """What notebooks lack, looked up again when they need something else, or after so many
    `seconds`: who types need not wait for the disk. Nothing outside of the `ceiling` is looked
    up."""

    def __init__(
        self, ceiling: Path, seconds: float = 5.0, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._ceiling, self._seconds, self._now = os.path.realpath(ceiling), seconds, now
        self._kept: dict[Path, tuple[NotebookNeeds, float, Lacking]] = {}

    def of(self, notebook: Notebook, file: Path, root: Path, own_python: bool) -> Lacking:
        """What the notebook in this file lacks; packages only where its kernel runs with this
        process's Python (`own_python`)."""
        needs = self._within(notebook_needs(notebook), file.parent, own_python)
        kept = self._kept.get(file)
        if kept and kept[0] == needs and self._now() - kept[1] < self._seconds:
            return kept[2]
        lacking = lacking_here(needs, file.parent, root)
        self._kept.pop(file, None)
        self._kept[file] = (needs, self._now(), lacking)
        while len(self._kept) > _MOST:
            self._kept.pop(next(iter(self._kept)), None)
        return lacking

    def _within(self, needs: NotebookNeeds, folder: Path, own_python: bool) -> NotebookNeeds:
        files = frozenset(name for name in needs.files if self._is_within(folder, name))
        modules = needs.modules if own_python else frozenset[str]()
        return NotebookNeeds(modules, files, needs.unwritten & files)

    def _is_within(self, folder: Path, name: str) -> bool:
        try:
            real = os.path.realpath(folder / name)
            return os.path.commonpath([real, self._ceiling]) == self._ceiling
        except (OSError, ValueError):
            return False


_MOST = 32
