"""How often the hidden-state check is right, beside other ways to tell, on recorded sessions.

    python bench/hidden_state_accuracy.py FOLDER_OR_SESSION… [--show] [--without PEER …]

A session is a JSON file with the saved `notebook`, the kernel's `history` (a list of `[session,
execution count, source]`, as `history_request` answers it) and the `truth` of each code cell:
whether it `ran`, and how its last run compares with two fresh runs of the document (`replay`: same,
differs, error; unknown where the two disagree). A cell is called stale where `check` says hidden
or affected. Cells that never ran, and those of which the truth is not known, are left out.

    counts      the execution count is not one more than the cell's above
    order       the execution count is lower than one further up
    edited      the mark of JupyterLab: the source is not what ran
    undefined   pyflakes, over all cells as one file: a name that nothing defines
    graph       marimo's static cell graph (defs and refs by marimo's own visitor): edited, or
                something above it in the graph ran later, was edited, or is gone

`--show` prints each miss and each false alarm of ours, with what was found.
"""

from __future__ import annotations

import argparse
import ast
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager

from nb_refactor.adapters.ipynb import notebook_of
from nb_refactor.hidden_state.check import check
from nb_refactor.hidden_state.finding import CellReport
from nb_refactor.hidden_state.history import Execution

Session = Mapping[str, Any]
Flags = Mapping[str, bool]
HAZARD_SEVERITY = "info"


@dataclass(frozen=True)
class CodeCell:
    """One code cell of a session's document, as it was saved."""

    cell_id: str
    source: str
    count: int | None


@dataclass
class Score:
    """How the cells came out, and how long it took (seconds)."""

    hits: int = 0
    false_alarms: int = 0
    misses: int = 0
    quiet: int = 0
    seconds: float = 0.0

    def add(self, flagged: bool, stale: bool) -> None:
        if flagged and stale:
            self.hits += 1
        elif flagged:
            self.false_alarms += 1
        elif stale:
            self.misses += 1
        else:
            self.quiet += 1

    @property
    def precision(self) -> float:
        return self.hits / max(1, self.hits + self.false_alarms)

    @property
    def recall(self) -> float:
        return self.hits / max(1, self.hits + self.misses)

    @property
    def f1(self) -> float:
        return 2 * self.hits / max(1, 2 * self.hits + self.misses + self.false_alarms)


# ---- the ways to tell ---------------------------------------------------------------------------


def code_cells(session: Session) -> list[CodeCell]:
    return [
        CodeCell(cell["id"], "".join(cell["source"]), cell.get("execution_count"))
        for cell in session["notebook"]["cells"]
        if cell["cell_type"] == "code"
    ]


def reports(session: Session) -> tuple[CellReport, ...]:
    executions = [Execution(source, count) for _, count, source in session["history"] if count]
    return check(notebook_of(session["notebook"], "session"), executions)


def ours(session: Session) -> Flags:
    return {report.cell_id: report.state in ("hidden", "affected") for report in reports(session)}


def counts(session: Session) -> Flags:
    flags, before = {}, 0
    for cell in code_cells(session):
        flags[cell.cell_id] = cell.count is not None and cell.count != before + 1
        before = cell.count if cell.count is not None else before
    return flags


def order(session: Session) -> Flags:
    flags, highest = {}, 0
    for cell in code_cells(session):
        flags[cell.cell_id] = cell.count is not None and cell.count < highest
        highest = max(highest, cell.count or 0)
    return flags


def edited(session: Session) -> Flags:
    ran = {count: source.rstrip() for _, count, source in session["history"]}
    return {
        cell.cell_id: cell.count in ran and ran[cell.count] != cell.source.rstrip()
        for cell in code_cells(session)
    }


def undefined(session: Session) -> Flags:
    from pyflakes import checker, messages

    text, owner = "", []
    for cell in code_cells(session):
        source = as_python(cell.source)
        source = source.rstrip("\n") + "\n"
        text += source
        owner += [cell.cell_id] * source.count("\n")
    flags = {cell.cell_id: False for cell in code_cells(session)}
    found = checker.Checker(ast.parse(text), builtins={"get_ipython", "display"})
    for message in found.messages:
        if isinstance(message, messages.UndefinedName):
            flags[owner[message.lineno - 1]] = True
    return flags


def as_python(source: str) -> str:
    """The cell with IPython's syntax replaced by calls; nothing where that is no Python either."""
    try:
        code: str = TransformerManager().transform_cell(source)
        ast.parse(code)
    except (SyntaxError, ValueError):
        return ""
    return code


def graph(session: Session) -> Flags:
    cells = code_cells(session)
    changed = edited(session)
    names = {cell.cell_id: _defs_and_refs(cell.source) for cell in cells}
    makers: dict[str, list[CodeCell]] = {}
    for cell in cells:
        for name in names[cell.cell_id][0]:
            makers.setdefault(name, []).append(cell)
    bound_by_history = {
        name for _, count, source in session["history"] if count for name in _defs(source)
    }
    flags = {}
    for cell in cells:
        above = list(_ancestors(cell, names, makers))
        refs = {ref for c in (cell, *above) for ref in names[c.cell_id][1]}
        gone = any(ref in bound_by_history and ref not in makers for ref in refs)
        later = any((c.count or 0) > (cell.count or 0) or changed[c.cell_id] for c in above)
        flags[cell.cell_id] = changed[cell.cell_id] or gone or later
    return flags


