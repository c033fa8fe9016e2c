"""A random person at work: runs, reruns, edits, deletes, moves and adds cells of a notebook."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from keyword import iskeyword
from random import Random

from nb_refactor.hidden_state.history import Execution
from nb_refactor.notebook import Cell, Notebook

from .executed import Kernel, Run
from .random_code import SETUP, Writer


@dataclass(frozen=True)
class Step:
    """One execution of a cell in the session."""

    cell_id: str
    source: str


@dataclass(frozen=True)
class Session:
    """What the person left: the document as (id, source), and all that ran, in order. `seen` says
    that the browser saw the runs, so that cell ids and statuses are known."""

    document: tuple[tuple[str, str], ...]
    steps: tuple[Step, ...]
    seen: bool


@dataclass
class _Desk:
    rng: Random
    writer: Writer
    cells: list[tuple[str, str]] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    made: int = 0

    def new_id(self) -> str:
        self.made += 1
        return f"c{self.made}"


def random_session(rng: Random) -> Session:
    """A session of a few cells and a few dozen runs at most."""
    desk = _Desk(rng, Writer(rng))
    split = sorted(rng.sample(range(len(SETUP)), rng.randrange(1, 4)))
    for begin, end in zip([0, *split], [*split, len(SETUP)], strict=True):
        source = "\n".join(SETUP[begin:end])
        if source:
            desk.cells.append((desk.new_id(), source))
    for _ in range(rng.randrange(2, 6)):
        desk.cells.append((desk.new_id(), desk.writer.cell()))
    if rng.random() < 0.9:
        desk.steps += [Step(*cell) for cell in desk.cells]
    for _ in range(rng.choice((1, 2, 3, 4, 6, 10))):
        _act(desk)
    if rng.random() < 0.3:
        below = rng.randrange(len(desk.cells))
        desk.steps += [Step(*cell) for cell in desk.cells[below:]]
    return Session(tuple(desk.cells), tuple(desk.steps), rng.random() < 0.5)


def _act(desk: _Desk) -> None:
    rng, cells = desk.rng, desk.cells
    at = rng.randrange(len(cells))
    cell_id, source = cells[at]
    match rng.randrange(10):
        case 0 | 1 | 2:
            desk.steps.append(Step(cell_id, source))
        case 3:
            edited = _edited(desk, source)
            cells[at] = (cell_id, edited)
            if rng.random() < 0.7:
                desk.steps.append(Step(cell_id, edited))
        case 4:
            if len(cells) > 2:
                del cells[at]
        case 5:
            cells.insert(rng.randrange(len(cells)), cells.pop(at))
        case 6 | 7:
            new = (desk.new_id(), desk.writer.cell())
            cells.insert(rng.randrange(len(cells) + 1), new)
            desk.steps.append(Step(*new))
        case 8:
            desk.steps.append(Step(desk.new_id(), desk.writer.cell()))  # run, then deleted
        case _:
            desk.steps += [Step(*cell) for cell in cells[at : at + 3]]


def _edited(desk: _Desk, source: str) -> str:
    lines = source.split("\n")
    names = sorted({name for name in re.findall(r"\b[a-z]\w*\b", source) if not iskeyword(name)})
    if desk.rng.random() < 0.3 and names:
        old = desk.rng.choice(names)
        new = desk.rng.choice([f"{old}_new", *names])
        return re.sub(rf"\b{old}\b", new, source)
    if desk.rng.random() < 0.3 and not any(line.startswith(" ") for line in lines):
        del lines[desk.rng.randrange(len(lines))]
        if lines:
            return "\n".join(lines)
    return source + "\n" + desk.writer.statement()


@dataclass(frozen=True)
class Played:
    """A session that was really played: the notebook with its counts and errors as they are
    saved, the executions as they are known, every run, the fresh run of each cell, and the cells
    that differ between two fresh runs."""

    notebook: Notebook
    executions: tuple[Execution, ...]
    runs: tuple[Run, ...]
    last: Mapping[str, int]
    fresh: Mapping[str, Run]
    unstable: frozenset[str]


def play(session: Session) -> Played:
    """Run all that the session ran in one namespace, then the document in a new one."""
    kernel = Kernel()
    runs = tuple(kernel.run(step.source) for step in session.steps)
    last = {step.cell_id: i for i, step in enumerate(session.steps)}
    cells = []
    for cell_id, source in session.document:
        i = last.get(cell_id)
        count, raised = (i + 1, runs[i].raised) if i is not None else (None, None)
        cells.append(Cell(cell_id, source, "code", count, raised))
    executions = tuple(
        Execution(s.source, i + 1, s.cell_id, "error" if run.raised else "ok")
        if session.seen
        else Execution(s.source, i + 1)
        for i, (s, run) in enumerate(zip(session.steps, runs, strict=True))
    )
    first, second = Kernel(1), Kernel(2)
    fresh = {cell_id: first.run(source) for cell_id, source in session.document}
    again = {cell_id: second.run(source) for cell_id, source in session.document}
    unstable = frozenset(cell_id for cell_id in fresh if fresh[cell_id] != again[cell_id])
    return Played(Notebook(tuple(cells)), executions, runs, last, fresh, unstable)
