"""How well `reproduce` tells the truth on real notebooks.

    python bench/reproduce.py FOLDER… [--jobs 2] [--timeout 120] [--mutations 0] [--seed 1]
                              [--limit N] [--json FILE] [--as-saved]

Each folder is a project; it is copied to a temporary place with its data. Every notebook below is
first run by plain nbclient, which saves its outputs, and then checked:

- *false alarms*: a cell that is `different` although a second fresh run agrees with the first.
  Cells that differ between two fresh runs are counted apart: they are not deterministic.
- *misses* (`--mutations N` for each notebook): a constant, sign, colour, axis limit or row is
  changed in one cell, nbclient runs the notebook again, and every cell whose outputs are no longer
  equal byte by byte, but were so in two unchanged runs, must be told as different.
With `--as-saved` the notebooks are compared with the outputs that their authors saved, and the
reasons for differences are counted.
"""

from __future__ import annotations

import argparse
import ast
import asyncio
import copy
import json
import random
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from nb_refactor.adapters.notebook_runner import Limits, local_kernels, reproduce_notebook
from nb_refactor.reproduce.compare import compare_cell
from nb_refactor.reproduce.output import read_outputs, split_stderr
from nb_refactor.reproduce.tolerance import Tolerance

COLOURS = ["red", "blue", "green", "black", "orange", "r", "b", "g", "k", "C0", "C1"]
LIMITS = ("xlim", "ylim", "set_xlim", "set_ylim", "axis")


async def executed(notebook: Any, folder: Path, timeout: int) -> Any:
    """The notebook with fresh outputs, errors included."""
    fresh = copy.deepcopy(notebook)
    client = NotebookClient(
        fresh,
        timeout=timeout,
        allow_errors=True,
        record_timing=False,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
    )
    async with client.async_setup_kernel(cleanup_kc=True):
        for index, cell in enumerate(fresh.cells):
            await client.async_execute_cell(cell, index)
    return fresh


async def check(path: Path, options: argparse.Namespace) -> dict[str, Any]:
    """One notebook's row of the tables."""
    notebook = nbformat.read(path, as_version=4)
    row: dict[str, Any] = {"path": str(path), "mutants": []}
    try:
        saved = notebook
        if not options.as_saved:
            saved = await executed(notebook, path.parent, options.timeout)
    except Exception as problem:
        return row | {"status": "not executed", "why": f"{type(problem).__name__}: {problem}"[:200]}
    report = await reproduce_notebook(
        json.loads(nbformat.writes(saved)),
        local_kernels(str(path.parent)),
        path=str(path),
        limits=Limits(total_seconds=5 * options.timeout),
        twice=not options.as_saved,
    )
    row |= {"status": report.status, "why": report.message, "seconds": report.seconds}
    row["cells"] = dict(Counter(cell.status for cell in report.cells))
    row["differences"] = [
        f"{cell.cell_id} {cell.status}: {difference.mime}: {difference.why}\n"
        f"{difference.diff[:600]}"
        for cell in report.cells
        for difference in cell.differences
    ]
    row["reasons"] = [reason(d.mime, d.why) for cell in report.cells for d in cell.differences]
    row["reasons"] += [f"error: {cell.error}"[:60] for cell in report.cells if cell.error]
    if options.mutations and report.status in ("reproduced", "different"):
        row["mutants"] = await mutants(saved, path, options)
    return row


async def mutants(saved: Any, path: Path, options: argparse.Namespace) -> list[dict[str, Any]]:
    """What became of seeded changes: one entry for each cell whose bytes changed."""
    again = await executed(saved, path.parent, options.timeout)
    rng = random.Random(f"{options.seed} {path.name}")
    changes = list(mutations(saved))
    found: list[dict[str, Any]] = []
    for index, name, source in rng.sample(changes, min(options.mutations, len(changes))):
        mutant = copy.deepcopy(saved)
        mutant.cells[index].source = source
        try:
            run = await executed(mutant, path.parent, options.timeout)
        except Exception as problem:
            print(f"  {path.name}: {name}: {type(problem).__name__}", file=sys.stderr)
            continue
        for a, b, c in zip(saved.cells, again.cells, run.cells, strict=True):
            if a.cell_type == "code" and plain(a) == plain(b) != plain(c):
                match = compare_cell(a.outputs, c.outputs, Tolerance())
                found.append(
                    {
                        "mutation": name,
                        "kind": kind_of(a, c),
                        "detected": bool(match.differences),
                        "cell": a.get("id"),
                        "why": [d.why for d in match.differences][:1],
                        "saved": "" if match.differences else json.dumps(plain(a))[:3000],
                        "fresh": "" if match.differences else json.dumps(plain(c))[:3000],
                    }
                )
    return found


def reason(mime: str, why: str) -> str:
    """The kind of a difference: its MIME type and its sentence without numbers and values."""
    return f"{mime}: {re.sub(r'[0-9]+', 'N', re.sub(chr(39) + '.*', '…', why))}"[:80]


