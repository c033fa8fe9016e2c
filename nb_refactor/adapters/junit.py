"""The report of `reproduce` as JUnit XML: a test suite for each notebook, a case for each cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree

from nb_refactor.reproduce.report import CellOutcome, Report

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(reports: Sequence[Report]) -> bytes:
    """The XML document."""
    suites = ElementTree.Element("testsuites", name="nb-refactor reproduce")
    for report in reports:
        suites.append(_suite(report))
    ElementTree.indent(suites)
    data: bytes = ElementTree.tostring(suites, encoding="utf-8", xml_declaration=True)
    return data


def _suite(report: Report) -> ElementTree.Element:
    cases = [_case(report, number, cell) for number, cell in enumerate(report.cells, start=1)]
    if report.status in ("timeout", "died") or (report.status == "error" and report.message):
        cases.append(_whole(report))
    counts = {name: sum(case.find(name) is not None for case in cases) for name in _KINDS}
    suite = ElementTree.Element(
        "testsuite",
        name=_text(report.path),
        tests=str(len(cases)),
        failures=str(counts["failure"]),
        errors=str(counts["error"]),
        skipped=str(counts["skipped"]),
        time=f"{report.seconds:.3f}",
    )
    suite.extend(cases)
    return suite


_KINDS = ("failure", "error", "skipped")


def _case(report: Report, number: int, cell: CellOutcome) -> ElementTree.Element:
    case = ElementTree.Element(
        "testcase",
        classname=_text(report.path),
        name=_text(f"cell #{number} ({cell.cell_id})"),
        time=f"{cell.seconds:.3f}",
    )
    if cell.status in ("different", "unstable"):
        whys = [difference.why for difference in cell.differences]
        diffs = [difference.diff for difference in cell.differences if difference.diff]
        reason = [f"Cause: {cell.cause.message}"] if cell.cause else []
        text = "\n".join([*whys, *reason, *diffs])
        _tell(case, "failure", whys[0] if whys else cell.status, text)
    elif cell.status == "error":
        reason = [f"Cause: {cell.cause.message}"] if cell.cause else []
        _tell(case, "error", cell.error or "error", "\n".join([cell.error or "", *reason]))
    elif cell.status == "not_run":
        _tell(case, "skipped", "not run", "")
    return case


def _whole(report: Report) -> ElementTree.Element:
    case = ElementTree.Element("testcase", classname=_text(report.path), name="run", time="0")
    _tell(case, "error", report.message or report.status, "")
    return case


def _tell(case: ElementTree.Element, kind: str, message: str, text: str) -> None:
    part = ElementTree.SubElement(case, kind, message=_text(message))
    part.text = _text(text) or None


def _text(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)
