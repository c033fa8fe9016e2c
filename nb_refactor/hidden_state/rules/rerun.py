"""The cell builds on what its own earlier run left: running it again gives something else."""

from __future__ import annotations

from nb_refactor.hidden_state.evidence import Evidence
from nb_refactor.hidden_state.rules.rule import Explanation, Rule


def explain(evidence: Evidence) -> Explanation | None:
    own = evidence.judgement.cell.cell_id
    before = [s for s in evidence.disagreement.history if s.cell_id == own]
    if not before or own in evidence.fresh_cells:
        return None
    runs = sum(cell_id == own for cell_id in evidence.comparison.history.cells)
    return Explanation(
        f"Ran {runs} times, and each run builds on what the one before left in {evidence.what}. "
        "A fresh run does it once.",
        (own,),
    )


RULE = Rule("rerun", "error", explain)
