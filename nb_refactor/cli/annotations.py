"""Findings at lines of the notebook file, for the places that show them: SARIF 2.1.0 and GitHub's
workflow commands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from nb_refactor import __version__
from nb_refactor.adapters.cell_places import cell_places, file_line
from nb_refactor.adapters.ipynb import NotebookFile
from nb_refactor.hidden_state.descriptions import DESCRIPTIONS
from nb_refactor.hidden_state.finding import Finding, NotebookReport

_SARIF_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_GITHUB_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}


@dataclass(frozen=True)
class Located:
    """A finding, its cell, and the line of the notebook file (from 1) that it stands on."""

    path: str
    cell_id: str
    line: int
    finding: Finding


def located(file: NotebookFile, report: NotebookReport) -> Iterator[Located]:
    """Every finding of the report with its line in the file."""
    if not any(cell.findings for cell in report.cells):
        return
    ids = [cell.cell_id for cell in file.notebook.cells]
    places = dict(zip(ids, cell_places(file.text), strict=True))
    for cell in report.cells:
        for finding in cell.findings:
            line = finding.at.line if finding.at else 1
            at = file_line(file.text, places[cell.cell_id], line)
            yield Located(report.path, cell.cell_id, at, finding)


def github(place: Located) -> str:
    """The workflow command that puts the finding beside the line."""
    command = _GITHUB_COMMANDS[place.finding.severity]
    title = f"{place.finding.rule} in cell {place.cell_id}"
    where = f"file={_property(place.path)},line={place.line},title={_property(title)}"
    return f"::{command} {where}::{_data(place.finding.message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def sarif(places: Sequence[Located]) -> dict[str, Any]:
    """The SARIF log of one run."""
    rules = sorted({place.finding.rule for place in places})
    driver = {
        "name": "nb-refactor",
        "version": __version__,
        "rules": [_rule(code) for code in rules],
    }
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "results": [_result(place, rules) for place in places],
            }
        ],
    }


def _rule(code: str) -> dict[str, Any]:
    """What the manual's page says of the rule. A page has no address of its own that would hold for
    every installation, so its advice is given here."""
    told = DESCRIPTIONS[code]
    return {
        "id": code,
        "shortDescription": {"text": told.heading},
        "fullDescription": {"text": told.meaning},
        "help": {"text": told.what_to_do, "markdown": told.what_to_do},
        "defaultConfiguration": {"level": _SARIF_LEVELS[told.severity]},
    }


def _uri(path: str) -> str:
    """A path that is relative stays so: it is the reader who knows the repository."""
    return Path(path).as_uri() if Path(path).is_absolute() else quote(path)


def _result(place: Located, rules: Sequence[str]) -> dict[str, Any]:
    finding = place.finding
    location = {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(place.path)},
            "region": {"startLine": place.line},
        },
        "logicalLocations": [{"name": place.cell_id, "kind": "cell"}],
    }
    return {
        "ruleId": finding.rule,
        "ruleIndex": rules.index(finding.rule),
        "level": _SARIF_LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [location],
    }
