"""Functions that call each other, and objects that hold each other, take a number of steps that is
bounded, however many ways there are through them."""

from collections.abc import Callable

import pytest

from nb_refactor.dataflow import bodies
from nb_refactor.hidden_state.check import check
from nb_refactor.hidden_state.history import Execution
from nb_refactor.notebook import Cell, Notebook

SIZE = 8


def _mutual() -> str:
    """Each function calls two others, by turns."""
    return "\n".join(
        f"def f{i}(v, n=0):\n"
        f"    if n:\n        f{(i + 1) % SIZE}(v, n - 1)\n        f{(i + 5) % SIZE}(v, n - 1)\n"
        f"    v.append({i})\n    return v"
        for i in range(SIZE)
    )


def _crosswise() -> str:
    """Each function calls each other twice, on its arguments exchanged and on a new object."""
    return "\n".join(
        f"def f{i}(v, w=xs):\n"
        + "".join(f"    f{j}(w, v)\n    f{j}([v], w)\n" for j in range(SIZE) if j != i)
        + "    v.append(1)\n    return w"
        for i in range(SIZE)
    )


def _twice() -> str:
    """Each function calls the next one twice."""
    calls = [f"def f{i}(v):\n    f{i + 1}(v)\n    return f{i + 1}([v])" for i in range(SIZE)]
    return "\n".join([*calls, f"def f{SIZE}(v):\n    v.append(1)\n    return v"])


def _instances() -> str:
    """Instances that hold each other, each all that came before."""
    made = [f"p{i} = K({', '.join(f'p{j}' for j in range(i))})" for i in range(SIZE)]
    cls = (
        "class K:\n    def __init__(self, *v):\n        self.v = v\n    def f0(self):\n        pass"
    )
    return "\n".join([cls, *made, f"def f0(v):\n    p{SIZE - 1}.f0()\n    v.append(1)"])


SHAPES: dict[str, Callable[[], str]] = {
    "mutual": _mutual,
    "crosswise": _crosswise,
    "twice": _twice,
    "instances": _instances,
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_bodies_that_are_followed_are_bounded(
    shape: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    followed = 0
    follow = bodies._followed

    def counted(*arguments: object) -> object:
        nonlocal followed
        followed += 1
        return follow(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(bodies, "_followed", counted)
    sources = ("xs = [1]", SHAPES[shape](), "f0(xs)", "xs")
    order = (0, 1, 2, 2, 3)
    last = {place: count for count, place in enumerate(order, start=1)}
    cells = tuple(Cell(f"c{i}", s, "code", last[i]) for i, s in enumerate(sources))
    ran = tuple(Execution(sources[i], n, f"c{i}", "ok") for n, i in enumerate(order, start=1))
    reports = check(Notebook(cells), ran)
    assert reports[-1].state != "fresh"  # `xs` is longer than in a fresh run
    runs = 5  # of the cell that calls: twice in the history, once in the document, and in trials
    assert 0 < followed <= runs * bodies.MOST_BODIES
