"""What one rule looks at: a cell, one name that differs there, and the words for cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nb_refactor.dataflow.exposure import cell_effects
from nb_refactor.hidden_state.difference import Comparison, Disagreement, Judgement, Source
from nb_refactor.hidden_state.history import version
from nb_refactor.notebook import Cell
from nb_refactor.text import text

_PROCESS_STATE = {
    "@numpy.random": text("the state of NumPy's random generator"),
    "@random": text("the state of the `random` module"),
    "@torch.random": text("the state of PyTorch's random generator"),
    "@tensorflow.random": text("the state of TensorFlow's random generator"),
    "@cwd": text("the working directory"),
    "@files": text("files on the disk"),
    "@pictures": text("files on the disk"),
    "@folders": text("folders on the disk"),
    "@matplotlib": text("the settings of matplotlib"),
    "@display": text("the display settings"),
    "@environ": text("the environment variables"),
    "@sys.path": text("Python's search path"),
    "@extensions": text("the loaded extensions of IPython"),
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One disagreement of one cell, with everything around it."""

    comparison: Comparison
    judgement: Judgement
    disagreement: Disagreement

    @property
    def name(self) -> str | None:
        """The name, if it is one of the notebook's."""
        name = self.disagreement.name
        return None if name.startswith("@") else name

    @property
    def what(self) -> str:
        """The name in a sentence: `x`, or the words for a piece of the process's state."""
        name = self.disagreement.name
        if not name.startswith("@"):
            return f"`{name}`"
        if name.startswith("@file:"):
            return text("the file `{path}`", path=name[len("@file:") :])
        return _PROCESS_STATE.get(name.split(":")[0], text("the state of the process"))

    @property
    def gone(self) -> tuple[Source, ...]:
        """The code behind the live value that no cell of the document has any more."""
        present = self.comparison.by_id
        return tuple(s for s in self.disagreement.history if s.cell_id not in present)

    @property
    def outdated(self) -> tuple[Source, ...]:
        """The code behind the live value that is an earlier version of a cell still there."""
        now = self.comparison.by_id
        return tuple(
            s
            for s in self.disagreement.history
            if s.cell_id is not None
            and s.cell_id in now
            and version(now[s.cell_id].cell.source) != version(s.source)
        )

    @property
    def live_cells(self) -> frozenset[str]:
        return frozenset(s.cell_id for s in self.disagreement.history if s.cell_id is not None)

    @property
    def fresh_cells(self) -> frozenset[str]:
        return frozenset(s.cell_id for s in self.disagreement.document if s.cell_id is not None)

    def ran_as(self, source: Source) -> str:
        """How a source that ran is called: by its execution count where there is one."""
        return (
            f"[{source.execution_count}]"
            if source.execution_count is not None
            else text("an earlier run")
        )

    def cells(self, cell_ids: Sequence[str]) -> str:
        """The cells in words, in document order: `cell [3]`, `cells [3] and [5]`."""
        return in_words(self.comparison, cell_ids)

    def binders_below(self) -> tuple[Cell, ...]:
        """The cells further down that bind the name."""
        cells = self.comparison.notebook.code_cells[self.judgement.index + 1 :]
        return tuple(c for c in cells if binds(c.source, self.disagreement.name))


def binds(source: str, name: str) -> bool:
    return any(d.name == name for d in cell_effects(source).whole.definitions)


def in_words(comparison: Comparison, cell_ids: Sequence[str]) -> str:
    """Cells as a person sees them: by execution count, else by their place from the top."""
    known = {label for i in cell_ids if (label := comparison.label(i)) is not None}
    labels = [label for _, label in sorted(known)]
    if len(labels) == 1:
        return text("cell {cell}", cell=labels[0])
    if len(labels) > 4:
        shown, more = ", ".join(labels[:3]), len(labels) - 3
        return text("cells {cells} and {more} others", cells=shown, more=more)
    return text("cells {cells} and {last}", cells=", ".join(labels[:-1]), last=labels[-1])
