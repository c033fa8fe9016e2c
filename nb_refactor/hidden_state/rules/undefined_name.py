"""Nothing in the document defines the name."""

from __future__ import annotations

from nb_refactor.hidden_state.evidence import Evidence
from nb_refactor.hidden_state.rules.rule import Explanation, Rule
from nb_refactor.text import text


def explain(evidence: Evidence) -> Explanation | None:
    if evidence.disagreement.bound:
        return None
    return Explanation(
        text("Nothing above defines {what}: a fresh run stops here.", what=evidence.what),
    )


RULE = Rule("undefined-name", "error", explain)
