"""A name for the function that a cell becomes: from the heading above it, its first comment, or
what it makes."""

from __future__ import annotations

import ast
import keyword
import re
import unicodedata
from collections.abc import Set

from nb_refactor.dataflow import scope
from nb_refactor.dataflow.exposure import cell_effects
from nb_refactor.dataflow.magics import parse
from nb_refactor.dataflow.words import words
from nb_refactor.heading import headings_of
from nb_refactor.notebook import Cell, Notebook
from nb_refactor.refactor.extract_function.builtin_names import BUILTINS
from nb_refactor.refactor.extract_function.cell_facts import cell_facts
from nb_refactor.refactor.module_edit import module_names

MOST_WORDS = 4
_SKIPPED = words("""
    a an and are as at be by can do for from get how i in into is it its let lets me my now of on or
    our some so step part exercise question task section chapter example that the their then there
    these this those to us we what will with you your here first next also just using use
""")
_COMMENT = re.compile(r"^#+\s*(\w.*)$")
_DRAWS = re.compile(r"\bplt\.|\bsns\.|\.plot\b|\.hist\(|\bpx\.|\balt\.|\bax\.")


def names_taken(notebook: Notebook, module: str | None) -> frozenset[str]:
    """What the cells and the module of this text mention: a new function is called otherwise."""
    mentioned = [cell_facts(cell.source).mentioned for cell in notebook.code_cells]
    names = module_names(module)
    own = names.bound | names.read if names else frozenset()
    return own.union(*mentioned)


def proposed_name(notebook: Notebook, cell: Cell, taken: Set[str]) -> str:
    """A name that is not `taken`."""
    texts = [*_headings_above(notebook, cell), *_first_comment(cell)]
    wish = next((name for text in texts if (name := as_name(text))), None) or _what_it_makes(cell)
    return free_name(wish, taken)


def as_name(text: str) -> str | None:
    """The words of the text as a Python name; `None` where they do not make a good one."""
    text = re.sub(r"<[^>]*>|\[([^\]]*)\]\([^)]*\)|`[^`]*[^\w`][^`]*`|https?:\S*", r" \1 ", text)
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    if len(plain.strip()) * 2 < len(text.strip()):
        return None
    found = re.findall(r"[a-z][a-z0-9]*", plain.replace("'", "").lower())
    name = "_".join(
        [word for word in found if word not in _SKIPPED and len(word) < 16][:MOST_WORDS]
    )
    if len(name) < 3 or keyword.iskeyword(name) or len(name) > 40:
        return None
    return name


def _headings_above(notebook: Notebook, cell: Cell) -> list[str]:
    """The last heading of the Markdown cells right above the cell, or their first line."""
    place = [each.cell_id for each in notebook.cells].index(cell.cell_id)
    first_lines: list[str] = []
    while place > 0 and notebook.cells[place - 1].kind == "markdown":
        place -= 1
        above = notebook.cells[place]
        headings = headings_of(above)
        if headings:
            return [headings[-1][1], *first_lines]
        lines = [line for line in above.source.split("\n") if line.strip()]
        if len(lines) == 1 and len(lines[0].split()) <= 8:
            first_lines.append(lines[0])
    return first_lines


def _first_comment(cell: Cell) -> list[str]:
    for line in cell.source.split("\n"):
        if match := _COMMENT.match(line):
            return [match[1]]
        if line.strip() and not line.startswith(("%", "import ", "from ")):
            break
    return []


def _what_it_makes(cell: Cell) -> str:
    tree = parse(cell_effects(cell.source).translation.code)
    bound = [name for name in scope.bound_names(tree.body) if len(name) > 2]
    if _DRAWS.search(cell.source):
        names = [n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and len(n.id) > 2]
        shown = next((name for name in names if name not in BUILTINS | {"plt", "sns"}), "")
        return f"plot_{shown}".strip("_").lower() if shown else "plot"
    if bound:
        return f"make_{bound[-1].strip('_').lower()}"
    return "step"


def free_name(wish: str, taken: Set[str]) -> str:
    """The name, or else the first with a number behind it that means nothing yet."""
    name, number = wish, 2
    while name in taken or name in BUILTINS or keyword.iskeyword(name):
        name, number = f"{wish}_{number}", number + 1
    return name