def plain(cell: Any) -> list[Any]:
    """A cell's outputs as JSON without what is no output: counts, standard error, tracebacks."""
    kept = []
    for output in cell.outputs:
        if output.output_type == "stream" and output.name == "stderr":
            continue
        kept.append({k: v for k, v in output.items() if k not in ("execution_count", "traceback")})
    return kept


def kind_of(saved: Any, fresh: Any) -> str:
    """The richest MIME type among the outputs that are not equal."""
    a, b = (split_stderr(read_outputs(cell.outputs))[0] for cell in (saved, fresh))
    if len(a) != len(b):
        return "another number of outputs"
    for x, y in zip(a, b, strict=True):
        if x != y:
            data = getattr(x, "data", None)
            if data is None:
                return type(x).__name__.lower()
            return next(
                (m for m in ("image/png", "text/html", "text/latex") if m in data), min(data)
            )
    return "nothing shown"


def mutations(notebook: Any) -> Iterator[tuple[int, str, str]]:
    """Every (cell's index, name of the change, changed source) of the kinds that are tried."""
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type != "code" or cell.source.lstrip().startswith("%%"):
            continue
        try:
            tree = ast.parse(cell.source)
        except SyntaxError:
            continue
        for node in ast.walk(tree):
            for name, replacement in changes_of(node):
                changed = replaced(cell.source, node, replacement)
                if changed is not None:
                    yield index, name, changed


def changes_of(node: ast.AST) -> Iterator[tuple[str, Callable[[str], str]]]:
    if isinstance(node, ast.Constant):
        if isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
            yield "constant", lambda text: f"({text} + 1)" if "." not in text else f"({text} * 1.1)"
            yield "sign", lambda text: f"(-{text})"
        elif node.value in COLOURS:
            yield "colour", lambda text: repr("magenta")
    elif isinstance(node, ast.Call):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name.startswith("read_") and name not in ("read_pickle", "read_html"):
            yield "dropped row", lambda text: f"{text}.iloc[:-1]"
        if name in LIMITS and node.args:
            yield "axis limit", lambda text: f"{text[:-1].rstrip(', ')}) if False else None"
    elif isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub, ast.Mult)):
        yield "operator", lambda text: f"(0 * ({text}))"


def replaced(source: str, node: Any, change: Callable[[str], str]) -> str | None:
    text = ast.get_source_segment(source, node)
    if text is None or "\n" in text:
        return None
    lines = source.split("\n")
    line = lines[node.lineno - 1].encode()
    start, end = node.col_offset, node.end_col_offset
    lines[node.lineno - 1] = (line[:start] + change(text).encode() + line[end:]).decode()
    changed = "\n".join(lines)
    try:
        ast.parse(changed)
    except SyntaxError:
        return None
    return changed


def tell(rows: list[dict[str, Any]]) -> None:
    """The tables, as text."""
    print("\nnotebooks:", dict(Counter(row["status"] for row in rows)))
    print("cells:", dict(sum((Counter(row.get("cells", {})) for row in rows), Counter())))
    for row in rows:
        unlike = {k: v for k, v in row.get("cells", {}).items() if k != "same"}
        if row["status"] != "reproduced":
            print(f"\n{row['status']}: {row['path']} {unlike} {row['why']}")
            for difference in row.get("differences", [])[:6]:
                print("   ", difference.replace("\n", "\n        "))
    reasons = Counter(name for row in rows for name in row.get("reasons", []))
    for name, count in reasons.most_common(30):
        print(f"{count:5} {name}")
    entries = [entry for row in rows for entry in row["mutants"]]
    for key in ("kind", "mutation"):
        total = Counter(entry[key] for entry in entries)
        detected = Counter(entry[key] for entry in entries if entry["detected"])
        for name, count in total.most_common():
            print(f"{key} {name}: {detected[name]} of {count} detected")
    for row in rows:
        for entry in row["mutants"]:
            if not entry["detected"]:
                print(f"MISSED in {row['path']}:", json.dumps(entry)[:1500])


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--timeout", type=int, default=120)
    parser.add_argument("--mutations", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--as-saved", action="store_true")
    options = parser.parse_args()
    gate = asyncio.Semaphore(options.jobs)
    rows: list[dict[str, Any]] = []

    async def one(path: Path) -> dict[str, Any]:
        async with gate:
            row = await check(path, options)
            print(f"{row['status']:14} {path.name} {row.get('cells', '')}", file=sys.stderr)
            rows.append(row)
            if options.json:
                options.json.write_text(json.dumps(rows, indent=1))
            return row

    with tempfile.TemporaryDirectory() as place:
        paths: list[Path] = []
        for folder in options.folders:
            copied = Path(place) / folder.resolve().name
            shutil.copytree(folder, copied)
            paths += sorted(
                p for p in copied.rglob("*.ipynb") if ".ipynb_checkpoints" not in p.parts
            )
        await asyncio.gather(*map(one, paths[: options.limit]))
    tell(rows)


if __name__ == "__main__":
    asyncio.run(main())
