"""A notebook with its cells changed, and the modules of the change, while nothing of it is on the
disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nb_refactor.adapters.kernel_text import evaluated
from nb_refactor.change import CellEdit, FileEdit


@dataclass(frozen=True)
class Placed:
    """The files of the change where they will be: below `root`, importable from the folder
    `import_root` of it, and their modules by dotted name with their path below the root."""

    root: Path
    import_root: str
    modules: Mapping[str, str]

    @property
    def import_folder(self) -> Path:
        return self.root.joinpath(*filter(None, self.import_root.split("/")))


def changed_content(content: dict[str, Any], edits: Sequence[CellEdit]) -> dict[str, Any]:
    """The notebook with the edits of its cells made."""
    after = {edit.cell_id: edit.after for edit in edits}

    def changed(cells: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        kept = (cell for cell in cells if after.get(str(cell.get("id")), "") is not None)
        return [
            {**cell, "input" if "input" in cell else "source": after[cell["id"]]}
            if cell.get("id") in after
            else cell
            for cell in kept
        ]

    if "cells" in content:
        return {**content, "cells": changed(content["cells"])}
    sheets = [
        {**sheet, "cells": changed(sheet.get("cells", ()))}
        for sheet in content.get("worksheets", ())
    ]
    return {**content, "worksheets": sheets}


def redirecting(files: Sequence[FileEdit], placed: Placed) -> str:
    """A Python expression that lets a kernel import what the change would write."""
    sources, folders = redirections(files, placed)
    return evaluated("redirect_side", f"redirect({sources!r}, {folders!r})")


def redirections(
    files: Sequence[FileEdit], placed: Placed
) -> tuple[dict[str, list[str]], dict[str, str]]:
    """What `redirect` of `redirect_side` takes: the modules, each with its file and its text, and
    the folders of the packages above them."""
    texts = {edit.path: edit.after for edit in files}
    sources = {
        module: [str(placed.root / path), text]
        for module, path in placed.modules.items()
        if (text := texts.get(path)) is not None
    }
    folders = {
        ".".join(parts[:end]): str(placed.import_folder.joinpath(*parts[:end]))
        for module in sources
        for parts in [module.split(".")]
        for end in range(1, len(parts))
    }
    return sources, folders
