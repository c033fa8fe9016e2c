"""When the server gets to know a notebook that is looked at."""

from __future__ import annotations

import asyncio

import pytest

from nb_refactor import use_cases
from nb_refactor.notebook import Cell, Notebook
from nb_refactor.refactor.extract_function.cell_facts import cell_facts
from nb_refactor.server.acquaintance import Acquaintance


def typed(source: str) -> Notebook:
    return Notebook((Cell("a", source),))


async def known(count: int) -> int:
    """How many sources are worked out, when that many are or a while has passed."""
    for _ in range(500):
        if cell_facts.cache_info().misses >= count:
            break
        await asyncio.sleep(0.01)
    return cell_facts.cache_info().misses


def test_of_what_is_typed_only_the_last_is_worked_out() -> None:
    async def run() -> None:
        cell_facts.cache_clear()
        acquaintance = Acquaintance(pause=0.05)
        for source in ("one = 1", "one = 12", "one = 123"):
            acquaintance.plan("a.ipynb", typed(source))
        acquaintance.plan("b.ipynb", typed("two = 2"))
        assert await known(2) == 2
        use_cases.acquaint(typed("one = 123"))
        use_cases.acquaint(typed("two = 2"))
        assert cell_facts.cache_info().misses == 2

    asyncio.run(run())


@pytest.mark.parametrize("source", ["x = (", "%%bash\nls"])
def test_what_is_no_python_yet_does_no_harm(source: str) -> None:
    use_cases.acquaint(typed(source))
