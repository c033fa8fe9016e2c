"""The same cells made the value as in a fresh run, but they are not what a fresh run gives."""

from __future__ import annotations

from nb_refactor.hidden_state.evidence import Evidence
from nb_refactor.hidden_state.rules.rule import Explanation, Rule
from nb_refactor.text import text


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
        text(
            "{what} comes from {cells}, not what a fresh run gives.",
            what=evidence.what,
            cells=evidence.cells(differing),
        ),
        differing,
        inherited=True,
    )


RULE = Rule("inherited", "warning", explain)
