"""Where what ran and a top-to-bottom run of the document come to different value numbers.

Both sequences are numbered by the same algorithm. A cell whose last execution has the number that
the document gives it is fresh. For every other cell the first names that differ are collected,
each with the code that made the value in the one sequence and in the other: the evidence that the
rules read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from nb_refactor.dataflow.aliasing import Number
from nb_refactor.dataflow.effects import Opaque
from nb_refactor.dataflow.exposure import cell_effects
from nb_refactor.dataflow.machine import Read
from nb_refactor.dataflow.sequence import SequenceMemory
from nb_refactor.dataflow.value_numbering import Item, Numbered, Numbering
from nb_refactor.hidden_state.history import Execution, History, version
from nb_refactor.notebook import Cell, Notebook, Span

# What a read is known by: the name, and the field of it where one is read.
_Key = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Source:
    """Code that made a value: the cell it is of (`None`: of no cell that is still there), the
    source that ran, and its position in its sequence."""

    cell_id: str | None
    source: str
    position: int
    execution_count: int | None


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One name whose value differs: where the cell reads it (`None`: where it only writes it),
    who made the value in the history and in the document. `live` and `bound` say whether the name
    was bound in the history, and is bound in the document."""

    name: str
    at: Span | None
    history: tuple[Source, ...]
    document: tuple[Source, ...]
    live: bool
    bound: bool


@dataclass(frozen=True, slots=True)
class Judgement:
    """One code cell of the document against its last execution (`None`: it has none).
    `edited`: the version that ran is not the version that stands there. `stopped_by`: the name
    that a fresh run does not find; `stopped_at` the line where it stops.
    `live_number` is the value number of the last execution."""

    cell: Cell
    index: int
    execution: Execution | None
    equal: bool
    edited: bool
    disagreements: tuple[Disagreement, ...]
    problem: str | None
    opaque: tuple[Opaque, ...]
    stopped_by: str | None
    stopped_at: int | None
    live_number: Number | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """All code cells of the document, judged; with what the rules need to know around them."""

    notebook: Notebook
    history: History
    judgements: tuple[Judgement, ...]
    fresh: tuple[Number, ...]
    now: Numbering  # the kernel as the history left it
    raising: frozenset[Number]
    by_id: Mapping[str, Judgement]

    def judgement(self, cell_id: str) -> Judgement:
        return self.by_id[cell_id]


@dataclass(slots=True)
class Memory:
    """What is remembered of a notebook from one comparison to the next."""

    history: SequenceMemory = field(default_factory=SequenceMemory)
    document: SequenceMemory = field(default_factory=SequenceMemory)


def compare(notebook: Notebook, history: History, memory: Memory | None = None) -> Comparison:
    """Number both sequences and judge every code cell. With the `memory` of an earlier comparison
    of the same notebook only what changed since is numbered again."""
    memory = memory or Memory()
    ran, now = number_history(notebook, history, memory.history)
    raising = now.raising
    document = number_document(notebook, raising, memory.document)
    judgements = tuple(
        _judge(cell, index, notebook, history, ran, document[index])
        for index, cell in enumerate(notebook.code_cells)
    )
    fresh = tuple(numbered.number for numbered in document)
    by_id = {judgement.cell.cell_id: judgement for judgement in judgements}
    return Comparison(notebook, history, judgements, fresh, now, raising, by_id)


def number_history(
    notebook: Notebook, history: History, memory: SequenceMemory
) -> tuple[dict[int, Numbered], Numbering]:
    """The numbers of each cell's last execution, by position; and the kernel as it is now, which
    knows the statements that raised (the same statement on the same values will raise again)."""
    raised_lines = _known_errors(notebook, history)
    items = [_item(e, raised_lines.get(i)) for i, e in enumerate(history.executions)]
    wanted = set(history.last.values())
    kept, numbering = memory.number(items, memory.raising, wanted)
    if numbering.raised == memory.raising:
        return kept, numbering
    # An earlier execution may have raised where a later one is known to have: go again with it.
    raising: frozenset[Number] = frozenset()
    while True:
        kept, numbering = memory.number(items, raising, wanted)
        found = raising | numbering.raised
        if found == raising:
            return kept, numbering
        raising = found


def _item(execution: Execution, raised_line: int | None) -> Item:
    effects = cell_effects(execution.source)
    somewhere = execution.status == "error" and raised_line is None
    return Item(effects, raised_line, somewhere, execution.execution_count)


