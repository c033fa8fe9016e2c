"""The promise, tried: a cell that is called fresh is as in a fresh run, without exception.

    python -m tests.hidden_state.exec_oracle --notebooks 20000 --seed 1 [--show]

Random sessions are really played. Every cell that `check` calls fresh must have shown, in its last
execution, what a fresh run of the document shows, and all names that it wrote must have been worth
the same. The cells that are flagged although they are equal are counted too: that is what care
costs.

With `--mends` every mend that is offered is carried out, too: cells are run again behind the
session, deleted cells are brought back, cells are moved, the kernel is started anew and the cells
down to this one are run, and the cell that it was offered for must come out as in a fresh run then.

Two things no analysis of these inputs can know, and they are counted apart: that an execution
raised, where only counts are known and a later run of the cell hides the error; and that a cell of
the document raises in a fresh run where it did not raise before (what stands below it is then not
judged).
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from nb_refactor.dataflow.exposure import cell_effects
from nb_refactor.dataflow.sequence import Numbering
from nb_refactor.dataflow.value_numbering import Item
from nb_refactor.hidden_state.check import check
from nb_refactor.hidden_state.finding import Mend

from .executed import Run, TooLong
from .random_session import Played, Session, Step, play, random_session


@dataclass(frozen=True)
class Verdict:
    """How one cell came out: its state, whether it is equal, and the first difference."""

    cell_id: str
    state: str
    equal: bool
    difference: str


def verdicts(played: Played) -> list[Verdict]:
    """All cells that ran and can be judged."""
    if hidden_errors(played):
        return []
    found = []
    for report in check(played.notebook, played.executions):
        position = played.last.get(report.cell_id)
        fresh = played.fresh[report.cell_id]
        if position is not None and report.cell_id not in played.unstable:
            difference = next(differences(played.runs[position], fresh), "")
            found.append(Verdict(report.cell_id, report.state, not difference, difference))
        if raises_only_fresh(played, report.cell_id):
            break
    return found


def broken_mends(session: Session) -> Iterator[str]:
    """The mends that are offered and do not leave their cell as in a fresh run."""
    played = play(session)
    if hidden_errors(played):
        return
    for report in check(played.notebook, played.executions):
        if report.cell_id not in played.unstable:
            for mend in [mend for finding in report.findings for mend in finding.mends]:
                found = difference_after(session, played, report.cell_id, mend)
                if found is not None:
                    yield f"{report.cell_id}: {mend.title} {mend.cells}, but {found}"
        if raises_only_fresh(played, report.cell_id):
            return


def difference_after(session: Session, played: Played, cell_id: str, mend: Mend) -> str | None:
    """How the cell differs from a fresh run once the mend was really carried out."""
    if mend.kind == "run_cells":
        document = dict(session.document)
        again = tuple(Step(each, document[each]) for each in mend.cells)
        steps = (*session.steps, *again)
        after = play(replace(session, steps=steps))
        position = len(steps) - 1 - mend.cells[::-1].index(cell_id)
    elif mend.kind == "restart_and_run_to":
        return difference_restarted(session, cell_id, mend)
    else:
        after = play(replace(session, document=changed(session.document, mend)))
        position = played.last[cell_id]
    return next(differences(after.runs[position], after.fresh[cell_id]), None)


def difference_restarted(session: Session, cell_id: str, mend: Mend) -> str | None:
    """As `difference_after`, in a new kernel: nothing is there but what the cells down to this one
    make."""
    after = restarted(session, mend.cells[0])
    return next(differences(after.runs[after.last[cell_id]], after.fresh[cell_id]), None)


def restarted(session: Session, cell_id: str) -> Played:
    """The session of a new kernel that ran the document down to this cell."""
    end = [each for each, _ in session.document].index(cell_id) + 1
    steps = tuple(Step(each, source) for each, source in session.document[:end])
    return play(replace(session, steps=steps))


def flagged_after_restart(session: Session) -> list[str]:
    """The cells that are flagged though the whole document ran in a new kernel, from top to
    bottom: each of them is flagged in vain."""
    played = restarted(session, session.document[-1][0])
    if hidden_errors(played):
        return []
    reports = check(played.notebook, played.executions)
    return [report.cell_id for report in reports if report.state in ("hidden", "affected")]


def changed(document: tuple[tuple[str, str], ...], mend: Mend) -> tuple[tuple[str, str], ...]:
    """The document once a cell was moved or brought back."""
    moved, above = mend.cells if mend.kind == "move_cell" else ("restored", mend.cells[0])
    source = mend.source if mend.source is not None else dict(document)[moved]
    cells = [cell for cell in document if cell[0] != moved]
    at = [cell_id for cell_id, _ in cells].index(above)
    return (*cells[:at], (moved, source), *cells[at:])


def differences(run: Run, fresh: Run) -> Iterator[str]:
    if run.shown != fresh.shown:
        yield f"shown: {run.shown!r} but fresh {fresh.shown!r}"
    for name in sorted(run.written | fresh.written):
        if run.after.get(name) != fresh.after.get(name):
            yield f"{name}: {run.after.get(name)} but fresh {fresh.after.get(name)}"


def hidden_errors(played: Played) -> bool:
    """Whether something raised that neither the inputs show nor the analysis foresees."""
    numbering = Numbering()
    for i, execution in enumerate(played.executions):
        shown = played.last.get(_cell_of(played, i)) == i or execution.status != "unknown"
        raised = played.runs[i].raised
        item = Item(cell_effects(execution.source), raised.line if raised and shown else None)
        stop = numbering.run(item).stop
        if raised and not shown and stop is None:
            return True
    return False


def _cell_of(played: Played, position: int) -> str:
    present = {cell.cell_id for cell in played.notebook.code_cells}
    return next((c for c, i in played.last.items() if i == position and c in present), "")


def raises_only_fresh(played: Played, cell_id: str) -> bool:
    position = played.last.get(cell_id)
    before = played.runs[position].raised if position is not None else None
    now = played.fresh[cell_id].raised
    return now is not None and now != before


def wrong(session: Session) -> Verdict | None:
    """The first cell of the session that is called fresh and is not."""
    try:
        found = verdicts(play(session))
    except (TooLong, RecursionError, SyntaxError, MemoryError):
        return None
    return next((v for v in found if v.state == "fresh" and not v.equal), None)


# ---- shrinking ----------------------------------------------------------------------------------


def shrunk(session: Session) -> Session:
    """A smaller session that is judged wrongly too."""
    changed = True
    while changed:
        changed = False
        for smaller in _smaller(session):
            if wrong(smaller) is not None:
                session, changed = smaller, True
                break
    return session


def _smaller(session: Session) -> Iterator[Session]:
    for i in range(len(session.steps)):
        yield replace(session, steps=session.steps[:i] + session.steps[i + 1 :])
    for i in range(len(session.document)):
        yield replace(session, document=session.document[:i] + session.document[i + 1 :])
    for source in dict.fromkeys(
        [s for _, s in session.document] + [s.source for s in session.steps]
    ):
        for less in _less(source):
            yield _replaced(session, source, less)


def _less(source: str) -> Iterator[str]:
    lines = source.split("\n")
    for i in range(len(lines)):
        for j in range(len(lines), i, -1):
            rest = "\n".join(lines[:i] + lines[j:])
            if rest and _is_python(rest):
                yield rest


def _is_python(source: str) -> bool:
    try:
        compile(source, "<cell>", "exec")
    except SyntaxError:
        return False
    return True


def _replaced(session: Session, old: str, new: str) -> Session:
    document = tuple((i, new if s == old else s) for i, s in session.document)
    steps = tuple(replace(s, source=new) if s.source == old else s for s in session.steps)
    return replace(session, document=document, steps=steps)


# ---- the command line ---------------------------------------------------------------------------


def tell(session: Session, verdict: Verdict) -> str:
    return f"{verdict.cell_id} is called fresh, but {verdict.difference}\n{told(session)}"


def told(session: Session) -> str:
    ran = "\n".join(f"  {s.cell_id}: {s.source!r}" for s in session.steps)
    document = "\n".join(f"  {i}: {s!r}" for i, s in session.document)
    seen = " (seen by the browser)" if session.seen else ""
    return f"ran{seen}:\n{ran}\ndocument:\n{document}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notebooks", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most", type=int, default=3, help="stop after so many wrong ones")
    parser.add_argument("--mends", action="store_true", help="carry the mends out, too")
    parser.add_argument("--show", action="store_true", help="show cells flagged in vain")
    options = parser.parse_args()
    counts: Counter[str] = Counter()
    found = 0
    for number in range(options.notebooks):
        session = random_session(Random(options.seed * 1_000_003 + number))
        try:
            played = play(session)
            judged = verdicts(played)
        except (TooLong, RecursionError, MemoryError):
            counts["sessions given up"] += 1
            continue
        counts["sessions not judged"] += not judged
        for verdict in judged:
            counts[f"{verdict.state}, {'equal' if verdict.equal else 'differs'}"] += 1
            if verdict.state in ("hidden", "affected") and verdict.equal and options.show:
                print(tell(session, verdict), "\n")
        if any(v.state == "fresh" and not v.equal for v in judged):
            small = shrunk(session)
            verdict = wrong(small)
            assert verdict is not None
            print(f"#{number}", tell(small, verdict), "\n", flush=True)
            found += 1
            if found == options.most:
                break
        if options.mends:
            broken = list(broken_mends(session))
            counts["sessions with broken mends"] += bool(broken)
            counts["cells flagged after a restart"] += len(flagged_after_restart(session))
            for line in broken:
                print(f"#{number} {line}", told(session), sep="\n", flush=True)
    for key, count in sorted(counts.items()):
        print(f"{count:8d}  {key}")
    flagged = [counts[f"{state}, differs"] for state in ("hidden", "affected")]
    vain = [counts[f"{state}, equal"] for state in ("hidden", "affected")]
    print(f"flagged rightly: {sum(flagged) / max(1, sum(flagged) + sum(vain)):.3f}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
