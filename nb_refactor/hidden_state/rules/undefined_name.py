"""Nothing in the document defines the name."""

from __future__ import annotations

from nb_refactor.hidden_state.evidence import Evidence
from nb_refactor.hidden_state.rules.rule import Explanation, Rule


def explain(evidence: Evidence) -> Explanation | None:
    if evidence.disagreement.bound:
        return None
    return Explanation(
        f"Nothing above defines {evidence.what}: a fresh run stops here.",
    )


RULE = Rule("undefined-name", "error", explain)
