"""Cells and groups of cells that are worth extracting, the worthiest first, each with its reasons.

Every candidate was extracted on trial: what the extraction would refuse is not proposed. The score
is the sum of what the reasons are worth, less what a long signature costs. It orders the list and
means nothing beside that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from msgspec import Struct

from nb_refactor.change import ChangeSet
from nb_refactor.dataflow.effects import Evaluate, Simple
from nb_refactor.dataflow.exposure import CellEffects, calls_in, cell_effects, closures_in
from nb_refactor.dataflow.liveness import call_time_reads, live_after, reads_of, simples
from nb_refactor.heading import headings_above
from nb_refactor.notebook import Cell, Notebook
from nb_refactor.refactor.extract_function.destination import Destination
from nb_refactor.refactor.extract_function.extract import extract

ReasonKind = Literal[
    "defines_functions", "reused", "repeated", "stage", "long", "pure", "reads_few_names"
]

# A name that no notebook has: on trial the function goes there.
_TRIAL = Destination("nb_refactor_trial.steps", "nb_refactor_trial", "nb_refactor_trial/steps.py")
_LONG = 6
_SHORT = 4
_FEW_NAMES = 3
_MOST_CELLS_IN_A_GROUP = 6
_LEAST_SCORE = 2.0
_MOST = 30


class Reason(Struct, frozen=True):
    """Why a candidate is one. `count` is how many (cells that use its results, lines, names),
    `names` which; `message` says it in a sentence."""

    kind: ReasonKind
    message: str
    count: int = 0
    names: tuple[str, ...] = ()


class Candidate(Struct, frozen=True):
    """Cells that follow each other (often one), what a function of their code would take and
    return, and why that is worth it. `heading` is the heading right above, or empty."""

    cell_ids: tuple[str, ...]
    score: float
    heading: str
    lines: int
    parameters: tuple[str, ...]
    returns: tuple[str, ...]
    reasons: tuple[Reason, ...]


class Candidates(Struct, frozen=True):
    """The candidates, the worthiest first; out of `cells` code cells with code in them."""

    candidates: tuple[Candidate, ...]
    cells: int


def candidates(notebook: Notebook) -> Candidates:
    """The cells and groups of neighbouring cells of the notebook that are worth extracting."""
    if notebook.language not in {"python", "ipython", "python3", ""}:
        return Candidates((), 0)
    view = _View.of(notebook)
    groups = [*_single_cells(view), *_stages(view)]
    judged = [found for group in groups if (found := _judged(view, group)) is not None]
    judged.sort(key=lambda each: (-each.score, view.place(each.cell_ids[0])))
    with_code = sum(1 for cell in view.cells if cell.source.strip())
    return Candidates(tuple(_without_overlapping_groups(judged))[:_MOST], with_code)


@dataclass(frozen=True)
class _View:
    """The notebook's code cells with what they do, and which of them reads what."""

    notebook: Notebook
    cells: tuple[Cell, ...]
    effects: tuple[CellEffects, ...]
    reads: tuple[frozenset[str], ...]
    headings: tuple[str, ...]

    @staticmethod
    def of(notebook: Notebook) -> _View:
        cells = notebook.code_cells
        effects = tuple(cell_effects(cell.source) for cell in cells)
        call_time = call_time_reads(effects)
        reads = tuple(reads_of(each, call_time) for each in effects)
        return _View(notebook, cells, effects, reads, tuple(headings_above(notebook).values()))

    def place(self, cell_id: str) -> int:
        return next(i for i, cell in enumerate(self.cells) if cell.cell_id == cell_id)

    def readers(self, group: range, names: Iterable[str]) -> list[int]:
        """The cells below the group that read one of the names as the group left them."""
        waiting = set(names)
        found = []
        for index in range(group.stop, len(self.cells)):
            if waiting & self.reads[index]:
                found.append(index)
            waiting -= {d.name for d in self.effects[index].whole.definitions if d.certain}
        return found


