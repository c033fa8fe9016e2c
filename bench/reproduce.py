"""How well `reproduce` tells the truth on real notebooks.

    python bench/reproduce.py FOLDER… [--jobs 2] [--timeout 120] [--mutations 0] [--seed 1]
                              [--kinds dtype,colour] [--limit N] [--json FILE] [--as-saved]
                              [--peers]

Each folder is a project; it is copied to a temporary place with its data. Every notebook below is
first run by plain nbclient, which saves its outputs, and then checked:

- *false alarms*: a cell that is `different` although two more fresh runs agree with each other.
  Cells that differ between fresh runs are counted apart: they are not deterministic.
- *misses* (`--mutations N` for each notebook): a constant, sign, colour, operator, axis limit, row,
  column or dtype is changed in one cell, nbclient runs the notebook again, and every cell whose
  outputs are no longer equal byte by byte, but were so in two unchanged runs, must be told as
  different. Kinds of changes take turns, so that rare ones are tried as often as constants;
  `--kinds` tries some only.

With `--peers` nbval (its comparison, without sanitisers) and nbdime (its differences of outputs)
judge the same pairs of outputs, as far as they are installed.

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
from importlib.util import find_spec
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from nb_refactor.adapters.notebook_runner import Limits, local_kernels, reproduce_notebook
from nb_refactor.reproduce.compare import compare_cell
from nb_refactor.reproduce.output import read_outputs, split_stderr
from nb_refactor.reproduce.tolerance import Tolerance

COLOURS = ["red", "blue", "green", "black", "orange", "r", "b", "g", "k", "C0", "C1"]
FRAMES = ("read_csv", "read_excel", "read_table", "read_json", "read_parquet", "read_fwf")
LIMITS = ("xlim", "ylim", "set_xlim", "set_ylim", "axis", "plot", "scatter", "hist")


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
    if not options.as_saved:
        row["alarms"] = await alarms(saved, path, report, options)
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


async def alarms(
    saved: Any, path: Path, report: Any, options: argparse.Namespace
) -> dict[str, int]:
    """How many cells each judge calls different in a further fresh run, of those that are equal
    byte by byte or `same` in all that was seen of them: these are deterministic."""
    fresh = [await executed(saved, path.parent, options.timeout) for _ in range(2)]
    found = Counter(dict.fromkeys(("nb-refactor", *options.judges), 0))
    found["cells"] = 0
    codes = [cell for cell in saved.cells if cell.cell_type == "code"]
    others = [[c for c in run.cells if c.cell_type == "code"] for run in fresh]
    for outcome, old, one, two in zip(report.cells, codes, *others, strict=True):
        if outcome.status in ("unstable", "not_run", "error"):
            continue
        if outcome.status == "different":
            # By chance two runs may agree that are not deterministic: only three are believed.
            settled = not compare_cell(one.outputs, two.outputs, Tolerance()).differences
            again = not compare_cell(old.outputs, one.outputs, Tolerance()).differences
            if settled and not again:
                continue  # it differs from what was saved, for good: no false alarm
            found["nb-refactor"] += settled and again
        found["cells"] += 1
        for name, judge in options.judges.items():
            found[name] += judge(old, one)
    return dict(found)


def judges() -> dict[str, Callable[[Any, Any], bool]]:
    """The peers that are installed: each says whether two cells' outputs differ for it."""
    found: dict[str, Callable[[Any, Any], bool]] = {}
    if find_spec("nbval"):
        found["nbval"] = nbval_differs
    if find_spec("nbdime"):
        found["nbdime"] = nbdime_differs
    for name in {"nbval", "nbdime"} - found.keys():
        print(f"{name} is not installed: it is left out.", file=sys.stderr)
    return found


def nbval_differs(old: Any, new: Any) -> bool:
    """nbval's own comparison, as its plugin makes it by default."""
    from nbval.plugin import IPyNbCell

    skipped = ("metadata", "traceback", "text/latex", "prompt_number", "output_type", "name")
    skipped += ("execution_count", "application/vnd.jupyter.widget-view+json")
    item = IPyNbCell.__new__(IPyNbCell)
    item.parent = type("Parent", (), {"sanitize_patterns": {}, "skip_compare": ()})()
    item.parent.skip_compare = (*skipped, "image/png", "image/jpeg")
    item.colors = _NoColours()
    item.format_output_compare = lambda *_: None
    item.comparison_traceback = []
    from nbval.plugin import coalesce_streams

    return not item.compare_outputs(
        coalesce_streams(copy.deepcopy(new.outputs)),
        coalesce_streams(copy.deepcopy(old.outputs)),
        item.parent.skip_compare,
    )


class _NoColours:
    def __getattr__(self, name: str) -> str:
        return ""


