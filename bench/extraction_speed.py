"""How long `extract` takes in the server, without HTTP, on a long notebook.

    python bench/extraction_speed.py [--cells 200] [--times 7]

CPU time. *cold*: nothing of the notebook is known. *after a check*: as when a notebook was opened,
and the panel has shown how it stands. *again*: the same question once more. *one cell
edited*: as when the dialog opens after an edit. rope's extract method on the same cells joined into
one script stands beside it, where rope is installed.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from nb_refactor import use_cases
from nb_refactor.change import ChangeSet
from nb_refactor.notebook import Cell, Notebook

CELL = """# Part {n}
selected_{n} = table_{m}[table_{m}['a'] > {n}]
total_{n} = selected_{n}['b'].sum()
counts_{n} = []
for row in range({n}):
    if row % 2:
        counts_{n}.append(row * total_{n})
    else:
        print(f'{{row}} of {n}')
table_{n} = table_{m}.assign(c=total_{n})"""


def notebook(cells: int) -> Notebook:
    first = Cell("c0", "import pandas as pd\ntable_0 = pd.DataFrame({'a': [1, 2], 'b': [3, 4]})")
    rest = [Cell(f"c{n}", CELL.format(n=n, m=n - 1)) for n in range(1, cells)]
    return Notebook((first, *rest))


def cpu(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000


def extracted(document: Notebook, place: int, root: Path) -> None:
    answer = use_cases.extract(document, [f"c{place}"], root, "proj.steps", "step")
    assert isinstance(answer, ChangeSet), answer


def edited(document: Notebook, place: int, mark: int) -> Notebook:
    cells = tuple(
        replace(cell, source=f"{cell.source}\nprint({mark})")
        if cell.cell_id == f"c{place}"
        else cell
        for cell in document.cells
    )
    return replace(document, cells=cells)


def renumbered(document: Notebook) -> Notebook:
    """A notebook of the same cells that nobody has seen."""
    cells = tuple(replace(cell, source=f"{cell.source}\n# seen") for cell in document.cells)
    return replace(document, cells=cells)


def rope_seconds(document: Notebook, place: int) -> float | None:
    if importlib.util.find_spec("rope") is None:
        return None
    from rope.base.project import Project
    from rope.refactor.extract import ExtractMethod

    sources = [cell.source for cell in document.cells]
    text = "\n\n".join(sources) + "\n"
    start = sum(len(source) + 2 for source in sources[:place])
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "whole.py").write_text(text, encoding="utf-8")
        project = Project(folder, ropefolder=None)
        resource = project.get_resource("whole.py")
        end = start + len(sources[place])
        spent = cpu(lambda: ExtractMethod(project, resource, start, end).get_changes("step"))
        project.close()
    return spent


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--cells", type=int, default=200)
    parser.add_argument("--times", type=int, default=7)
    asked = parser.parse_args()
    document, place = notebook(asked.cells), asked.cells // 2
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        extracted(notebook(3), 1, root)  # the modules are loaded
        cold = cpu(lambda: extracted(document, place, root))
        other = renumbered(document)
        use_cases.check("a.ipynb", other)
        use_cases.acquaint(other)
        checked = cpu(lambda: extracted(other, place, root))
        again = min(cpu(lambda: extracted(document, place, root)) for _ in range(asked.times))
        after_edit = min(
            cpu(lambda n=n: extracted(edited(document, place - 3, n), place, root))
            for n in range(asked.times)
        )
    print(f"{asked.cells} cells, CPU ms: cold {cold:.0f}, after a check {checked:.1f}, ", end="")
    print(f"again {again:.1f}, ", end="")
    print(f"one cell edited {after_edit:.1f}", end="")
    theirs = rope_seconds(document, place)
    print(f"; rope {theirs:.0f} ({theirs / after_edit:.1f} times ours)" if theirs else "")
    return 0


if __name__ == "__main__":
    sys.exit(main())
