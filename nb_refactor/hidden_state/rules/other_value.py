"""The value differs, for a reason that no other rule can name."""

from __future__ import annotations

from nb_refactor.hidden_state.evidence import Evidence
from nb_refactor.hidden_state.rules.rule import Explanation, Rule


def explain(evidence: Evidence) -> Explanation | None:
    return Explanation(f"{evidence.what} may be another value in a fresh run.")


RULE = Rule("other-value", "warning", explain)
