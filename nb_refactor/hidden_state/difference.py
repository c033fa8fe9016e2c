"""Where what ran and a top-to-bottom run of the document come to different value numbers.

Both sequences are numbered by the same algorithm. A cell whose last execution has the number that
the document gives it is fresh. For every other cell the first names that differ are collected,
each with the code that made the value in the one sequence and in the other: the evidence that the
rules read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from msgspec.structs import replace

from nb_refactor.dataflow.aliasing import Number, Origins
from nb_refactor.dataflow.effects import Opaque
from nb_refactor.dataflow.exposure import cell_effects
from nb_refactor.dataflow.machine import Read
from nb_refactor.dataflow.sequence import (
    NO_RISKS,
    NumberedSequence,
    Risks,
    SequenceMemory,
    raising_of,
)
from nb_refactor.dataflow.value_numbering import Item, Numbered, Risk, statements_that_raised
from nb_refactor.hidden_state.history import Execution, History, version
from nb_refactor.hidden_state.memory import Memory
from nb_refactor.hidden_state.trial import Trials
from nb_refactor.notebook import Cell, Notebook, Raised, Span

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
    `stops_alike`: a name that is not there stopped both, perhaps not the same name, and both had
    shown the same by then.
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
    stops_alike: bool
    live_number: Number | None


@dataclass(frozen=True)
class Comparison:
    """All code cells of the document, judged; with what the rules need to know around them."""

    notebook: Notebook
    history: History
    judgements: tuple[Judgement, ...]
    fresh: tuple[Number, ...]
    ran: NumberedSequence
    by_id: Mapping[str, Judgement]
    trials: Trials

    def judgement(self, cell_id: str) -> Judgement:
        return self.by_id[cell_id]

    @cached_property
    def differing(self) -> tuple[str, ...]:
        """The cells that can be judged and are not fresh, in document order."""
        return tuple(
            j.cell.cell_id
            for j in self.judgements
            if not j.equal and not j.stops_alike and j.problem is None
        )

    @cached_property
    def mended_in_turn(self) -> frozenset[str]:
        """Those of them that are fresh once all of them up to there have run again, in order."""
        judgements = [self.judgement(cell_id) for cell_id in self.differing]
        effects = [cell_effects(judgement.cell.source) for judgement in judgements]
        fresh = [self.fresh[judgement.index] for judgement in judgements]
        count = self.trials.fresh_in_turn(self.differing, effects, fresh)
        return frozenset(self.differing[:count])

    @cached_property
    def runs_through(self) -> int:
        """How many cells a fresh run gets through, as far as is known."""
        stops = (j.index for j in self.judgements if j.stopped_by is not None or j.problem)
        return next(stops, len(self.judgements))

    def label(self, cell_id: str) -> tuple[int, str] | None:
        """The place of a code cell from the top (from 1), and what a person knows it by: its
        execution count, else that place. `None` where there is no such cell."""
        judgement = self.by_id.get(cell_id)
        if judgement is None:
            return None
        place, count = judgement.index + 1, judgement.cell.execution_count
        return place, f"[{count}]" if count is not None else f"#{place}"


def compare(notebook: Notebook, history: History, memory: Memory | None = None) -> Comparison:
    """Number both sequences and judge every code cell. With the `memory` of an earlier comparison
    of the same notebook only what changed since is numbered again."""
    memory = memory or Memory(once=True)
    ran = number_history(notebook, history, memory)
    if memory.once and _ran_as_it_stands(notebook, history, memory):
        document = ran
    else:
        document = number_document(notebook, ran, memory)
    places = _Places(notebook, history, ran, document)
    cells = notebook.code_cells
    judged = [_judge(cell, index, places, memory) for index, cell in enumerate(cells)]
    judgements = tuple(judgement for _, judgement in judged)
    by_id = {judgement.cell.cell_id: judgement for judgement in judgements}
    memory.judged = {pair[1].cell.cell_id: pair for pair in judged}
    fresh = tuple(document.numbers[i].number for i in range(len(judgements)))
    trials = _trials(memory, ran)
    return Comparison(notebook, history, judgements, fresh, ran, by_id, trials)


def number_history(notebook: Notebook, history: History, memory: Memory) -> NumberedSequence:
    """The numbers of each cell's last execution, by position; and the kernel as it is now, which
    knows the statements that raised (the same statement on the same values will raise again, and
    an earlier execution may have raised where a later one is known to have)."""
    errors = _known_errors(notebook, history)
    if memory.ran is not None:
        known_history, known_errors, ran = memory.ran
        if known_history is history and known_errors == errors:
            return ran
    ran = _numbered_history(history, errors, memory)
    memory.ran = (history, errors, ran)
    return ran


def _numbered_history(
    history: History, errors: Mapping[int, Raised], memory: Memory
) -> NumberedSequence:
    known = memory.ran_items
    memory.ran_items = {
        i: _item(e, errors.get(i), known.get(i)) for i, e in enumerate(history.executions)
    }
    items = [item for _, item in memory.ran_items.values()]
    wanted = set(history.last.values())
    ran, used = memory.history.number(items, wanted=wanted), memory.history
    if not ran.raised:
        memory.known = None
    else:
        memory.known = used = memory.known or SequenceMemory()
        raised = ran.raised
        while not (ran := used.number(items, raising_of(raised), wanted=wanted)).raised <= raised:
            raised |= ran.raised
    missing = {i for i, error in errors.items() if error.name == "NameError"}
    return replace(ran, risks=_risks(items, wanted - missing, used))


def _risks(items: Sequence[Item], last: Collection[int], ran: SequenceMemory) -> Risks:
    """The code that raised in a cell's last run. (That a name was not there tells nothing of a run
    in which it is.)"""
    risks: dict[Number, Risk] = {}
    for index in sorted(last):
        raised = statements_that_raised(items[index])
        if raised:
            code = items[index].effects.digest
            same = [i for i, other in enumerate(items) if other.effects.digest == code]
            through = (ran.passed(i) for i in same if not items[i].raised_somewhere)
            risks[code] = Risk(raised.start, raised.stop, frozenset().union(*through))
    return risks


def _ran_as_it_stands(notebook: Notebook, history: History, memory: Memory) -> bool:
    """Whether what ran is the document from top to bottom, no more and no less."""
    items = [item for _, item in memory.ran_items.values()]
    standing = _document_items(notebook, memory, NO_RISKS)
    return len(history.last) == len(items) and items == [item for _, item in standing]


def _trials(memory: Memory, ran: NumberedSequence) -> Trials:
    """The trials on the kernel as it is now; those of earlier comparisons where it is the same."""
    used = memory.known or memory.history
    if memory.trials is None or not memory.trials.is_of(used, ran):
        memory.trials = Trials(used, ran)
    return memory.trials


def _item(
    execution: Execution, raised: Raised | None, known: tuple[Execution, Item] | None
) -> tuple[Execution, Item]:
    line, undefined = (raised.line, raised.undefined_name) if raised is not None else (None, None)
    if known is not None and known[0] is execution:
        item = known[1]
        if (item.raised_line, item.undefined_name) == (line, undefined):
            return known
    somewhere = execution.status == "error" and raised is None
    effects = cell_effects(execution.source)
    count = execution.execution_count
    return execution, Item(effects, line, somewhere, count, undefined)


def _known_errors(notebook: Notebook, history: History) -> dict[int, Raised]:
    """What the outputs that cells still show tell of how their last execution raised."""
    errors: dict[int, Raised] = {}
    for cell in notebook.code_cells:
        position = history.last.get(cell.cell_id)
        if position is None or cell.raised is None or cell.raised.line is None:
            continue
        execution = history.executions[position]
        if execution.execution_count in (None, cell.execution_count):
            errors[position] = cell.raised
    return errors


def number_document(notebook: Notebook, ran: NumberedSequence, memory: Memory) -> NumberedSequence:
    """The numbers of a top-to-bottom run, with what is known of errors from what ran."""
    items = _document_items(notebook, memory, ran.risks)
    memory.cell_items = {cell.cell_id: (cell, item) for cell, item in items}
    keys = [cell.cell_id for cell, _ in items]
    return memory.document.number([item for _, item in items], ran.raising, keys)


def _document_items(notebook: Notebook, memory: Memory, risks: Risks) -> list[tuple[Cell, Item]]:
    items: list[tuple[Cell, Item]] = []
    count = 0
    for cell in notebook.code_cells:
        count += bool(cell.source.strip())  # a cell without code is not run, and not counted
        known = memory.cell_items.get(cell.cell_id)
        if known is None or known[0] is not cell or known[1].count != count:
            known = (cell, Item(cell_effects(cell.source), count=count))
        risk = risks.get(known[1].effects.digest)
        if known[1].risk != risk:
            known = (cell, replace(known[1], risk=risk))
        items.append(known)
    return items


@dataclass(frozen=True, slots=True)
class _Places:
    """Both sequences, and where in them the positions lie that numbers tell as origins."""

    notebook: Notebook
    history: History
    ran: NumberedSequence
    document: NumberedSequence

    def executions(self, origins: Origins) -> tuple[Source, ...]:
        executions, cells = self.history.executions, self.history.cells
        return tuple(
            Source(cells[i], executions[i].source, i, executions[i].execution_count)
            for i in sorted(self.ran.index[origin] for origin in origins)
        )

    def cells(self, origins: Origins) -> tuple[Source, ...]:
        cells = self.notebook.code_cells
        return tuple(
            Source(cells[i].cell_id, cells[i].source, i, cells[i].execution_count)
            for i in sorted(self.document.index[origin] for origin in origins)
        )


@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """What a cell's judgement is made of: where it stands, what ran, and the numbers of both."""

    cell: Cell
    index: int
    execution: Execution | None
    live: Numbered | None
    fresh: Numbered

    def are(
        self,
        cell: Cell,
        index: int,
        execution: Execution | None,
        live: Numbered | None,
        fresh: Numbered,
    ) -> bool:
        """Whether it is made of the very same."""
        return (
            self.cell is cell
            and self.fresh is fresh
            and self.live is live
            and self.index == index
            and self.execution is execution
        )


