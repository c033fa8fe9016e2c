"""The value comes from an earlier version of a cell that was edited since."""

from __future__ import annotations

from nb_refactor.hidden_state.evidence import Evidence
from nb_refactor.hidden_state.rules.rule import Explanation, Rule
from nb_refactor.text import text


def explain(evidence: Evidence) -> Explanation | None:
    ids = tuple(dict.fromkeys(s.cell_id for s in evidence.outdated if s.cell_id is not None))
    ids = tuple(i for i in ids if i != evidence.judgement.cell.cell_id)
    if not ids:
        return None
    return Explanation(
        text(
            "{what} comes from an earlier version of {cells}, edited since.",
            what=evidence.what,
            cells=evidence.cells(ids),
        ),
        ids,
    )


RULE = Rule("edited-source", "error", explain)
