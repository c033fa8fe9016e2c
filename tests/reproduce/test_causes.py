"""Why a cell differs: a table of outcomes with the cause of each, and of those that have none."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from small_notebooks import code, notebook, printed

from nb_refactor import use_cases
from nb_refactor.adapters.notebook_runner import local_kernels
from nb_refactor.notebook import Span
from nb_refactor.reproduce.causes import Explained, Setting, Suspicion, causes
from nb_refactor.reproduce.dependencies import (
    Address,
    Dependencies,
    Environment,
    FileRead,
    Package,
    Variable,
)
from nb_refactor.reproduce.report import Cause, CellOutcome, Difference
from nb_refactor.reproduce.upstream import upstream

AT = Span(1, 0, 1, 4)
RANDOM = Suspicion("unseeded-random", "`np.random.rand` draws random numbers.", False, AT)
CLOCK = Suspicion("clock", "`time.time` reads the clock.", False, AT)
NETWORK = Suspicion("network", "`requests.get` reads from the network.", False, AT)
DELETED = Suspicion("deleted-cell", "`n` comes from a cell that is gone.", True, AT)
DIFFERENT = CellOutcome("b", "different", differences=(Difference(0, "text/plain", "It differs."),))
UNSTABLE = replace(DIFFERENT, status="unstable")
ID = "6f1b8a52-3c1f-4b5e-9a67-0123456789ab"
NEW_ID = "0c9e7d31-7a2d-4c11-8b3f-fedcba987654"
NAME_ID = "886313e1-3b8a-5372-9b90-0c9aee199ef7"
LINUX = Environment("CPython 3.11.7", "Linux", "random", "C", "UTC")


def failed(error: str) -> CellOutcome:
    return CellOutcome("b", "error", error=error)


def drawn(saved: str, fresh: str) -> CellOutcome:
    difference = Difference(0, "image/png", "It differs.", programs=(saved, fresh), marks="x")
    return replace(DIFFERENT, differences=(difference,))


def told(saved: str, fresh: str, diff: str = "") -> CellOutcome:
    difference = Difference(0, "stream", "It differs.", diff, saved, fresh)
    return replace(DIFFERENT, differences=(difference,))


def cause_of(
    outcome: CellOutcome,
    *suspicions: Suspicion,
    source: str = "f()",
    above: tuple[Explained, ...] = (),
    **setting: Any,
) -> Cause | None:
    cells = (*above, Explained(len(above) + 1, source, outcome, suspicions))
    reads = [(), (0,)][: len(above)]
    reads.append(tuple(range(len(above))))
    return causes(cells, reads, Setting(**setting)).get("b")


def read(path: str, standing: Any, *, found: bool = True) -> Dependencies:
    return Dependencies(files_read=(FileRead(path, "b", standing, found),))


ABSOLUTE = "FileNotFoundError: [Errno 2] No such file or directory: '/home/ann/a.csv'"
SHELL = "+cat: data.csv: No such file or directory"
PACKAGE = Package("pandas", "2.2.0", ("pandas",), "b", True, "==1.5", False)
# what came out, with what is known: (outcome, suspicions, more, kind, part of the sentence)
CAUSED: dict[str, tuple[CellOutcome, tuple[Suspicion, ...], dict[str, Any], str, str]] = {
    "package": (
        failed("ModuleNotFoundError: No module named 'a.b'"),
        (),
        {},
        "missing_package",
        "`a`",
    ),
    "optional package": (
        failed("ImportError: Missing optional dependency 'openpyxl'.  Use pip"),
        (),
        {},
        "missing_package",
        "`openpyxl`",
    ),
    "file": (
        failed("FileNotFoundError: [Errno 2] No such file or directory: 'a.csv'"),
        (),
        {},
        "missing_file",
        "`a.csv` is not there.",
    ),
    "file of another machine": (failed(ABSOLUTE), (), {}, "missing_file", "another machine"),
    "file that a program misses": (told("1", "", SHELL), (), {}, "missing_file", "`data.csv`"),
    "file that a library misses": (
        failed("OSError: data/a.h5 does not exist"),
        (),
        {},
        "missing_file",
        "not there",
    ),
    "no network": (
        failed("URLError: <urlopen error [Errno -3] Temporary failure in name resolution>"),
        (NETWORK,),
        {},
        "network",
        "did not answer",
    ),
    "an address that was reached": (
        DIFFERENT,
        (),
        {"dependencies": Dependencies(addresses=(Address("a.org", 443, "b"),))},
        "network",
        "`a.org`",
    ),
    "network by the code": (DIFFERENT, (NETWORK,), {}, "network", "requests.get"),
    "hidden state": (DIFFERENT, (DELETED,), {}, "hidden_state", "cell that is gone"),
    "hidden state that stops": (
        failed("NameError: name 'n' is not defined"),
        (DELETED,),
        {},
        "hidden_state",
        "gone",
    ),
    "a name that nothing defines": (
        failed("NameError: name 'n' is not defined"),
        (),
        {},
        "hidden_state",
        "`n`",
    ),
    "hidden state before chance": (DIFFERENT, (RANDOM, DELETED), {}, "hidden_state", "gone"),
    "chance where two runs differ": (UNSTABLE, (RANDOM, DELETED), {}, "randomness", "rand"),
    "chance": (DIFFERENT, (RANDOM,), {}, "randomness", "draws random numbers"),
    "ids that are made anew": (
        told(f"{ID} {ID}", f"{NEW_ID} {NEW_ID}"),
        (),
        {},
        "randomness",
        "UUIDs",
    ),
    "clock": (DIFFERENT, (CLOCK,), {}, "time", "reads the clock"),
    "clock on one day": (DIFFERENT, (CLOCK,), {"runs": 2}, "time", "reads the clock"),
    "chance above": (
        DIFFERENT,
        (),
        {"above": (Explained(1, "", CellOutcome("a", "same"), (RANDOM,)),)},
        "randomness",
        "code cell 1: `np",
    ),
    "a cell above that differs": (
        DIFFERENT,
        (),
        {"above": (Explained(1, "", replace(DIFFERENT, cell_id="a"), (CLOCK,)),)},
        "time",
        "code cell 1",
    ),
    "a cell above that differs for no known reason": (
        DIFFERENT,
        (),
        {"above": (Explained(1, "", replace(DIFFERENT, cell_id="a")),)},
        "upstream",
        "code cell 1",
    ),
    "removed from a library": (
        failed("AttributeError: 'DataFrame' object has no attribute 'append'"),
        (),
        {},
        "package_version",
        "installed version",
    ),
    "removed from a module": (
        failed("ImportError: cannot import name 'imread' from 'scipy.misc'"),
        (),
        {"saved_python": "3.6.1", "dependencies": Dependencies(environment=LINUX)},
        "package_version",
        "Python 3.6.1",
    ),
    "another Matplotlib": (
        drawn("Matplotlib version3.1", "Matplotlib version3.9"),
        (),
        {},
        "package_version",
        "drawn by Matplotlib version3.1",
    ),
    "NumPy's scalars": (told("0.5", "np.float64(0.6)"), (), {}, "package_version", "NumPy"),
    "versions shown": (DIFFERENT, (), {"source": "pd.__version__"}, "package_version", "shows"),
    "not the declared version": (
        DIFFERENT,
        (),
        {"dependencies": Dependencies(packages=(PACKAGE,))},
        "package_version",
        "`pandas` 2.2.0 is installed; the project declares `pandas==1.5`.",
    ),
    "another Python": (
        DIFFERENT,
        (),
        {"saved_python": "2.7.1", "dependencies": Dependencies(environment=LINUX)},
        "package_version",
        "Python 2.7.1",
    ),
    "data that was changed": (
        DIFFERENT,
        (),
        {"dependencies": read("a.csv", "changed")},
        "changed_file",
        "`a.csv`",
    ),
    "environment": (DIFFERENT, (), {"source": "os.getcwd()"}, "environment", "`os.getcwd`"),
    "a shell": (DIFFERENT, (), {"source": "!nvidia-smi"}, "environment", "machine"),
    "a variable": (
        DIFFERENT,
        (),
        {"dependencies": Dependencies(variables=(Variable("KEY", "b", False),))},
        "environment",
        "`KEY`, which is not set",
    ),
    "the order of a set": (
        replace(told("['b', 'a']", "['a', 'b']"), status="unstable"),
        (),
        {},
        "environment",
        "order",
    ),
    "ids of other data": (told(ID, NEW_ID), (), {"runs": 2}, "stale", "agree with each other"),
    "other code gave it": (DIFFERENT, (), {"runs": 2}, "stale", "agree with each other"),
    "no chance where two runs agree": (DIFFERENT, (RANDOM,), {"runs": 2}, "stale", "agree"),
}
# what has no cause that can be told
UNTOLD: dict[str, tuple[CellOutcome, tuple[Suspicion, ...], dict[str, Any]]] = {
    "the same": (CellOutcome("b", "same"), (RANDOM, DELETED), {}),
    "not run": (CellOutcome("b", "not_run"), (DELETED,), {}),
    "no reason": (DIFFERENT, (), {}),
    "an error of the code's own": (failed("ValueError: too small"), (RANDOM,), {}),
    "an attribute of the code's own": (
        failed("AttributeError: 'Model' object has no attribute 'fit'"), (), {},
    ),
    "an id made of a name": (told(NAME_ID, NAME_ID.replace("f7", "f8")), (), {}),
    "other ids, and not one for one": (told(f"{ID} {ID}", f"{ID} {NEW_ID}"), (), {}),
    "an id and a number": (told(f"{ID} 1", f"{NEW_ID} 2"), (), {}),
    "a hash that two runs differ in": (UNSTABLE, (), {"runs": 2}),
    "the same Python": (
        DIFFERENT, (),
        {"saved_python": "3.11.2", "dependencies": Dependencies(environment=LINUX)},
    ),
    "data as committed": (DIFFERENT, (), {"dependencies": read("a.csv", "tracked")}),
    "an address of another cell": (
        DIFFERENT, (), {"dependencies": Dependencies(addresses=(Address("a.org", 443, "z"),))},
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("outcome", "suspicions", "more", "kind", "message"), CAUSED.values(), ids=CAUSED
)
def test_caused(
    outcome: CellOutcome,
    suspicions: tuple[Suspicion, ...],
    more: dict[str, Any],
    kind: str,
    message: str,
) -> None:
    cause = cause_of(outcome, *suspicions, **more)
    assert cause is not None
    assert cause.kind == kind
    assert message in cause.message
    assert cause.message.endswith(".")


@pytest.mark.parametrize(("outcome", "suspicions", "more"), UNTOLD.values(), ids=UNTOLD)
def test_untold(
    outcome: CellOutcome, suspicions: tuple[Suspicion, ...], more: dict[str, Any]
) -> None:
    assert cause_of(outcome, *suspicions, **more) is None


def test_a_cause_above_is_linked() -> None:
    above = (Explained(1, "", CellOutcome("a", "same"), (RANDOM,)),)
    cause = cause_of(DIFFERENT, above=above)
    assert cause is not None
    assert (cause.cell_id, cause.at, cause.rule) == ("a", AT, "unseeded-random")


def test_values_come_from_above() -> None:
    sources = ["a = 1", "b = a", "c = 2", "def f():\n    return b", "f(), c"]
    assert upstream(sources) == [(), (0,), (), (), (3, 2, 1, 0)]


def test_a_real_run_is_explained(tmp_path: Path) -> None:
    content = notebook(
        code("import numpy as np\nx = np.random.rand()", cell_id="draw"),
        code("print(x)", printed("0.5\n"), cell_id="show"),
        code("print(warm)", printed("15\n"), cell_id="gone"),
    )
    report = asyncio.run(use_cases.reproduce("a.ipynb", content, local_kernels(str(tmp_path))))
    causes = {cell.cell_id: cell.cause for cell in report.cells if cell.cause}
    assert {name: (c.kind, c.cell_id, c.rule) for name, c in causes.items()} == {
        "show": ("randomness", "draw", "unseeded-random"),
        "gone": ("hidden_state", "gone", "undefined-name"),
    }


def test_two_runs_tell_chance_from_what_is_old(tmp_path: Path) -> None:
    content = notebook(
        code("import random\nprint(random.random())", printed("0.5\n"), cell_id="chance"),
        code("print(2)", printed("1\n"), cell_id="old"),
    )
    report = asyncio.run(
        use_cases.reproduce("a.ipynb", content, local_kernels(str(tmp_path)), twice=True)
    )
    assert report.runs == 2
    assert [(cell.status, cell.cause and cell.cause.kind) for cell in report.cells] == [
        ("unstable", "randomness"),
        ("different", "stale"),
    ]


@pytest.mark.parametrize(
    ("suspicions", "message"),
    [
        ((), "It takes values from code cell 1, which differs too."),
        ((CLOCK,), "It takes values from code cell 1: `time.time` reads the clock."),
    ],
)
def test_a_chain_of_cells_is_told_as_one_that_begins_it(
    suspicions: tuple[Suspicion, ...], message: str
) -> None:
    first = Explained(1, "", replace(DIFFERENT, cell_id="a"), suspicions)
    others = [Explained(n, "", replace(DIFFERENT, cell_id=f"c{n}")) for n in (2, 3, 4)]
    found = causes((first, *others), [(), (0,), (1, 0), (2, 1, 0)], Setting())
    assert [found[cell.cell_id].message for cell in others] == [message] * 3
    assert [found[cell.cell_id].cell_id for cell in others] == ["a"] * 3
