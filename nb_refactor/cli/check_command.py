"""`nb-refactor check`: static, executes nothing."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nb_refactor import use_cases
from nb_refactor.adapters.check_settings import CheckSettings
from nb_refactor.adapters.ipynb import NotebookFile, UnreadableNotebook, read_notebook
from nb_refactor.cli.check_options import settings_source
from nb_refactor.cli.failure import CANNOT, FINE, NO, Failure
from nb_refactor.cli.notebook_paths import notebook_paths, shown
from nb_refactor.cli.output import print_json, print_text
from nb_refactor.hidden_state.finding import NotebookReport
from nb_refactor.hidden_state.history import Execution


@dataclass(frozen=True)
class Checked:
    """A notebook with its report."""

    file: NotebookFile
    report: NotebookReport


@dataclass
class _Tally:
    """What a run has come to so far."""

    checked: list[Checked]
    unreadable: int = 0

    def cannot(self, sentence: object) -> None:
        self.unreadable += 1
        print_text(f"nb-refactor: {sentence}", to_stderr=True)


def run(options: argparse.Namespace) -> int:
    executions = read_history(Path(options.history)) if options.history else None
    settings_of = settings_source(options)
    tally = _Tally([])
    named = {Path(name) for name in options.notebooks}
    for path in notebook_paths(options.notebooks):
        _check_one(path, path in named, executions, settings_of(path), tally)
    _FORMATS[options.format or ("json" if options.json else "text")](tally.checked)
    if tally.unreadable:
        return CANNOT
    return NO if any(is_no(one.report) for one in tally.checked) else FINE


def _check_one(
    path: Path,
    is_named: bool,
    executions: Sequence[Execution] | None,
    settings: CheckSettings,
    tally: _Tally,
) -> None:
    if settings.leaves_out(path):
        if is_named:
            by = settings.source or "--exclude"
            print_text(f"nb-refactor: {shown(path)} is left out by {by}.", to_stderr=True)
        return
    try:
        file = read_notebook(path)
    except UnreadableNotebook as error:
        tally.cannot(error)
        return
    language = file.notebook.language
    if language != "python" and is_named:  # in a directory there may be others
        tally.cannot(f"{shown(path)} is a notebook in {language}, not in Python.")
    lacking = use_cases.lacking_of(file.notebook, path)
    report = use_cases.check(
        shown(path), file.notebook, executions, settings.selection, lacking=lacking
    )
    tally.checked.append(Checked(file, report))


def is_no(report: NotebookReport) -> bool:
    """Is there a finding that is more than a note? Every cell that is not fresh has one, unless
    its rule is switched off."""
    return any(finding.severity != "info" for cell in report.cells for finding in cell.findings)


def read_history(path: Path) -> tuple[Execution, ...]:
    """The executions in the file, without the entry that counts 0, which is none. Raises
    Failure."""
    try:
        entries = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise Failure(f"The history {path} cannot be read: {error.strerror}.") from None
    except (ValueError, RecursionError):
        raise Failure(f"The history {path} is not JSON in UTF-8.") from None
    if not isinstance(entries, list) or not all(map(_is_entry, entries)):
        raise Failure(
            f"The history {path} is not a list of [session, execution_count, source], "
            "as a kernel's history_request answers it."
        )
    return tuple(Execution(source, count) for _, count, source in entries if count != 0)


def _is_entry(entry: Any) -> bool:
    if not isinstance(entry, list) or len(entry) != 3:
        return False
    session, count, source = entry
    return isinstance(session, int) and isinstance(count, int) and isinstance(source, str)


def _print_json(checked: Sequence[Checked]) -> None:
    print_json({"version": 1, "notebooks": [one.report for one in checked]})


def _print_text(checked: Sequence[Checked]) -> None:
    from nb_refactor.cli.text_report import text_report

    for one in checked:
        print_text(text_report(one.file.notebook, one.report))


def _print_sarif(checked: Sequence[Checked]) -> None:
    from nb_refactor.cli.annotations import located, sarif

    print_json(sarif([place for one in checked for place in located(one.file, one.report)]))


def _print_github(checked: Sequence[Checked]) -> None:
    from nb_refactor.cli.annotations import github, located

    for one in checked:
        for place in located(one.file, one.report):
            print_text(github(place))


_FORMATS: dict[str, Callable[[Sequence[Checked]], None]] = {
    "text": _print_text,
    "json": _print_json,
    "sarif": _print_sarif,
    "github": _print_github,
}