def _judge(cell: Cell, index: int, places: _Places, memory: Memory) -> tuple[Sides, Judgement]:
    history = places.history
    position = history.last.get(cell.cell_id)
    execution = history.executions[position] if position is not None else None
    live = places.ran.numbers[position] if position is not None else None
    fresh = places.document.numbers[index]
    known = memory.judged.get(cell.cell_id)
    # Where the sides differ, it is told from which cells that comes, and they may have changed.
    settled = known is not None and not known[1].disagreements
    if known is not None and settled and known[0].are(cell, index, execution, live, fresh):
        return known
    sides = Sides(cell, index, execution, live, fresh)
    return sides, _judged(sides, places)


def _judged(sides: Sides, places: _Places) -> Judgement:
    cell, execution, live, fresh = sides.cell, sides.execution, sides.live, sides.fresh
    equal = live is not None and (live.number == fresh.number or _shows_as_much(sides))
    edited = execution is not None and version(execution.source) != version(cell.source)
    found: tuple[Disagreement, ...] = ()
    if live is not None and not equal:
        found = tuple(_disagreements(live, fresh, places))
    return Judgement(
        cell=cell,
        index=sides.index,
        execution=execution,
        equal=equal,
        edited=edited,
        disagreements=found,
        problem=cell_effects(cell.source).problem,
        opaque=fresh.opaque,
        stopped_by=fresh.stop.name if fresh.stop is not None else None,
        stopped_at=fresh.stop.line if fresh.stop is not None else None,
        stops_alike=live is not None and live.stopped is not None and live.stopped == fresh.stopped,
        live_number=live.number if live is not None else None,
    )