def _ancestors(
    cell: CodeCell,
    names: Mapping[str, tuple[frozenset[str], frozenset[str]]],
    makers: Mapping[str, list[CodeCell]],
) -> Iterator[CodeCell]:
    seen, waiting = {cell.cell_id}, [cell]
    while waiting:
        for ref in names[waiting.pop().cell_id][1]:
            for maker in makers.get(ref, ()):
                if maker.cell_id not in seen:
                    seen.add(maker.cell_id)
                    waiting.append(maker)
                    yield maker


def _defs_and_refs(source: str) -> tuple[frozenset[str], frozenset[str]]:
    from marimo._ast.visitor import ScopedVisitor

    visitor = ScopedVisitor()
    visitor.visit(ast.parse(as_python(source)))
    return frozenset(visitor.defs), frozenset(visitor.refs)


def _defs(source: str) -> frozenset[str]:
    return _defs_and_refs(source)[0]


WAYS: dict[str, Callable[[Session], Flags]] = {
    "nb_refactor": ours,
    "counts": counts,
    "order": order,
    "edited": edited,
    "undefined": undefined,
    "graph": graph,
}
NEEDS = {"undefined": "pyflakes", "graph": "marimo"}


# ---- scoring ------------------------------------------------------------------------------------


@dataclass
class Scores:
    """The score of each way, by cell and by session."""

    cells: dict[str, Score] = field(default_factory=dict)
    sessions: dict[str, Score] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)


def judged(session: Session) -> Iterator[tuple[str, bool]]:
    """The cells whose truth is known, and whether each is stale."""
    for cell_id, truth in session["truth"].items():
        if truth["ran"] and truth["replay"] != "unknown":
            yield cell_id, truth["replay"] != "same"


def score(session: Session, way: str, scores: Scores) -> Flags:
    cells = scores.cells.setdefault(way, Score())
    begin = time.process_time()
    try:
        flags = WAYS[way](session)
    except Exception as error:
        scores.failed[way] = scores.failed.get(way, 0) + 1
        print(f"{way} failed: {type(error).__name__}: {error}", file=sys.stderr)
        return {}
    finally:
        cells.seconds += time.process_time() - begin
    truth = dict(judged(session))
    for cell_id, stale in truth.items():
        cells.add(bool(flags.get(cell_id)), stale)
    flagged = any(flags.get(cell_id) for cell_id in truth)
    scores.sessions.setdefault(way, Score()).add(flagged, any(truth.values()))
    return flags


def show(name: str, session: Session, flags: Flags) -> None:
    """Each miss and false alarm, with what is known of it."""
    sources = {cell.cell_id: cell.source for cell in code_cells(session)}
    found = {report.cell_id: report for report in reports(session)}
    first = True
    for cell_id, stale in judged(session):
        if bool(flags.get(cell_id)) == stale:
            continue
        if first:
            print(f"\n=== {name}\n  did: " + "; ".join(session["actions"]))
        first = False
        truth, report = session["truth"][cell_id], found[cell_id]
        why = f"({truth['why'][:150]})" if stale else ""
        print(f"  {'MISS' if stale else 'FALSE ALARM'} {cell_id} [{report.execution_count}] {why}")
        for finding in report.findings:
            if finding.severity != HAZARD_SEVERITY:
                print(f"    {finding.rule}: {finding.message}")
        print("    | " + sources[cell_id][:400].replace("\n", "\n    | "))


def table(scores: Scores) -> None:
    print(
        f"\n{'':12} {'precision':>9} {'recall':>7} {'F1':>6}   {'hit':>5} {'false':>5} {'miss':>5}"
    )
    for way, cells in scores.cells.items():
        sessions = scores.sessions.get(way, Score())
        print(
            f"{way:12} {cells.precision:9.3f} {cells.recall:7.3f} {cells.f1:6.3f}   "
            f"{cells.hits:5} {cells.false_alarms:5} {cells.misses:5}   "
            f"by session F1 {sessions.f1:.3f}, {cells.seconds:.1f} s of CPU, "
            f"{scores.failed.get(way, 0)} failed"
        )


def available(without: list[str]) -> list[str]:
    found = []
    for way in WAYS:
        try:
            if way in NEEDS:
                __import__(NEEDS[way])
        except ImportError:
            print(f"{way} is left out: {NEEDS[way]} is not installed.", file=sys.stderr)
            continue
        if way not in without:
            found.append(way)
    return found


def session_files(paths: list[Path]) -> list[Path]:
    return [f for p in paths for f in (sorted(p.glob("*.json")) if p.is_dir() else [p])]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sessions", nargs="+", type=Path)
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--without", nargs="*", default=[], choices=list(WAYS))
    options = parser.parse_args()
    ways = available(options.without)
    files = session_files(options.sessions)
    if not files:
        print("There is no session in these folders.", file=sys.stderr)
        return 2
    scores = Scores()
    for file in files:
        session = json.loads(file.read_text(encoding="utf-8"))
        for way in ways:
            flags = score(session, way, scores)
            if options.show and way == "nb_refactor":
                show(file.stem, session, flags)
    cells = sum(1 for f in files for _ in judged(json.loads(f.read_text(encoding="utf-8"))))
    print(f"\n{len(files)} sessions, {cells} cells whose truth is known")
    table(scores)
    return 0


if __name__ == "__main__":
    sys.exit(main())
