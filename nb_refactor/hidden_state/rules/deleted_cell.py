"""The value comes from code that no cell of the document has any more."""

from __future__ import annotations

from nb_refactor.hidden_state.evidence import Evidence
from nb_refactor.hidden_state.rules.rule import Explanation, Rule
from nb_refactor.text import text


def explain(evidence: Evidence) -> Explanation | None:
    if not evidence.gone:
        return None
    last = evidence.gone[-1]
    what, ran = evidence.what, evidence.ran_as(last)
    cause = text(
        "{what} comes from code that is no longer in the notebook (it ran as {ran})",
        what=what,
        ran=ran,
    )
    if not evidence.disagreement.bound:
        return Explanation(
            text("{cause}. A fresh run stops here: nothing defines {what}.", cause=cause, what=what)
        )
    if evidence.fresh_cells:
        source = evidence.cells(tuple(evidence.fresh_cells))
        return Explanation(
            text("{cause}. A fresh run takes it from {source}.", cause=cause, source=source)
        )
    return Explanation(text("{cause}. A fresh run gives another value.", cause=cause))


RULE = Rule("deleted-cell", "error", explain)
