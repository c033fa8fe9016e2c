"""Our extraction beside that of other tools, on the cells that make it hard.

    python bench/extraction_peers.py [--cases tests/refactor/cases/traps.md] [--json FILE] [--show]

Each case is a small notebook of which one cell is extracted: by nb-refactor, by rope (extract
method) and jedi (extract function) over the cells joined into one script, by nbmodular (the cell
under `%%function`), and by soorgeon (each cell under a heading of its own becomes a task). Before
and after are executed. *right*: the same is printed, and the names that both have at the end have
the same values; *wrong*: not so, or the new code does not run; *refused*: the tool says no, or
fails with an error. A peer that is not installed is left out.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import importlib.util
import io
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests" / "refactor"))

from extraction_case import Case, read_cases  # noqa: E402
from random_programs import difference, run  # noqa: E402

from nb_refactor.change import Refused as OurRefused  # noqa: E402
from nb_refactor.refactor.extract_function.destination import Destination  # noqa: E402
from nb_refactor.refactor.extract_function.extract import extract  # noqa: E402

Cells = list[str]


class Refuses(Exception):
    """The tool does not extract the cell."""


def ours(cells: Cells, place: int, case: Case) -> str:
    answer = extract(case.notebook, [case.cell_id], Destination("proj.steps", "step", "steps.py"))
    if isinstance(answer, OurRefused):
        raise Refuses(answer.refusals[0].code)
    new = {edit.cell_id: edit.after or "" for edit in answer.cells}
    after = [new.get(cell.cell_id, cell.source) for cell in case.notebook.code_cells]
    return verdict(run(cells, None), run(after, answer.files[-1].after))


def verdict(before: Any, after: Any) -> str:
    return "right" if difference(before, after) is None else "wrong"


def script(cells: Cells, place: int) -> tuple[str, int, int]:
    """The cells as one script, and the first and last line (from 1) of the one at `place`."""
    first = sum(cell.count("\n") + 2 for cell in cells[:place]) + 1
    return "\n\n".join(cells) + "\n", first, first + cells[place].count("\n")


def judged_script(cells: Cells, changed: str) -> str:
    whole = "\n\n".join(cells) + "\n"
    # A script shows no values: only what is printed, and the names, are compared.
    return verdict(run([whole + "\nNone"], None), run([changed + "\nNone"], None))


def rope(cells: Cells, place: int, case: Case) -> str:
    from rope.base.project import Project
    from rope.refactor.extract import ExtractMethod

    text, first, last = script(cells, place)
    with tempfile.TemporaryDirectory() as folder:
        project = Project(folder, ropefolder=None)
        Path(folder, "whole.py").write_text(text, encoding="utf-8")
        resource = project.get_resource("whole.py")
        lines = text.split("\n")
        start = sum(len(line) + 1 for line in lines[: first - 1])
        end = sum(len(line) + 1 for line in lines[:last]) - 1
        project.do(ExtractMethod(project, resource, start, end).get_changes("step"))
        changed = Path(folder, "whole.py").read_text(encoding="utf-8")
        project.close()
    return judged_script(cells, changed)


def jedi(cells: Cells, place: int, case: Case) -> str:
    from jedi import Script

    text, first, last = script(cells, place)
    width = len(text.split("\n")[last - 1])
    change = Script(text).extract_function(
        first, 0, until_line=last, until_column=width, new_name="step"
    )
    files = list(change.get_changed_files().values())
    return judged_script(cells, files[0].get_new_code())


def soorgeon(cells: Cells, place: int, case: Case) -> str:
    import nbformat
    from soorgeon.export import NotebookExporter

    notebook = nbformat.v4.new_notebook()
    for number, cell in enumerate(cells):
        notebook.cells.append(nbformat.v4.new_markdown_cell(f"## part {number}"))
        notebook.cells.append(nbformat.v4.new_code_cell(cell))
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            exporter = NotebookExporter(notebook, verbose=False, serializer="cloudpickle", py=True)
            exporter.export_definitions()
            specs, sources = exporter.get_task_specs("out"), exporter.get_sources()
        sys.path.insert(0, folder)
        try:
            return _tasks_verdict(cells, specs, sources)
        finally:
            sys.path.remove(folder)


def _tasks_verdict(cells: Cells, specs: dict[str, Any], sources: dict[str, str]) -> str:
    before = "".join(re.sub(r"Out: .*", "", text) for text in run(cells, None).outputs)
    products = {name: spec["product"] for name, spec in specs.items()}
    out = io.StringIO()
    try:
        with contextlib.redirect_stdout(out):
            for name, source in sources.items():
                names: dict[str, Any] = {"__name__": "__main__"}
                tree = ast.parse(source)
                body = [node for node in tree.body if not _sets_parameters(node)]
                names.update(upstream=products, product=products[name])
                exec(compile(ast.Module(body, []), name, "exec"), names)
    except Exception:
        return "wrong"
    return "right" if out.getvalue() == before else "wrong"


def _sets_parameters(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in ("upstream", "product")


def nbmodular(cells: Cells, place: int, case: Case) -> str:
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    with (
        tempfile.TemporaryDirectory() as folder,
        contextlib.chdir(folder),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        shell.run_line_magic("load_ext", "nbmodular.core.cell2func")
        for cell in cells[:place]:
            shell.run_cell(cell)
        done = shell.run_cell(f"%%function step --override\n{cells[place]}\n")
        if not done.success:
            raise Refuses("error")
        # What is returned it decides when it sees the cells below as functions too.
        for number, cell in enumerate(cells[place + 1 :]):
            shell.run_cell(f"%%function later_{number} --override\n{cell}\n")
    magic = shell.magics_manager.magics["cell"]["function"].__self__
    info = next(f for f in magic.processor.function_list if f.name == "step")
    arguments = ", ".join(info.arguments)
    returned = ", ".join(info.return_values)
    call = f"{returned} = step({arguments})" if returned else f"step({arguments})"
    after = [*cells[:place], f"{info.code}\n{call}", *cells[place + 1 :]]
    return verdict(run(cells, None), run(after, None))


TOOLS: dict[str, Callable[[Cells, int, Case], str]] = {
    "nb-refactor": ours,
    "rope": rope,
    "jedi": jedi,
    "nbmodular": nbmodular,
    "soorgeon": soorgeon,
}


def one(tool: str, case: Case) -> str:
    cells = [cell.source for cell in case.notebook.code_cells]
    place = [cell.cell_id for cell in case.notebook.code_cells].index(case.cell_id)
    shown = replace(case)
    try:
        return TOOLS[tool](cells, place, shown)
    except Refuses:
        return "refused"
    except (Exception, SystemExit):
        return "refused"


def in_its_own_process(tool: str, path: Path, number: int) -> str:
    """A tool may hang, end the process, or leave the interpreter in pieces."""
    asked = [sys.executable, str(Path(__file__)), "--cases", str(path), "--one", tool, str(number)]
    try:
        done = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=False)
    except subprocess.TimeoutExpired:
        return "refused"
    last = done.stdout.strip().rpartition("\n")[2]
    return last if last in ("right", "wrong", "refused") else "refused"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    cases = HERE.parent / "tests" / "refactor" / "cases" / "traps.md"
    parser.add_argument("--cases", type=Path, default=cases)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--show", action="store_true", help="the verdicts case by case")
    parser.add_argument("--one", nargs=2, metavar=("TOOL", "NUMBER"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    found = [case for case in read_cases(asked.cases.parent) if _is_of(case, asked.cases)]
    if asked.one:
        print(one(asked.one[0], found[int(asked.one[1])]))
        return 0
    tools = [tool for tool in TOOLS if tool == "nb-refactor" or importlib.util.find_spec(tool)]
    table = {
        case.name: {tool: in_its_own_process(tool, asked.cases, i) for tool in tools}
        for i, case in enumerate(found)
        if case.executed
    }
    if asked.show:
        for name, verdicts in table.items():
            print(f"{name.partition(': ')[2][:60]:62}", *(f"{v:9}" for v in verdicts.values()))
    print(f"{'tool':12}{'right':>7}{'refused':>9}{'wrong':>7}   of {len(table)} cells")
    for tool in tools:
        counts = Counter(verdicts[tool] for verdicts in table.values())
        print(f"{tool:12}{counts['right']:7}{counts['refused']:9}{counts['wrong']:7}")
    if asked.json:
        asked.json.write_text(json.dumps(table, indent=1) + os.linesep, encoding="utf-8")
    missing = [tool for tool in TOOLS if tool not in tools]
    if missing:
        print(f"not installed here, left out: {', '.join(missing)}")
    return 0


def _is_of(case: Case, path: Path) -> bool:
    return case.name.startswith(f"{path.stem}: ")


if __name__ == "__main__":
    sys.exit(main())