def nbdime_differs(old: Any, new: Any) -> bool:
    from nbdime.diffing.notebooks import diff_item_at_path

    cells = [copy.deepcopy(list(cell.outputs)) for cell in (old, new)]
    for outputs in cells:
        for output in outputs:
            output.pop("execution_count", None)
    return bool(diff_item_at_path(*cells, "/cells/*/outputs"))


async def mutants(saved: Any, path: Path, options: argparse.Namespace) -> list[dict[str, Any]]:
    """What became of seeded changes: one entry for each cell whose bytes changed."""
    again = await executed(saved, path.parent, options.timeout)
    rng = random.Random(f"{options.seed} {path.name}")
    found: list[dict[str, Any]] = []
    for index, name, source in drawn(rng, mutations(saved), options):
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
                        "peers": {name: peer(a, c) for name, peer in options.judges.items()},
                        "cell": a.get("id"),
                        "why": [d.why for d in match.differences][:1],
                        "saved": "" if match.differences else json.dumps(plain(a))[:3000],
                        "fresh": "" if match.differences else json.dumps(plain(c))[:3000],
                    }
                )
    return found


def drawn(
    rng: random.Random, changes: Iterator[tuple[int, str, str]], options: argparse.Namespace
) -> list[tuple[int, str, str]]:
    """As many of the changes as are asked for, their kinds taking turns."""
    kinds: dict[str, list[tuple[int, str, str]]] = {}
    for change in changes:
        if not options.kinds or change[1] in options.kinds.split(","):
            kinds.setdefault(change[1], []).append(change)
    shuffled = [
        rng.sample(kind, len(kind)) for kind in rng.sample(list(kinds.values()), len(kinds))
    ]
    turns = (change for turn in zip_longest(*shuffled) for change in turn if change is not None)
    return list(islice(turns, options.mutations))


def reason(mime: str, why: str) -> str:
    """The kind of a difference: its MIME type and its sentence without numbers and values."""
    return f"{mime}: {re.sub(r'[0-9]+', 'N', re.sub(chr(39) + '.*', '…', why))}"[:80]


def plain(cell: Any) -> list[Any]:
    """A cell's outputs as JSON without what is no output: counts, standard error, tracebacks."""
    kept: list[Any] = []
    for output in cell.outputs:
        if output.output_type == "stream" and output.name == "stderr":
            continue
        if output.output_type == "stream" and kept and kept[-1].get("name") == output.name:
            kept[-1]["text"] += output.text  # into how many pieces a stream is cut is chance
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
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
            yield "column", lambda text: f"({text} * 2)"
            yield "dtype", lambda text: f"{text}.astype(object)"
    elif isinstance(node, ast.Constant):
        if isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
            yield "constant", lambda text: f"({text} + 1)" if "." not in text else f"({text} * 1.1)"
            yield "sign", lambda text: f"(-{text})"
        elif node.value in COLOURS:
            yield "colour", lambda text: repr("magenta")
    elif isinstance(node, ast.Call):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name == "DataFrame" or name in FRAMES:
            yield "dropped row", lambda text: f"{text}.iloc[:-1]"
            yield "dropped column", lambda text: f"{text}.iloc[:, :-1]"
            yield "dtype", lambda text: f"{text}.astype(object)"
        if name in LIMITS and node.args:
            yield (
                "axis limit",
                lambda text: f"({text}, __import__('matplotlib.pyplot').pyplot.xlim(0, 3.3))",
            )
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
    alarmed = sum((Counter(row.get("alarms", {})) for row in rows), Counter())
    for name in ("nb-refactor", "nbval", "nbdime"):
        if any(name in row.get("alarms", {}) for row in rows):
            print(f"false alarms of {name}: {alarmed[name]} of {alarmed['cells']} cells")
    reasons = Counter(name for row in rows for name in row.get("reasons", []))
    for name, count in reasons.most_common(30):
        print(f"{count:5} {name}")
    entries = [entry for row in rows for entry in row["mutants"]]
    for key in ("kind", "mutation"):
        total = Counter(entry[key] for entry in entries)
        detected = Counter(entry[key] for entry in entries if entry["detected"])
        for name, count in total.most_common():
            print(f"{key} {name}: {detected[name]} of {count} detected")
    print(f"detected in all: {sum(entry['detected'] for entry in entries)} of {len(entries)}")
    for peer in ("nbval", "nbdime"):
        judged = [entry["peers"][peer] for entry in entries if peer in entry.get("peers", {})]
        if judged:
            print(f"detected by {peer}: {sum(judged)} of {len(judged)}")
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
    parser.add_argument("--kinds", default="", help="kinds of mutations, with commas between")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--as-saved", action="store_true")
    parser.add_argument("--peers", action="store_true")
    options = parser.parse_args()
    options.judges = judges() if options.peers else {}
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