def _shows_as_much(sides: Sides) -> bool:
    """Whether they differ in nothing but how many rows of a table are shown at most, and the table
    that the cell shows is one that looks the same either way."""
    cell, live, fresh = sides.cell, sides.live, sides.fresh
    if live is None or live.content != fresh.content or cell.rows_shown is None:
        return False
    execution, limit = sides.execution, fresh.row_limit
    if limit is None or execution is None:
        return False
    known = execution.execution_count in (None, cell.execution_count)
    return known and cell.rows_shown.are_the_same_with(limit)


def _disagreements(live: Numbered, fresh: Numbered, places: _Places) -> list[Disagreement]:
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
        found[read.use.name] = _disagreement(read, other, places)
    if live.stop is None and fresh.stop is None:  # who stops does not come to read it
        for read, other in _touched_by_one(theirs, first):
            found.setdefault(read.use.name, _disagreement(read, other, places))
    for name, written in fresh.writes.items():
        mine = live.writes.get(name)
        if name in found or mine is None or mine.number == written.number:
            continue
        if found:
            continue  # what it read explains what it wrote
        found[name] = Disagreement(
            name,
            None,
            places.executions(mine.origins),
            places.cells(written.origins),
            live=True,
            bound=True,
        )
    if not found:
        found.update(_kept_differently(live, fresh, places))
    if not found:
        found.update(_written_by_one(live, fresh, places))
    return list(found.values())


def _kept_differently(
    live: Numbered, fresh: Numbered, places: _Places
) -> Iterator[tuple[str, Disagreement]]:
    """Names that the cell binds only on some ways, and reads then: what they were is left."""
    for read, other in zip(fresh.reads, live.reads, strict=False):
        if _key(read) == _key(other) and read.number != other.number:
            yield read.use.name, _disagreement(read, other, places)
            return


def _written_by_one(
    live: Numbered, fresh: Numbered, places: _Places
) -> Iterator[tuple[str, Disagreement]]:
    """Names that only one of the two runs changes: they share an object there, and not in the
    other."""
    for name in sorted(live.writes.keys() ^ fresh.writes.keys()):
        mine, theirs = live.writes.get(name), fresh.writes.get(name)
        ran = places.executions(mine.origins) if mine is not None else ()
        stands = places.cells(theirs.origins) if theirs is not None else ()
        yield name, Disagreement(name, None, ran, stands, live=True, bound=True)


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


def _disagreement(fresh: Read, live: Read, places: _Places) -> Disagreement:
    return Disagreement(
        fresh.use.name,
        fresh.use.at,
        places.executions(live.origins),
        places.cells(fresh.origins),
        live.bound,
        fresh.bound,
    )
