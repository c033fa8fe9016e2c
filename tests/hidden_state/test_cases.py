"""Each case of the manual's pages is judged as its table says."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from nb_refactor.hidden_state.check import check
from nb_refactor.hidden_state.finding import CellReport
from nb_refactor.hidden_state.lacking import lacking_hazards
from nb_refactor.hidden_state.rules import RULES

from .case_files import Case, Expected, cases, construct_pages, pages

ALL = [case for page in [*pages(), *construct_pages()] for case in cases(page)]
HAZARDS = {
    "unseeded-random",
    "clock",
    "network",
    "absolute-path",
    "missing-file",
    "missing-package",
    "shadowed-builtin",
    "global-data",
}
OTHERS = {"edited", "opaque", "not-python"}


def found(case: Case, reports: tuple[CellReport, ...]) -> list[Expected]:
    wanted = {row.rule for row in case.expected}
    rows = []
    for report, cell in zip(reports, case.notebook.code_cells, strict=True):
        everything = (*report.findings, *lacking_hazards(cell.source, case.lacking))
        findings = [f for f in everything if f.rule not in HAZARDS or f.rule in wanted]
        rows += [Expected(report.cell_id, report.state, f.rule, f.name or "") for f in findings]
        if not findings:
            rows.append(Expected(report.cell_id, report.state, "", ""))
    return rows


@pytest.mark.parametrize("case", ALL, ids=[f"{case.page}: {case.title}" for case in ALL])
def test_seen_by_the_browser(case: Case) -> None:
    assert found(case, check(case.notebook, case.ran)) == list(case.expected)


@pytest.mark.parametrize("case", ALL, ids=[f"{case.page}: {case.title}" for case in ALL])
def test_known_by_counts_alone(case: Case) -> None:
    if case.seen:
        pytest.skip("the browser saw more")
    ran = case.ran and [replace(e, cell_id=None, status="unknown") for e in case.ran]
    assert found(case, check(case.notebook, ran)) == list(case.expected)


@pytest.mark.parametrize("case", ALL, ids=[f"{case.page}: {case.title}" for case in ALL])
def test_messages_are_sentences(case: Case) -> None:
    for report in check(case.notebook, case.ran):
        for finding in report.findings:
            said = [finding.message, *(mend.title for mend in finding.mends)]
            assert finding.message.endswith("."), finding.message
            assert not [text for text in said if _UNLIKELY.search(text)]


# A number that does not agree with its noun, a value that is missing, words that are joined badly.
_UNLIKELY = re.compile(r"\b1 times\b|\bNone\b|  |\( | [,.;)]|\.\.|``|\[\]|#0\b")


def test_every_rule_has_its_page() -> None:
    assert {page.stem for page in pages()} == {rule.code for rule in RULES} | HAZARDS | OTHERS


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.stem)
def test_a_page_shows_its_rule_and_where_it_keeps_silent(page: Path) -> None:
    shown = [{row.rule for row in case.expected} for case in cases(page)]
    # What no other rule can name has no example that stays one.
    assert page.stem == "other-value" or any(page.stem in rules for rules in shown)
    assert any(page.stem not in rules for rules in shown)


def test_the_manual_shows_these_cases() -> None:
    script = Path(__file__).parents[2] / "scripts" / "rule_pages.py"
    done = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
