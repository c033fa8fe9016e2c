"""The cell that made the value ran again since, with another result."""

from __future__ import annotations

from nb_refactor.hidden_state.evidence import Evidence
from nb_refactor.hidden_state.rules.rule import Explanation, Rule
from nb_refactor.text import text


def explain(evidence: Evidence) -> Explanation | None:
    last = evidence.comparison.history.last
    again = tuple(
        dict.fromkeys(
            s.cell_id
            for s in evidence.disagreement.history
            if s.cell_id is not None
            and s.cell_id != evidence.judgement.cell.cell_id
            and last.get(s.cell_id, s.position) > s.position
        )
    )
    if not again:
        return None
    return Explanation(
        text(
            "{what} comes from an earlier run of {cells}, which gave something else since.",
            what=evidence.what,
            cells=evidence.cells(again),
        ),
        again,
    )


RULE = Rule("ran-again", "warning", explain)
