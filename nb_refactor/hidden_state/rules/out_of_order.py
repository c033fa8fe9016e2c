"""Other cells made the value than would make it from top to bottom."""

from __future__ import annotations

from nb_refactor.hidden_state.evidence import Evidence
from nb_refactor.hidden_state.rules.rule import Explanation, Rule
from nb_refactor.text import text


def explain(evidence: Evidence) -> Explanation | None:
    own = evidence.judgement.cell.cell_id
    extra = tuple(evidence.live_cells - evidence.fresh_cells - {own})
    missing = tuple(evidence.fresh_cells - evidence.live_cells - {own})
    what = evidence.what
    if extra and missing:
        message = text(
            "{what} comes from {cells}; a fresh run takes it from {others}.",
            what=what,
            cells=evidence.cells(extra),
            others=evidence.cells(missing),
        )
    elif extra:
        place = _place(evidence, extra)
        message = text(
            "{what} was changed by {cells}, {place}.",
            what=what,
            cells=evidence.cells(extra),
            place=place,
        )
    elif missing:
        message = text(
            "{what} is without what {cells} does to it in a fresh run.",
            what=what,
            cells=evidence.cells(missing),
        )
    else:
        return None
    return Explanation(message, (*extra, *missing))


def _place(evidence: Evidence, cell_ids: tuple[str, ...]) -> str:
    index = evidence.judgement.index
    places = [evidence.comparison.judgement(cell_id).index for cell_id in cell_ids]
    if all(place > index for place in places):
        return text("further down, before this cell ran")
    return text("in another order than from top to bottom")


RULE = Rule("out-of-order", "error", explain)
