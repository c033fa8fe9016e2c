"""How fast the hidden-state check is, beside other static checkers, in one run, as ratios.

    python bench/speed.py cold NOTEBOOK...     as processes: ours, pyflakes, ruff F821, marimo check
    python bench/speed.py edit                 after one edit of 500 cells: first, middle, last
    python bench/speed.py growth               against cells, and against the history's length
    python bench/speed.py overhead             a kernel's cells with and without the extension

Without notebooks, `cold` takes a notebook of 500 cells made here. Times are processor time, which
other programs on the machine disturb less, the best of several (`--repeat`); of processes, the time
of their children too. The browser has measurements of its own: `bench/browser/`.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random

import msgspec

from nb_refactor import use_cases
from nb_refactor.adapters.ipynb import read_notebook
from nb_refactor.hidden_state.history import Execution
from nb_refactor.hidden_state.memory import Memory
from nb_refactor.notebook import Cell, Notebook
from nb_refactor.server.messages import CheckRequest
from nb_refactor.text import plain


def sources(count: int) -> list[str]:
    """Cells of an analysis as people write them: imports, functions, tables, loops, classes."""
    cells = [
        "import pandas as pd\nimport numpy as np\nfrom math import sqrt",
        "df = pd.DataFrame({'a': range(10), 'b': range(10)})\nrows = []",
    ]
    for i in range(1, count - 1):
        cells.append(
            (
                f"def f{i}(x, scale=2):\n    total = 0\n    for y in x:\n        if y > scale:\n"
                "            total += y * scale\n    return total",
                f"v{i} = f{i - 1}([1, 2, 3]) + {i}\nprint(v{i})",
                f"part{i} = df[df['a'] > {i}].copy()\npart{i}['c'] = part{i}['a'] * {i}\n"
                f"part{i}.head()",
                f"many{i} = []\nfor j in range({i}):\n    many{i}.append(j + v{i - 2})\n"
                f"len(many{i})",
                f"m{i} = part{i - 2}['c'].mean()\ns{i} = sqrt(abs(m{i}))\nif s{i} > 3:\n"
                f"    label{i} = 'big'\nelse:\n    label{i} = 'small'\nlabel{i}",
                f"try:\n    w{i} = m{i - 1} / v{i - 4}\nexcept ZeroDivisionError:\n    w{i} = 0\n"
                f"w{i}",
                f"class C{i}:\n    def __init__(self, v):\n        self.v = v\n    def up(self):\n"
                f"        self.v += 1\n        return self\nc{i} = C{i}(w{i - 1}).up()",
                f"out{i} = [x * 2 for x in range({i}) if x % 3]\n"
                f"table{i} = {{'k': out{i}, 'w': w{i - 2}}}\nprint(table{i})",
            )[(i - 1) % 8]
        )
    return cells[:count]


def notebook(cells: Sequence[str]) -> Notebook:
    return Notebook(tuple(Cell(f"c{i}", s, "code", i + 1) for i, s in enumerate(cells)))


def ran(cells: Sequence[str]) -> tuple[Execution, ...]:
    return tuple(Execution(s, i + 1, f"c{i}", "ok") for i, s in enumerate(cells))


def seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


# ---- cold, as processes ----------------------------------------------------------------------


def process_seconds(command: Sequence[str], folder: Path) -> float:
    """Processor time of a process with its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def peers(name: str) -> Iterator[tuple[str, list[str]]]:
    """What each tool runs for `NAME.ipynb` and its code alone, `NAME.py`."""
    python = sys.executable
    yield "nb-refactor check", [python, "-m", "nb_refactor", "check", f"{name}.ipynb"]
    yield "pyflakes", [python, "-m", "pyflakes", f"{name}.py"]
    ruff = ["ruff", "check", "--isolated", "--no-cache", "--select", "F821", f"{name}.ipynb"]
    yield "ruff F821", ruff
    yield "marimo check", [python, "-m", "marimo", "check", f"{name}.py"]