def _single_cells(view: _View) -> Iterator[range]:
    for index in range(len(view.cells)):
        if _has_substance(view.effects[index]):
            yield range(index, index + 1)


def _has_substance(effects: CellEffects) -> bool:
    """Code of its own: more than imports, and more than one plain statement."""
    if effects.problem:
        return False
    own = [statement for statement in effects.statements if not _is_import(statement)]
    if all(isinstance(statement, Simple) and _is_setting(statement) for statement in own):
        return False
    return len(own) > 1 or any(
        not isinstance(statement, Simple) or _defines(statement) for statement in own
    )


def _is_setting(statement: Simple) -> bool:
    """`alpha = 0.5`: a value that is written down, which nothing is gained by moving."""
    return not statement.uses and not any(
        True for action in statement.actions for _ in (*calls_in(action), *closures_in(action))
    )


def _is_import(statement: object) -> bool:
    actions = statement.actions if isinstance(statement, Simple) else ()
    return bool(actions) and all(getattr(each, "form", "") == "import" for each in actions)


def _defines(statement: Simple) -> bool:
    return any(getattr(each, "form", "") in {"function", "class"} for each in statement.actions)


def _stages(view: _View) -> Iterator[range]:
    """Neighbouring cells between which names flow that nobody needs behind them."""
    for start in range(len(view.cells)):
        best: tuple[int, range] | None = None
        for stop in range(start + 2, min(start + _MOST_CELLS_IN_A_GROUP, len(view.cells)) + 1):
            if view.headings[stop - 1] or view.effects[stop - 1].problem:
                break
            inner = len(_inner_names(view, range(start, stop)))
            worth_it = inner and _has_substance(view.effects[stop - 1])
            if worth_it and (best is None or inner > best[0]):
                best = (inner, range(start, stop))
        if best is not None and not view.effects[start].problem:
            yield best[1]


def _inner_names(view: _View, group: range) -> tuple[str, ...]:
    """Names that the cells of the group hand to each other and to nobody else."""
    live = live_after(view.effects, group.stop - 1)
    found: dict[str, None] = {}
    for index in group[:-1]:
        below = frozenset().union(*(view.reads[other] for other in group if other > index))
        for definition in view.effects[index].whole.definitions:
            if definition.form not in {"import", "function", "class"}:
                name = definition.name
                if name in below and name not in live:
                    found[name] = None
    return tuple(found)


def _judged(view: _View, group: range) -> Candidate | None:
    cells = [view.cells[index] for index in group]
    reasons = list(_reasons(view, group))
    if not reasons and _lines(cells) < _SHORT:
        return None
    answer = extract(view.notebook, [cell.cell_id for cell in cells], _TRIAL)
    if not isinstance(answer, ChangeSet):
        return None
    parameters, returns = answer.function.parameters, answer.function.returns
    lines = _lines(cells)
    if lines >= _SHORT and len(parameters) <= _FEW_NAMES and parameters:
        reasons.append(_few_names(parameters))
    score = sum(_WORTH[each.kind](each) for each in reasons) - _cost(parameters, returns)
    if score < _LEAST_SCORE:
        return None
    ids = tuple(cell.cell_id for cell in cells)
    heading = view.headings[group.start]
    rounded = round(score, 2)
    return Candidate(ids, rounded, heading, lines, parameters, returns, tuple(reasons))


def _reasons(view: _View, group: range) -> Iterator[Reason]:
    cells = [view.cells[index] for index in group]
    effects = [view.effects[index] for index in group]
    functions = _functions(effects)
    if functions:
        yield Reason(
            "defines_functions",
            f"defines {_listed(functions)}",
            len(functions),
            functions,
        )
    yield from _used_below(view, group, effects)
    if len(group) == 1:
        yield from _repeated(view, group.start)
    inner = _inner_names(view, group) if len(group) > 1 else ()
    if inner:
        yield Reason(
            "stage", f"{_listed(inner)} would not be left behind in the notebook", len(inner), inner
        )
    lines = _lines(cells)
    if lines >= _LONG:
        yield Reason("long", f"{lines} lines of code", lines)
    if _is_pure(effects):
        yield Reason("pure", "changes nothing that it is given")


