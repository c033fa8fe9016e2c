"""Which findings are told: rules can be switched off. The judgement of the cells does not change
by it, only what is said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from msgspec.structs import replace

from nb_refactor.hidden_state.finding import NotebookReport
from nb_refactor.hidden_state.rules import RULES

# Told by the judgement itself, without a rule.
JUDGED = ("edited", "not-python", "opaque")

HAZARDS = (
    "unseeded-random",
    "clock",
    "network",
    "absolute-path",
    "missing-file",
    "missing-package",
    "shadowed-builtin",
    "global-data",
)

CODES = (*(rule.code for rule in RULES), *JUDGED, *HAZARDS)


@dataclass(frozen=True, slots=True)
class Selection:
    """The codes that are on (`None`: all), and of these the ones that are off."""

    select: frozenset[str] | None = None
    ignore: frozenset[str] = frozenset()

    def tells(self, code: str) -> bool:
        """Is the rule on?"""
        return code not in self.ignore and (self.select is None or code in self.select)


ALL = Selection()


def unknown_codes(codes: Iterable[str]) -> tuple[str, ...]:
    """Those of the codes that no finding has."""
    return tuple(code for code in codes if code not in CODES)


def selected(report: NotebookReport, selection: Selection) -> NotebookReport:
    """The report with only the findings whose rules are on; the states stay as judged."""
    if selection == ALL:
        return report
    cells = tuple(
        replace(cell, findings=tuple(f for f in cell.findings if selection.tells(f.rule)))
        for cell in report.cells
    )
    return replace(report, cells=cells)