def is_there(command: Sequence[str]) -> bool:
    if command[0] != sys.executable:
        return shutil.which(command[0]) is not None
    module = command[2]
    probe = [sys.executable, "-c", f"import {module}"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def cold(paths: Sequence[Path], repeat: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        names = [copied(path, folder) for path in paths] or [made(folder, 500)]
        for each in names:
            count = len(read_notebook(folder / f"{each}.ipynb").notebook.code_cells)
            print(f"{each[:50]} ({count} code cells), cold, as a process:")
            best: dict[str, float] = {}
            for tool, command in peers(each):
                if not is_there(command):
                    print(f"  {tool:20} is not installed: pip install 'nb_refactor[bench]'")
                    continue
                best[tool] = min(process_seconds(command, folder) for _ in range(repeat))
            ours = best["nb-refactor check"]
            for tool, taken in best.items():
                print(f"  {tool:20} {taken:7.3f} s   ours / {tool}: {ours / max(taken, 1e-3):.2f}")


def copied(path: Path, folder: Path) -> str:
    target = folder / path.name
    target.write_bytes(path.read_bytes())
    write_code(target)
    return path.stem


def made(folder: Path, count: int) -> str:
    cells = [
        {"cell_type": "code", "id": f"c{i}", "source": s, "metadata": {}, "outputs": [],
         "execution_count": i + 1}
        for i, s in enumerate(sources(count))
    ]  # fmt: skip
    content = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    path = folder / f"cells{count}.ipynb"
    path.write_text(json.dumps(content), encoding="utf-8")
    write_code(path)
    return path.stem


def write_code(path: Path) -> None:
    cells = read_notebook(path).notebook.code_cells
    lines = [line for cell in cells for line in (*cell.source.split("\n"), "")]
    code = "\n".join(f"# {line}" if line.startswith(("%", "!")) else line for line in lines)
    path.with_suffix(".py").write_text(code + "\n", encoding="utf-8")


# ---- after one edit, as the server does it ---------------------------------------------------


def answered(body: bytes, memory: Memory) -> bytes:
    """What the route does: decode, check, encode."""
    request = msgspec.json.decode(body, type=CheckRequest)
    report = use_cases.check(request.path, request.notebook, request.executions, None, memory)
    return msgspec.json.encode(report, enc_hook=plain)


def edit(count: int, repeat: int) -> None:
    cells, executions = sources(count), ran(sources(count))

    def body(changed: Sequence[str]) -> bytes:
        return msgspec.json.encode(CheckRequest("a.ipynb", notebook(changed), executions))

    memory = Memory()
    first = body(cells)
    print(f"{count} cells, {count} executions, per request (decode, check, encode):")
    begin = seconds(lambda: answered(first, memory))
    again = [seconds(lambda: answered(first, memory)) for _ in range(repeat)]
    print(f"  cold                     {1000 * begin:8.1f} ms")
    print(f"  nothing changed          {1000 * statistics.median(again):8.1f} ms")
    for name, at in (("first", 0), ("second (the data)", 1), ("middle", count // 2),
                     ("last", count - 1)):  # fmt: skip
        for what, typed in (("a new name", "\nq = {}"), ("an expression", "\n{} + 1")):
            taken = []
            for i in range(repeat):
                changed = [*cells[:at], cells[at] + typed.format(i), *cells[at + 1 :]]
                asked = body(changed)
                taken.append(seconds(lambda asked=asked: answered(asked, memory)))  # type: ignore[misc]
            print(f"  {name + ' cell, ' + what:35} {quantiles(taken)}")
        answered(first, memory)
    changed = [cells[0], cells[1].replace("10", "11"), *cells[2:]]
    asked = body(changed)
    told = msgspec.json.decode(answered(asked, Memory()))
    affected = sum(cell["state"] in ("hidden", "affected") for cell in told["cells"])
    every = seconds(lambda: answered(asked, memory))
    print(f"  what {affected} cells hang on, for the first time {1000 * every:8.1f} ms")
    print(f"  pyflakes in process, all code anew  {quantiles(pyflakes_in_process(cells, repeat))}")


def quantiles(taken: Sequence[float]) -> str:
    ordered = sorted(taken)
    p95 = ordered[min(len(ordered) - 1, math.floor(0.95 * len(ordered)))]
    return f"p50 {1000 * statistics.median(ordered):6.1f} ms   p95 {1000 * p95:6.1f} ms"


def pyflakes_in_process(cells: Sequence[str], repeat: int) -> list[float]:
    try:
        from pyflakes.api import check
        from pyflakes.reporter import Reporter
    except ImportError:
        print("  pyflakes is not installed: pip install 'nb_refactor[bench]'")
        return [math.nan]
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        code = "\n\n".join(cells) + "\n"
        return [seconds(lambda: check(code, "x.py", Reporter(nowhere, nowhere)))
                for _ in range(repeat)]  # fmt: skip


# ---- growth ----------------------------------------------------------------------------------


def growth(repeat: int) -> None:
    print("against the number of cells (each ran once):")
    points = []
    for count in (10, 30, 100, 300, 500, 1000, 2000):
        cells = sources(count)
        times = timed(notebook(cells), ran(cells), cells, count // 2, repeat)
        points.append((count, *times, megabytes(notebook(cells), ran(cells))))
    table("cells", points)
    print("against the number of executions (100 cells, run in any order):")
    points = []
    cells = sources(100)
    for length in (10, 100, 1000, 5000, 20000):
        executions = history(cells, length)
        last = {e.cell_id: e.execution_count for e in executions}
        document = Notebook(
            tuple(Cell(f"c{i}", s, "code", last.get(f"c{i}")) for i, s in enumerate(cells))
        )
        times = timed(document, executions, cells, 50, 1 if length > 1000 else repeat)
        points.append((length, *times, megabytes(document, executions)))
    table("executions", points)


def history(cells: Sequence[str], length: int) -> tuple[Execution, ...]:
    rng = Random(0)
    order = [i if i < len(cells) else rng.randrange(len(cells)) for i in range(length)]
    return tuple(Execution(cells[c], i + 1, f"c{c}", "ok") for i, c in enumerate(order))


def timed(
    document: Notebook, executions: Sequence[Execution], cells: Sequence[str], at: int, repeat: int
) -> tuple[float, float]:
    """Seconds cold, and after an edit of the cell at a place."""
    begins, edits = [], []
    for i in range(repeat):
        memory = Memory()
        begins.append(seconds(lambda m=memory: use_cases.check("a", document, executions, None, m)))  # type: ignore[misc]
        at = min(at, len(cells) - 1)
        old = document.cells[at]
        changed = Cell(old.cell_id, f"{old.source}\nq = {i}", "code", old.execution_count)
        other = Notebook((*document.cells[:at], changed, *document.cells[at + 1 :]))
        edits.append(
            seconds(lambda m=memory, o=other: use_cases.check("a", o, executions, None, m))  # type: ignore[misc]
        )
    return min(begins), min(edits)


def megabytes(document: Notebook, executions: Sequence[Execution]) -> float:
    """What a memory holds after a check."""
    memory = Memory()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    use_cases.check("a", document, executions, None, memory)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return (after - before) / 1e6


def table(what: str, points: Sequence[tuple[int, float, float, float]]) -> None:
    for count, begin, change, memory in points:
        print(f"  {count:6} {what}: cold {1000 * begin:8.1f} ms   after an edit "
              f"{1000 * change:6.1f} ms   memory {memory:7.2f} MB")  # fmt: skip
    for name, column in (("cold", 1), ("after an edit", 2), ("memory", 3)):
        large = [(p[0], p[column]) for p in points if p[0] >= 100]
        print(f"  {name}: grows as {what} ** {exponent(large):.2f} (from 100 on)")


def exponent(points: Sequence[tuple[int, float]]) -> float:
    """The slope of a straight line through the points on logarithmic axes, by least squares."""
    xs, ys = [math.log(x) for x, _ in points], [math.log(y) for _, y in points]
    return statistics.linear_regression(xs, ys).slope


# ---- overhead --------------------------------------------------------------------------------


def overhead(repeat: int) -> None:
    """The same cells on a kernel of a real Jupyter server, with the extension (and a check after
    each cell, as the browser asks for) and without it."""
    cells = [f"total = sum(i * {n} for i in range(200_000))" for n in range(20)]
    alone, beside = [], []
    with server(False) as without, server(True) as with_it:
        for _ in range(repeat):
            alone.append(run_cells(without, cells, False))
            beside.append(run_cells(with_it, cells, True))
    print(f"{len(cells)} cells, time in the kernel from request to reply (best of {repeat}):")
    print(f"  without the extension {min(alone):.3f} s")
    print(f"  with it               {min(beside):.3f} s   ratio {min(beside) / min(alone):.3f}")


@contextmanager
def server(enabled: bool) -> Iterator[str]:
    """The address of a Jupyter server with or without the extension."""
    import socket
    import urllib.request

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root",
            f"--ServerApp.port={port}", "--ServerApp.port_retries=0",
            "--IdentityProvider.token=", "--ServerApp.disable_check_xsrf=True",
            f"--ServerApp.root_dir={folder}", "--log-level=ERROR",
            "--ServerApp.jpserver_extensions", f"nb_refactor={enabled}",
        ]  # fmt: skip
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        address = f"http://127.0.0.1:{port}"
        try:
            for _ in range(300):
                try:
                    urllib.request.urlopen(f"{address}/api", timeout=2).close()
                    break
                except OSError:
                    time.sleep(0.2)
            yield address
        finally:
            process.terminate()
            process.wait()


def run_cells(address: str, cells: Sequence[str], checks: bool) -> float:
    """Seconds that the cells take on a new kernel of the server."""
    import urllib.request

    from websocket import create_connection

    def post(path: str, content: object) -> bytes:
        data = json.dumps(content).encode()
        headers = {"Content-Type": "application/json"}
        asked = urllib.request.Request(f"{address}{path}", data, headers)
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return bytes(answer.read())

    kernel = json.loads(post("/api/kernels", {"name": "python3"}))["id"]
    socket = create_connection(
        f"{address.replace('http', 'ws')}/api/kernels/{kernel}/channels", timeout=60
    )
    total = 0.0
    for count, code in enumerate(["pass", *cells]):
        start = time.perf_counter()
        socket.send(json.dumps(execute_request(str(count), code)))
        while True:
            message = json.loads(socket.recv())
            if message.get("parent_header", {}).get("msg_id") != str(count):
                continue
            if message["header"]["msg_type"] == "execute_reply":
                break
        total += time.perf_counter() - start if count else 0.0
        if checks and count:
            standing = msgspec.to_builtins(
                CheckRequest("a.ipynb", notebook(cells), ran(cells[:count]))
            )
            post("/nb-refactor/check", standing)
    socket.close()
    gone = urllib.request.Request(f"{address}/api/kernels/{kernel}", method="DELETE")
    urllib.request.urlopen(gone, timeout=60).close()
    return total


def execute_request(message_id: str, code: str) -> dict[str, object]:
    header = {"msg_id": message_id, "msg_type": "execute_request", "username": "", "session": "s",
              "version": "5.3", "date": ""}  # fmt: skip
    content = {"code": code, "silent": False, "store_history": True, "user_expressions": {},
               "allow_stdin": False, "stop_on_error": True}  # fmt: skip
    return {"header": header, "parent_header": {}, "metadata": {}, "content": content,
            "channel": "shell", "buffers": []}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("what", choices=("cold", "edit", "growth", "overhead"))
    parser.add_argument("notebooks", nargs="*", type=Path)
    parser.add_argument("--cells", type=int, default=500)
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_intermixed_args()
    match options.what:
        case "cold":
            cold(options.notebooks, options.repeat)
        case "edit":
            edit(options.cells, max(options.repeat, 20))
        case "growth":
            growth(options.repeat)
        case _:
            overhead(options.repeat)


if __name__ == "__main__":
    main()
