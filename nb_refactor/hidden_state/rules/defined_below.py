"""The name is defined by a cell further down only."""

from __future__ import annotations

from nb_refactor.hidden_state.evidence import Evidence
from nb_refactor.hidden_state.rules.rule import Explanation, Rule
from nb_refactor.text import text


def explain(evidence: Evidence) -> Explanation | None:
    if evidence.disagreement.bound or evidence.fresh_cells:
        return None
    below = evidence.binders_below()
    if not below:
        return None
    ids = tuple(cell.cell_id for cell in below)
    where = evidence.cells(ids[:1])
    return Explanation(
        text(
            "{what} is defined further down, in {where}. A fresh run has not got there "
            "yet and stops here.",
            what=evidence.what,
            where=where,
        ),
        ids,
    )


RULE = Rule("defined-below", "error", explain)