def _known_errors(notebook: Notebook, history: History) -> dict[int, int]:
    """Where the outputs that cells still show tell that their last execution raised."""
    lines: dict[int, int] = {}
    for cell in notebook.code_cells:
        position = history.last.get(cell.cell_id)
        if position is None or cell.raised is None or cell.raised.line is None:
            continue
        execution = history.executions[position]
        if execution.execution_count in (None, cell.execution_count):
            lines[position] = cell.raised.line
    return lines


def number_document(
    notebook: Notebook, raising: frozenset[Number], memory: SequenceMemory
) -> list[Numbered]:
    """The numbers of a top-to-bottom run."""
    items: list[Item] = []
    count = 0
    for cell in notebook.code_cells:
        count += bool(cell.source.strip())  # a cell without code is not run, and not counted
        items.append(Item(cell_effects(cell.source), count=count))
    numbers, _ = memory.number(items, raising)
    return [numbers[i] for i in range(len(items))]


def _judge(
    cell: Cell,
    index: int,
    notebook: Notebook,
    history: History,
    ran: dict[int, Numbered],
    fresh: Numbered,
) -> Judgement:
    position = history.last.get(cell.cell_id)
    execution = history.executions[position] if position is not None else None
    live = ran[position] if position is not None else None
    equal = live is not None and live.number == fresh.number
    edited = execution is not None and version(execution.source) != version(cell.source)
    found: tuple[Disagreement, ...] = ()
    if live is not None and not equal:
        found = tuple(_disagreements(live, fresh, notebook, history))
    return Judgement(
        cell=cell,
        index=index,
        execution=execution,
        equal=equal,
        edited=edited,
        disagreements=found,
        problem=cell_effects(cell.source).problem,
        opaque=fresh.opaque,
        stopped_by=fresh.stop.name if fresh.stop is not None else None,
        stopped_at=fresh.stop.line if fresh.stop is not None else None,
        live_number=live.number if live is not None else None,
    )


def _disagreements(
    live: Numbered, fresh: Numbered, notebook: Notebook, history: History
) -> list[Disagreement]:
    """The names whose values differ, first the ones read, in order; each name once. What the
    cell itself made just before is left out: it differs because of what was read for it."""
    theirs = {_key(read): read for read in reversed(live.reads)}
    found: dict[str, Disagreement] = {}
    first = {_key(read): read for read in reversed(fresh.reads)}
    for read in fresh.reads:
        if first[_key(read)] is not read:
            continue
        other = theirs.get(_key(read))
        if other is None or other.number == read.number or read.use.name in found:
            continue
        if other.internal and read.internal:
            continue
        found[read.use.name] = _disagreement(read, other, notebook, history)
    for read, other in _touched_by_one(theirs, first):
        found.setdefault(read.use.name, _disagreement(read, other, notebook, history))
    for name, written in fresh.writes.items():
        mine = live.writes.get(name)
        if name in found or mine is None or mine.number == written.number:
            continue
        if found:
            continue  # what it read explains what it wrote
        found[name] = Disagreement(
            name,
            None,
            _from_history(mine.origins, history),
            _from_document(written.origins, notebook),
            live=True,
            bound=True,
        )
    return list(found.values())


def _touched_by_one(
    live: Mapping[_Key, Read], fresh: Mapping[_Key, Read]
) -> Iterator[tuple[Read, Read]]:
    """State of the process that only one of the two sequences has touched is read in that one
    alone: the reads of it, in the document and in the history."""
    for key in sorted(live.keys() ^ fresh.keys(), key=str):
        if key[0].startswith("@"):
            only = live.get(key) or fresh[key]
            nowhere = replace(only, origins=frozenset())
            yield fresh.get(key, nowhere), live.get(key, nowhere)


def _key(read: Read) -> _Key:
    return read.use.name, read.use.field


def _disagreement(fresh: Read, live: Read, notebook: Notebook, history: History) -> Disagreement:
    return Disagreement(
        fresh.use.name,
        fresh.use.at,
        _from_history(live.origins, history),
        _from_document(fresh.origins, notebook),
        live.bound,
        fresh.bound,
    )


def _from_history(origins: frozenset[int], history: History) -> tuple[Source, ...]:
    return tuple(
        Source(
            history.cells[i],
            history.executions[i].source,
            i,
            history.executions[i].execution_count,
        )
        for i in sorted(origins)
    )


def _from_document(
    origins: Sequence[int] | frozenset[int], notebook: Notebook
) -> tuple[Source, ...]:
    cells = notebook.code_cells
    return tuple(
        Source(cells[i].cell_id, cells[i].source, i, cells[i].execution_count)
        for i in sorted(origins)
    )
