"""The cell builds on what its own earlier run left: running it again gives something else."""

from __future__ import annotations

from nb_refactor.hidden_state.evidence import Evidence
from nb_refactor.hidden_state.rules.rule import Explanation, Rule
from nb_refactor.text import text


def explain(evidence: Evidence) -> Explanation | None:
    own = evidence.judgement.cell.cell_id
    history = evidence.comparison.history
    sources = evidence.disagreement.history
    before = any(s.cell_id == own and s.position < history.last[own] for s in sources)
    if not before or own in evidence.fresh_cells:
        return None
    runs = sum(cell_id == own for cell_id in history.cells)
    return Explanation(
        text(
            "Ran {runs} times, and each run builds on what the one before left in "
            "{what}. A fresh run does it once.",
            runs=runs,
            what=evidence.what,
        ),
        (own,),
    )


RULE = Rule("rerun", "error", explain)
