"""How long `reproduce` takes, beside programs that only run notebooks, or also compare them.

    python bench/reproduce_speed.py FOLDER… [--sample 8] [--seed 1] [--repeat 3] [--jobs 2]
                                    [--only one,warm,many,hook] [--json FILE]

Each folder is a project; it is copied to a temporary place. `--sample` notebooks are drawn from all
that are below. Programs take turns in the same run, and what is told is a ratio, of the best of
`--repeat` turns each:

- *one*: wall time of `nb-refactor reproduce` on one notebook after the other, against
  `jupyter nbconvert --execute` and `papermill`.
- *warm*: from the request to the end of a run on a Jupyter server that keeps a kernel warm,
  against the same two. Also the memory that a waiting kernel takes.
- *many*: `nb-refactor reproduce FOLDER -j N` against `pytest --nbmake -n N` and `pytest --nbval`.
- *hook*: processor time of a run's kernel with the recording of what it depends on, against
  the same run without.

The peers are in the optional dependencies `bench`; one that is missing is left out, with a word.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

PYTHON = sys.executable
QUIET: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def seconds_of(command: list[str], folder: Path) -> float:
    """Wall time of a command; whether it is pleased with what it finds does not matter."""
    began = time.perf_counter()
    subprocess.run(command, cwd=folder, check=False, **QUIET)
    return time.perf_counter() - began


def ours(notebook: Path) -> list[str]:
    return [PYTHON, "-m", "nb_refactor", "reproduce", notebook.name]


def nbconvert(notebook: Path) -> list[str]:
    out = ["--to", "notebook", "--output-dir", tempfile.gettempdir(), "--allow-errors"]
    return [PYTHON, "-m", "nbconvert", "--execute", *out, notebook.name]


def papermill(notebook: Path) -> list[str]:
    out = os.path.join(tempfile.gettempdir(), "papermill-out.ipynb")
    return [PYTHON, "-m", "papermill", "--no-progress-bar", notebook.name, out]


ALONE = {"nbconvert": nbconvert, "papermill": papermill}


def there(names: dict[str, Callable[..., list[str]]]) -> dict[str, Callable[..., list[str]]]:
    missing = [name for name in names if find_spec(name) is None]
    for name in missing:
        print(f"{name} is not installed: it is left out (pip install 'nb_refactor[bench]').")
    return {name: command for name, command in names.items() if name not in missing}


def best(turns: dict[str, Callable[[], float]], repeat: int) -> dict[str, float]:
    """The best of `repeat` turns of each, in another order every time."""
    found: dict[str, float] = dict.fromkeys(turns, float("inf"))
    for turn in range(repeat):
        names = list(turns)
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            found[name] = min(found[name], turns[name]())
    return found


def told(title: str, rows: list[tuple[str, dict[str, float]]], own: str) -> dict[str, Any]:
    """Print a table of seconds, and the ratios of the sums and of the median notebook."""
    names = list(rows[0][1])
    print(f"\n{title}\n" + "".join(f"{name:>14}" for name in names))
    for row, seconds in rows:
        print("".join(f"{seconds[name]:14.2f}" for name in names), f"  {row}")
    sums = {name: sum(seconds[name] for _, seconds in rows) for name in names}
    ratios = {}
    for name in names:
        if name != own:
            middle = statistics.median(seconds[own] / seconds[name] for _, seconds in rows)
            ratios[name] = {"of_sums": sums[own] / sums[name], "median": middle}
            print(f"{own} / {name}: {sums[own] / sums[name]:.3f} (of sums), {middle:.3f} (median)")
    return {"seconds": sums, "ratios": ratios, "notebooks": len(rows)}


def one(notebooks: list[Path], options: argparse.Namespace) -> dict[str, Any]:
    peers = there(ALONE)
    rows = []
    for path in notebooks:
        commands = {"nb-refactor": ours, **peers}
        turns = {
            name: (lambda make=make, path=path: seconds_of(make(path), path.parent))
            for name, make in commands.items()
        }
        rows.append((path.name, best(turns, options.repeat)))
    return told("One notebook after the other, cold: seconds", rows, "nb-refactor")


class Server:
    """A Jupyter server of its own, with nothing in it but what is measured."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.port = str(random.randint(20000, 40000))
        command = [PYTHON, "-m", "jupyter_server", f"--ServerApp.port={self.port}",
                   "--ServerApp.port_retries=0", "--IdentityProvider.token=", "--no-browser",
                   "--ServerApp.disable_check_xsrf=True", f"--ServerApp.root_dir={root}",
                   "--allow-root",
                   "--ServerApp.jpserver_extensions=nb_refactor=True"]  # fmt: skip
        self.process = subprocess.Popen(command, **QUIET)
        self.wait()

    def wait(self) -> None:
        for _ in range(600):
            try:
                self.ask("GET", "nb-refactor/version")
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit("The Jupyter server did not start.")

    def ask(self, method: str, route: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        address = f"http://127.0.0.1:{self.port}/{route}"
        request = urllib.request.Request(address, data, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def kernels(self) -> list[Any]:
        return list(self.ask("GET", "api/kernels"))

    def warm(self, path: str) -> None:
        """Wait until a kernel is there and has nothing more to do for its start."""
        spec = {"path": path, "kernel": "python3", "language": "python"}
        self.ask("POST", "nb-refactor/warm", spec)
        time.sleep(4.0)

    def run(self, notebook: Path) -> float:
        content = json.loads(notebook.read_text("utf-8"))
        content.setdefault("metadata", {})["kernelspec"] = {"name": "python3", "language": "python"}
        path = notebook.relative_to(self.root).as_posix()
        self.warm(path)
        began = time.perf_counter()
        body = {"path": path, "content": content}
        run_id = self.ask("POST", "nb-refactor/reproduce", body)["run_id"]
        while self.ask("GET", f"nb-refactor/reproduce/{run_id}")["state"] in ("queued", "running"):
            time.sleep(0.02)
        return time.perf_counter() - began

    def memory(self) -> float:
        """MB that a kernel takes which waits."""
        self.warm("none.ipynb")
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        pages = [
            int(Path(f"/proc/{pid}/statm").read_text().split()[1])
            for pid in children.read_text().split()
        ]
        self.ask("DELETE", "nb-refactor/warm")
        return max(pages) * os.sysconf("SC_PAGE_SIZE") / 1e6

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=60)


def warm(notebooks: list[Path], options: argparse.Namespace) -> dict[str, Any]:
    root = Path(os.path.commonpath([path.parent for path in notebooks]))
    server = Server(root)
    try:
        rows = []
        for path in notebooks:
            turns = {"warm": lambda path=path: server.run(path)}
            for name, make in there(ALONE).items():
                turns[name] = lambda make=make, path=path: seconds_of(make(path), path.parent)
            rows.append((path.name, best(turns, options.repeat)))
        answer = told("One notebook after the other, warm kernel: seconds", rows, "warm")
        answer["waiting_kernel_mb"] = server.memory()
        print(f"A kernel that waits takes {answer['waiting_kernel_mb']:.0f} MB of memory.")
        return answer
    finally:
        server.stop()


def many(notebooks: list[Path], options: argparse.Namespace) -> dict[str, Any]:
    root = Path(os.path.commonpath([path.parent for path in notebooks]))
    names = [str(path) for path in notebooks]
    jobs = str(options.jobs)
    pytest = [PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--rootdir={root}"]
    commands = {
        "nb-refactor": [PYTHON, "-m", "nb_refactor", "reproduce", *names, "-j", jobs],
        "nbmake": [*pytest, "--nbmake", "-n", jobs, "--nbmake-timeout=600", *names],
        "nbval": [*pytest, "--nbval", "-p", "no:xdist", *names],
    }
    for name in ("nbmake", "nbval"):
        if find_spec(name) is None:
            print(f"{name} is not installed: it is left out (pip install 'nb_refactor[bench]').")
            del commands[name]
    turns = {
        name: (lambda command=command: seconds_of(command, root))
        for name, command in commands.items()
    }
    rows = [(f"{len(names)} notebooks, {jobs} jobs", best(turns, max(1, options.repeat - 1)))]
    return told("All notebooks at once: seconds", rows, "nb-refactor")


def hook(notebooks: list[Path], options: argparse.Namespace) -> dict[str, Any]:
    from nb_refactor.adapters.notebook_runner import Workplace, local_kernels, reproduce_notebook

    def processor_seconds(path: Path, recorded: bool) -> float:
        """Of the kernel and what it started, not of this program."""
        content = json.loads(path.read_text("utf-8"))
        place = Workplace(path.parent) if recorded else None
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = local_kernels(str(path.parent))
        asyncio.run(reproduce_notebook(content, start, path=path.name, place=place))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    rows = []
    for path in notebooks:
        turns = {
            "recorded": lambda path=path: processor_seconds(path, True),
            "plain": lambda path=path: processor_seconds(path, False),
        }
        rows.append((path.name, best(turns, max(options.repeat, 5))))
    return told("The kernel with and without the record: processor seconds", rows, "recorded")


PARTS = {"one": one, "warm": warm, "many": many, "hook": hook}


@contextmanager
def copied(folders: list[str]) -> Iterator[list[Path]]:
    with tempfile.TemporaryDirectory(prefix="nb_refactor-bench-") as place:
        for number, folder in enumerate(folders):
            shutil.copytree(folder, Path(place, str(number)), symlinks=True)
        yield sorted(p for p in Path(place).rglob("*.ipynb") if ".ipynb_checkpoints" not in p.parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--sample", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--json")
    options = parser.parse_args()
    with copied(options.folders) as notebooks:
        chosen = random.Random(options.seed).sample(notebooks, min(options.sample, len(notebooks)))
        found = {name: PARTS[name](sorted(chosen), options) for name in options.only.split(",")}
    if options.json:
        Path(options.json).write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
