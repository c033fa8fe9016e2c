"""Cases written in Markdown, which are also pages of the manual.

A page is headed by the code of its rule; the pages in `cases/constructs` show what is made of each
construct of Python and IPython, and are headed by a word for it. Under it, each second heading is a
case:

    ## What happens

    What the kernel ran:            (left out: there is no kernel, and the file alone is judged;
                                    "…, as the browser saw it": counts alone do not tell)

    ```python
    # In [1], cell a
    n = 3

    # In [2], cell b, raised NameError in line 1
    print(m)
    ```

    The notebook:

    ```python
    # cell b
    print(m)
    ```

    | cell | state | finding | name |
    |---|---|---|---|
    | b | hidden | undefined-name | m |

Under the notebook may stand what is lacking:

    Not installed: `wordcloud`. Not there: `a.csv`. Not in the repository: `b.csv`.

Every code cell of the notebook has a row. Hazards are compared only where a row names one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nb_refactor.hidden_state.history import Execution
from nb_refactor.hidden_state.lacking import Lacking
from nb_refactor.notebook import Cell, Notebook, Raised

CASES = Path(__file__).parent / "cases"
_RAN = re.compile(r"^# In \[(\d+)\], cell (\w+)(?:, raised (\w+) in line (\d+))?$")
_STANDS = re.compile(r"^# cell (\w+)$")
_BLOCK = re.compile(r"```python\n(.*?)```", re.S)
_LACKING = ("Not installed", "Not there", "Not in the repository")
_ROW = re.compile(r"^\| (.*) \|$", re.M)


@dataclass(frozen=True)
class Expected:
    """One row of the table: a cell's state and one of its findings, or no finding."""

    cell_id: str
    state: str
    rule: str
    name: str


@dataclass(frozen=True)
class Case:
    """One case: the heading, what ran (`None`: no kernel), whether it takes the browser to know
    it, the notebook, and the table."""

    page: str
    title: str
    ran: tuple[Execution, ...] | None
    seen: bool
    notebook: Notebook
    lacking: Lacking
    expected: tuple[Expected, ...]


def pages() -> list[Path]:
    return sorted(CASES.glob("*.md"))


def construct_pages() -> list[Path]:
    return sorted((CASES / "constructs").glob("*.md"))


def cases(page: Path) -> Iterator[Case]:
    _, *sections = re.split(r"^## ", page.read_text(encoding="utf-8"), flags=re.M)
    for section in sections:
        title = section.split("\n", 1)[0]
        blocks = [block for block in _BLOCK.findall(section) if block.startswith("# ")]
        rows = [tuple(c.strip(" `") for c in row.split("|")) for row in _ROW.findall(section)]
        expected = tuple(Expected(*row) for row in rows[1:] if not row[0].startswith("-"))
        ran = _ran(blocks[0]) if len(blocks) > 1 else None
        seen = "as the browser saw it" in section
        notebook = _notebook(blocks[-1], blocks[:-1])
        yield Case(page.stem, title, ran, seen, notebook, _lacking(section), expected)


def _lacking(section: str) -> Lacking:
    told = [re.findall(rf"{words}: ((?:`[^`]+`(?:, )?)+)\.", section) for words in _LACKING]
    return Lacking(*(frozenset(re.findall("`([^`]+)`", " ".join(names))) for names in told))


def _ran(block: str) -> tuple[Execution, ...]:
    return tuple(
        Execution(source, int(head[1]), head[2], "error" if head[3] else "ok")
        for head, source in _pieces(block, _RAN)
    )


def _notebook(block: str, before: list[str]) -> Notebook:
    """The cells as they are saved: each with the count and the error of its last execution."""
    counts: dict[str, int] = {}
    errors: dict[str, Raised | None] = {}
    for head, _ in _pieces(before[0], _RAN) if before else ():
        counts[head[2]] = int(head[1])
        errors[head[2]] = Raised(head[3], int(head[4])) if head[3] else None
    cells = []
    for head, source in _pieces(block, re.compile(f"{_STANDS.pattern}|{_RAN.pattern}")):
        cell_id = head[1] or head[3]
        count = counts.get(cell_id) if head[1] else int(head[2])
        cells.append(Cell(cell_id, source, "code", count, errors.get(cell_id)))
    return Notebook(tuple(cells))


def _pieces(block: str, heading: re.Pattern[str]) -> Iterator[tuple[re.Match[str], str]]:
    head, lines = None, []
    for line in block.split("\n"):
        match = heading.match(line)
        if match:
            if head is not None:
                yield head, "\n".join(lines).strip("\n")
            head, lines = match, []
        else:
            lines.append(line)
    if head is not None:
        yield head, "\n".join(lines).strip("\n")
