"""The documents that were checked last, so that an edit need not bring all of one along."""

from __future__ import annotations

from collections import OrderedDict

from msgspec.structs import replace

from nb_refactor.notebook import Notebook
from nb_refactor.server.messages import CellAt, CheckEditsRequest, CheckRequest

MOST = 8


class Documents:
    """Of `most` paths at most the last document that has a name, with what its kernel ran."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[str, CheckRequest] = OrderedDict()

    def keep(self, request: CheckRequest) -> None:
        """Keeps the document of the request in place of the one that was kept for its path."""
        self._kept.pop(request.path, None)
        if request.name:
            self._kept[request.path] = request
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def edited(self, edits: CheckEditsRequest) -> CheckRequest | None:
        """The document with the edits; `None` where it is not known, or has no such places."""
        known = self._kept.get(edits.path)
        if known is None or known.name != edits.since:
            return None
        notebook = _replaced(known.notebook, edits.cells)
        return None if notebook is None else replace(known, notebook=notebook, name=edits.name)


def _replaced(notebook: Notebook, edits: tuple[CellAt, ...]) -> Notebook | None:
    cells = list(notebook.cells)
    for edit in edits:
        if not 0 <= edit.place < len(cells):
            return None
        cells[edit.place] = edit.cell
    return Notebook(tuple(cells), notebook.language)
