"""The value differs, for a reason that no other rule can name."""

from __future__ import annotations

from nb_refactor.dataflow.name_number import GENERATIONS
from nb_refactor.hidden_state.evidence import Evidence
from nb_refactor.hidden_state.rules.rule import Explanation, Rule
from nb_refactor.text import text


def explain(evidence: Evidence) -> Explanation | None:
    if evidence.disagreement.name == GENERATIONS:
        return Explanation(
            text(
                "An object here was made by a class that has been defined again since: in a "
                "fresh run it is an instance of the class, now it is not."
            )
        )
    return Explanation(text("{what} may be another value in a fresh run.", what=evidence.what))


RULE = Rule("other-value", "warning", explain)
