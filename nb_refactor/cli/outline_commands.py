"""`nb-refactor candidates` and `nb-refactor map`: what a notebook holds that could be extracted."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from nb_refactor import use_cases
from nb_refactor.adapters.ipynb import NotebookFile, UnreadableNotebook, read_notebook
from nb_refactor.cli.failure import FINE, Failure
from nb_refactor.cli.output import print_json, print_text
from nb_refactor.dataflow.notebook_map import NotebookMap
from nb_refactor.refactor.candidates import Candidates


def candidates(options: argparse.Namespace) -> int:
    file = _read(options.notebook)
    found = use_cases.candidates(file.notebook)
    if options.json:
        print_json(found)
    else:
        print_text("\n".join(_candidate_lines(found, file)))
    return FINE


def map_(options: argparse.Namespace) -> int:
    file = _read(options.notebook)
    drawn = use_cases.notebook_map(file.notebook, Path(options.notebook).resolve())
    if options.json:
        print_json(drawn)
    else:
        print_text("\n".join(_map_lines(drawn)))
    return FINE


def _read(name: str) -> NotebookFile:
    try:
        file = read_notebook(Path(name))
    except UnreadableNotebook as error:
        raise Failure(str(error)) from None
    if file.notebook.language != "python":
        raise Failure(f"{file.path} is a notebook in {file.notebook.language}, not in Python.")
    return file


def _candidate_lines(found: Candidates, file: NotebookFile) -> Iterator[str]:
    numbers = {cell.cell_id: n for n, cell in enumerate(file.notebook.code_cells, start=1)}
    count = len(found.candidates)
    noun = "candidate" if count == 1 else "candidates"
    yield f"{file.path}: {count} {noun} for extraction in {found.cells} cells"
    for candidate in found.candidates:
        cells = ", ".join(f"#{numbers[each]}" for each in candidate.cell_ids)
        ids = ", ".join(candidate.cell_ids)
        returns = ", ".join(candidate.returns) or "None"
        yield f"  cell {cells} ({ids}): ({', '.join(candidate.parameters)}) -> {returns}"
        for reason in candidate.reasons:
            yield f"    {reason.message}"


def _map_lines(drawn: NotebookMap) -> Iterator[str]:
    numbers = {cell.cell_id: cell.number for cell in drawn.cells}
    for cell in drawn.cells:
        modules = f", from {', '.join(cell.modules)}" if cell.modules else ""
        yield f"#{cell.number} ({cell.cell_id}): {cell.lines} lines{modules}"
        for flow in drawn.flows:
            if flow.source == cell.cell_id:
                yield f"  -> #{numbers[flow.target]}: {', '.join(flow.names)}"
