"""Sequences of cells, numbered as they ran and as they stand: see sequences.txt."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from nb_refactor.dataflow.exposure import cell_effects
from nb_refactor.dataflow.sequence import Numbering
from nb_refactor.dataflow.value_numbering import Item, Numbered


@dataclass(frozen=True)
class Row:
    """One case; the cells by their names, in the order in which they stand."""

    what: str
    ran: list[str]
    differ: list[str]
    cells: dict[str, str]


def rows() -> Iterator[Row]:
    text = Path(__file__).with_name("sequences.txt").read_text(encoding="utf-8")
    for block in text.split("\n\n# ")[1:]:
        what, ran, differ, *lines = block.strip("\n").split("\n")
        cells: dict[str, str] = {}
        for line in lines:
            if line.startswith("   "):
                cells[list(cells)[-1]] += "\n" + line[3:]
            else:
                name, _, source = line.partition(": ")
                cells[name] = source
        yield Row(what, ran.split()[1:], differ.split()[1:], cells)


ROWS = list(rows())


def numbers(sources: list[str]) -> list[Numbered]:
    numbering = Numbering()
    return [numbering.run(Item(cell_effects(s), count=i)) for i, s in enumerate(sources, 1)]


@pytest.mark.parametrize("row", ROWS, ids=[row.what for row in ROWS])
def test_value_numbers(row: Row) -> None:
    live = dict(zip(row.ran, numbers([row.cells[cell] for cell in row.ran]), strict=True))
    standing = [cell for cell in row.cells if cell.islower()]
    fresh = dict(zip(standing, numbers([row.cells[cell] for cell in standing]), strict=True))
    differ = [c for c in standing if c in live and live[c].number != fresh[c].number]
    assert differ == row.differ
