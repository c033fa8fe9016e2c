"""The same cells made the value as in a fresh run, but they are not what a fresh run gives."""

from __future__ import annotations

from nb_refactor.hidden_state.evidence import Evidence
from nb_refactor.hidden_state.rules.rule import Explanation, Rule


def explain(evidence: Evidence) -> Explanation | None:
    own = evidence.judgement.cell.cell_id
    sources = evidence.live_cells - {own}
    if not sources or evidence.gone:
        return None
    unbound = not evidence.disagreement.bound
    if not unbound and evidence.live_cells | {own} != evidence.fresh_cells | {own}:
        return None
    differing = tuple(
        cell_id for cell_id in sources if not evidence.comparison.judgement(cell_id).equal
    )
    if not differing:
        return None
    return Explanation(
        f"{evidence.what} comes from {evidence.cells(differing)}, not what a fresh run gives.",
        differing,
        inherited=True,
    )


RULE = Rule("inherited", "warning", explain)
