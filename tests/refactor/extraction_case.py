"""A case of extraction, as it stands in a Markdown file under `cases/`.

# What it is about
Words for the reader.
## Notebook                  code blocks are cells; the one marked `extract` is extracted;
                             a block in `markdown` is a Markdown cell
## Module before             where the module exists already
## Module after, ## Cell after
## Other cells after         where other cells change as well: one block for each, in their order
## Refused                   in place of these: one code of refusal on each line, as a list
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from nb_refactor.notebook import Cell, CellKind, Notebook

_BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Case:
    name: str
    notebook: Notebook
    cell_id: str
    module_before: str | None
    module_after: str | None
    cell_after: str | None
    others_after: tuple[str, ...]
    refused: tuple[str, ...]
    executed: bool


def read_cases(folder: Path) -> list[Case]:
    return [case for path in sorted(folder.glob("*.md")) for case in _cases_in(path)]


def _cases_in(path: Path) -> list[Case]:
    text = path.read_text(encoding="utf-8")
    return [_case(f"{path.stem}: {title}", body) for title, body in _split(text, "# ")]


def _split(text: str, mark: str) -> list[tuple[str, str]]:
    """The text under each heading of this rank; what stands in a code block is no heading."""
    found: list[tuple[str, list[str]]] = []
    fenced = False
    for line in text.split("\n"):
        fenced = fenced != line.startswith("```")
        if line.startswith(mark) and not fenced:
            found.append((line[len(mark) :].strip(), []))
        elif found:
            found[-1][1].append(line)
    return [(title, "\n".join(lines)) for title, lines in found]


def _case(name: str, text: str) -> Case:
    sections = dict(_split(text, "## "))
    blocks = _BLOCK.findall(sections["Notebook"])
    cells = tuple(
        Cell(f"c{i}", code.rstrip("\n"), _kind(language))
        for i, (language, _, code) in enumerate(blocks)
    )
    chosen = next(f"c{i}" for i, (_, marks, _) in enumerate(blocks) if "extract" in marks)
    refused = re.findall(r"^- `([\w-]+)`", sections.get("Refused", ""), flags=re.MULTILINE)
    return Case(
        name,
        Notebook(cells),
        chosen,
        _code(sections.get("Module before")),
        _code(sections.get("Module after")),
        _code(sections.get("Cell after")),
        tuple(
            code.rstrip("\n")
            for _, _, code in _BLOCK.findall(sections.get("Other cells after", ""))
        ),
        tuple(refused),
        executed=not any("not run" in marks for _, marks, _ in blocks),
    )


def _kind(language: str) -> CellKind:
    return "markdown" if language == "markdown" else "code"


def _code(section: str | None) -> str | None:
    match = _BLOCK.search(section) if section else None
    return match[3] if match else None
