"""Extract a cell into a function of a module: answers what would be written, or why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nb_refactor.change import ChangeSet, FileEdit, Refused
from nb_refactor.notebook import Notebook


@dataclass(frozen=True)
class Destination:
    """Where the function goes. `module` is dotted, `path` the module's file relative to the
    repository's root (with `/`), `existing` that file's text (`None`: it is created), and
    `extra_files` what else has to be created so that the module can be imported. `unavailable`
    are dotted modules that the notebook's environment is known not to have."""

    module: str
    function: str
    path: str
    existing: str | None = None
    extra_files: tuple[FileEdit, ...] = ()
    unavailable: frozenset[str] = frozenset()


def extract(
    notebook: Notebook, cell_ids: Sequence[str], destination: Destination
) -> ChangeSet | Refused:
    """The change set that moves the code of the cells (contiguous, in document order) into
    `destination`, so that a run of the notebook from top to bottom does what it did."""
    raise NotImplementedError
