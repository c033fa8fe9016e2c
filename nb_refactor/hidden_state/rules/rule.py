"""What a rule is: a code, a severity, and a function from evidence to a sentence, or to None."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nb_refactor.hidden_state.evidence import Evidence
from nb_refactor.hidden_state.finding import Severity


@dataclass(frozen=True, slots=True)
class Explanation:
    """A rule's answer: one sentence (or two), and the ids of the cells that it comes from.
    `inherited` says that the cause is in those cells, not in this one."""

    message: str
    sources: tuple[str, ...] = ()
    inherited: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One reason why a cell is not what a fresh run gives."""

    code: str
    severity: Severity
    explain: Callable[[Evidence], Explanation | None]