def _functions(effects: Sequence[CellEffects]) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            d.name
            for each in effects
            for d in each.whole.definitions
            if d.form in {"function", "class"}
        )
    )


def _used_below(view: _View, group: range, effects: Sequence[CellEffects]) -> Iterator[Reason]:
    made = [
        d.name
        for each in effects
        for d in each.whole.definitions
        if d.form not in {"import", "loop"}
    ]
    readers = view.readers(group, made)
    if len(readers) > 1:
        read = frozenset().union(*(view.reads[index] for index in readers))
        used = tuple(dict.fromkeys(name for name in made if name in read))
        yield Reason(
            "reused", f"{_listed(used)}: used by {len(readers)} cells below", len(readers), used
        )


def _repeated(view: _View, index: int) -> Iterator[Reason]:
    """Statements of the cell that other cells have too, word for word."""
    mine = _digests(view.effects[index])
    others = [
        str(other + 1)
        for other in range(len(view.cells))
        if other != index and len(mine & _digests(view.effects[other])) >= 2
    ]
    if others:
        numbers = ", ".join(others)
        cells = "cell" if len(others) == 1 else "cells"
        yield Reason(
            "repeated", f"code cell {numbers} has the same statements"
            if cells == "cell"
            else f"code cells {numbers} have the same statements",
            len(others),
            tuple(others),
        )  # fmt: skip


def _digests(effects: CellEffects) -> frozenset[bytes]:
    return frozenset(each.digest for each in effects.statements if not _is_import(each))


def _is_pure(effects: Sequence[CellEffects]) -> bool:
    """It binds names and does nothing else: no update, no kill, no call for its own sake."""
    return all(
        not (each.whole.updates or each.whole.kills or each.whole.opaque or each.whole.stars)
        and each.shows == "nothing"
        and not any(
            isinstance(action, Evaluate)
            for simple in simples(each.statements)
            if not _is_head(simple)
            for action in simple.actions
        )
        for each in effects
    )


def _is_head(simple: Simple) -> bool:
    """A test or an iterable evaluates, too, but for what follows from it."""
    return not simple.actions or not isinstance(simple.actions[-1], Evaluate)


def _few_names(parameters: tuple[str, ...]) -> Reason:
    return Reason(
        "reads_few_names", f"reads only {_listed(parameters)}", len(parameters), parameters
    )


_WORTH: Mapping[ReasonKind, Callable[[Reason], float]] = {
    "defines_functions": lambda reason: 3.0 + 0.5 * min(reason.count - 1, 3),
    "reused": lambda reason: 1.0 * min(reason.count, 4),
    "repeated": lambda reason: 2.0,
    "stage": lambda reason: 1.0 + 0.5 * min(reason.count, 4),
    "long": lambda reason: min(reason.count / _LONG, 3.0),
    "pure": lambda reason: 1.0,
    "reads_few_names": lambda reason: 2.0 - 0.5 * (reason.count - 1),
}


def _cost(parameters: Sequence[str], returns: Sequence[str]) -> float:
    return 0.5 * max(len(parameters) - 4, 0) + 0.5 * max(len(returns) - 2, 0)


def _lines(cells: Iterable[Cell]) -> int:
    return sum(cell.lines_of_code for cell in cells)


def _listed(names: Sequence[str]) -> str:
    """`a`, `b` and 3 more."""
    quoted = [f"`{name}`" for name in names[:3]]
    rest = len(names) - len(quoted)
    return ", ".join(quoted) + (f" and {rest} more" if rest else "")


def _without_overlapping_groups(judged: Iterable[Candidate]) -> Iterator[Candidate]:
    """Of groups that share cells the best one is kept; single cells stand for themselves."""
    taken: set[str] = set()
    for candidate in judged:
        if len(candidate.cell_ids) > 1:
            if taken & set(candidate.cell_ids):
                continue
            taken |= set(candidate.cell_ids)
        yield candidate
