"""Our extraction beside a person's own, on the same cells of the same notebooks.

    python bench/extraction_beside_people.py FOLDER [--code]

Each folder in FOLDER holds `before.ipynb`, `after.ipynb` and `case.json`, which names the cells
that moved and the functions that came of them. Printed are both signatures, what they return, and
what stays in the notebook; with `--code` our functions too. A measure of taste, not of correctness.
"""

from __future__ import annotations

import argparse
import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nb_refactor.adapters.ipynb import read_notebook
from nb_refactor.change import ChangeSet, Refused
from nb_refactor.notebook import Cell, Notebook
from nb_refactor.refactor.extract_function.destination import Destination
from nb_refactor.refactor.extract_function.extract import extract
from nb_refactor.refactor.extract_function.proposed_name import proposed_name


def cases(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    for path in sorted(folder.glob("*/case.json")):
        yield path.parent, json.loads(path.read_text(encoding="utf-8"))


def groups(notebook: Notebook, cell_ids: list[str]) -> list[list[str]]:
    """The cells that moved, those that follow each other together."""
    order = [cell.cell_id for cell in notebook.code_cells]
    found: list[list[str]] = []
    for cell_id in cell_ids:
        if found and order.index(found[-1][-1]) + 1 == order.index(cell_id):
            found[-1].append(cell_id)
        else:
            found.append([cell_id])
    return found


def our_functions(notebook: Notebook, cell_ids: list[str]) -> list[ChangeSet | Refused]:
    """One function for each group of neighbours; where they cannot be joined, one for each cell."""
    answers: list[ChangeSet | Refused] = []
    for group in groups(notebook, cell_ids):
        joined = _extracted(notebook, group)
        if isinstance(joined, Refused) and len(group) > 1:
            answers += [_extracted(notebook, [cell_id]) for cell_id in group]
        else:
            answers.append(joined)
    return answers


def _extracted(notebook: Notebook, cell_ids: list[str]) -> ChangeSet | Refused:
    first = next(cell for cell in notebook.code_cells if cell.cell_id == cell_ids[0])
    name = proposed_name(notebook, first, frozenset())
    return extract(notebook, cell_ids, Destination("helper", name, "helper.py"))


def signature(answer: ChangeSet) -> str:
    tree = ast.parse(answer.files[-1].after or "")
    made = [n for n in tree.body if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))]
    wanted = [node for node in made if node.name == answer.function.name] or made
    if not wanted:
        return answer.function.name
    return f"{wanted[-1].name}({ast.unparse(wanted[-1].args)})"


def show(folder: Path, case: dict[str, Any], code: bool) -> None:
    before = read_notebook(folder / "before.ipynb").notebook
    after = read_notebook(folder / "after.ipynb").notebook
    print(f"\n== {case['id']}: {case['message']}")
    for function in case["functions"]:
        returned = ", ".join(function["returns"]) or "nothing"
        print(f"  theirs  {function['signature']}  -> {returned}")
    for index in case["after_call_cell_indexes"]:
        _show_cell("  theirs in the notebook", after.cells[index])
    ids = [before.cells[index].cell_id for index in case["before_cell_indexes"]]
    for answer in our_functions(before, ids):
        if isinstance(answer, Refused):
            print(f"  ours    refused: {answer.refusals[0].message}")
            continue
        returned = ", ".join(answer.function.returns) or "nothing"
        print(f"  ours    {signature(answer)}  -> {returned}")
        for edit in answer.cells:
            if edit.after is not None:
                _show_cell("  ours in the notebook", Cell(edit.cell_id, edit.after))
        if code:
            print(
                "\n".join(f"      | {line}" for line in (answer.files[-1].after or "").split("\n"))
            )


def _show_cell(title: str, cell: Cell) -> None:
    lines = cell.source.split("\n")
    more = [f"      … {len(lines) - 12} more lines"] if len(lines) > 12 else []
    print(f"{title}:", *(f"      {line}" for line in lines[:12]), *more, sep="\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--code", action="store_true", help="print our modules")
    asked = parser.parse_args()
    found = list(cases(asked.folder))
    if not found:
        print(f"{asked.folder} holds no folder with a case.json.", file=sys.stderr)
        return 2
    for folder, case in found:
        show(folder, case, asked.code)
    return 0


if __name__ == "__main__":
    sys.exit(main())
