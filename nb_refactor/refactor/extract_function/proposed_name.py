"""A name for the function that cells become: from the heading above them, their first comment, or
what they make."""

from __future__ import annotations

import ast
import keyword
import re
import textwrap
import unicodedata
from collections.abc import Iterator, Sequence, Set

from nb_refactor.dataflow import scope
from nb_refactor.dataflow.exposure import cell_effects
from nb_refactor.dataflow.magics import parse
from nb_refactor.dataflow.words import words
from nb_refactor.heading import headings_of
from nb_refactor.notebook import Cell, Notebook
from nb_refactor.refactor.extract_function.builtin_names import BUILTINS
from nb_refactor.refactor.extract_function.cell_facts import cell_facts
from nb_refactor.refactor.extract_function.choices import Lines
from nb_refactor.refactor.module_edit import module_names

MOST_WORDS = 4
_SKIPPED = words("""
    a an and are as at be by can do for from get how i in into is it its let lets me my now of on or
    our some so step part exercise question task section chapter example that the their then there
    these this those to us we what will with you your here first next also just using use
""")
# Such a heading is answered by the code below it, and does not name what it does.
_ASKS = re.compile(
    r"\?\s*$|^[\W\d]*(?:who|what|when|where|which|why|how|is|are|was|were|do|does|did|can|could|should|would"
    r"|will|shall|may|might)\b(?! to\b)",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"^#+\s*(\w.*)$")
_DRAWS = re.compile(r"\bplt\.|\bsns\.|\.plot\b|\.hist\(|\bpx\.|\balt\.|\bax\.")


def names_taken(notebook: Notebook, module: str | None) -> frozenset[str]:
    """What the cells and the module of this text mention: a new function is called otherwise."""
    mentioned = [cell_facts(cell.source).mentioned for cell in notebook.code_cells]
    names = module_names(module)
    own = names.bound | names.read if names else frozenset()
    return own.union(*mentioned)


def proposed_name(
    notebook: Notebook, cells: Sequence[Cell], taken: Set[str], lines: Lines | None = None
) -> str:
    """A name that is not `taken` for the function that the cells (contiguous, in document order)
    become, or these lines of the one cell."""
    code = _code(cells, lines)
    headings = [] if lines else _headings_above(notebook, cells[0])
    names = (as_name(text) for text in (*headings, *_first_comment(code)))
    wish = next(filter(None, names), None) or _what_it_makes(notebook, cells, code)
    if wish in taken and wish in _variables(notebook):
        wish = f"make_{wish}"
    return free_name(wish, taken)


def _code(cells: Sequence[Cell], lines: Lines | None) -> str:
    code = "\n".join(cell.source for cell in cells)
    if lines is None:
        return code
    return textwrap.dedent("\n".join(code.split("\n")[lines.first - 1 : lines.last]))


def _variables(notebook: Notebook) -> frozenset[str]:
    """The names that code cells assign to at their top level."""
    effects = [cell_effects(cell.source) for cell in notebook.code_cells]
    bodies = [parse(each.translation.code).body for each in effects if not each.problem]
    kinds = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.For)
    assigned = [node for body in bodies for node in body if isinstance(node, kinds)]
    return frozenset(scope.bound_names(assigned))


def as_name(text: str) -> str | None:
    """The words of the text as a Python name; `None` where they do not make a good one."""
    if _ASKS.search(text):
        return None
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


def _first_comment(code: str) -> list[str]:
    for line in code.split("\n"):
        if match := _COMMENT.match(line):
            return [match[1]]
        if line.strip() and not line.startswith(("%", "import ", "from ")):
            break
    return []


def _what_it_makes(notebook: Notebook, cells: Sequence[Cell], source: str) -> str:
    effects = cell_effects(source)
    if effects.problem:
        return "step"
    code = effects.translation.code
    body = parse(code).body
    read = _read_below(notebook, cells[-1])
    made = [name for name in _made_by(body) if len(name) > 1]
    needed = [name for name in made if name in read]
    if not _draws(_without_shows(body) if needed else body, code):
        found = (needed or [name for name in made if len(name) > 2])[-1:]
        return f"make_{found[0].strip('_').lower()}" if found else "step"
    names = [n.id for top in body for n in ast.walk(top) if isinstance(n, ast.Name)]
    known = BUILTINS | {"plt", "sns"}
    shown = next((name for name in names if len(name) > 2 and name not in known), "")
    return f"plot_{shown}".strip("_").lower() if shown else "plot"


def _read_below(notebook: Notebook, cell: Cell) -> frozenset[str]:
    below = notebook.code_cells[notebook.code_cells.index(cell) + 1 :]
    return frozenset().union(*(cell_facts(other.source).mentioned for other in below))


def _made_by(body: Sequence[ast.stmt]) -> Iterator[str]:
    """What the statements give a value, the loops first: what they make is rarely what it is
    about."""
    loops = (ast.For, ast.AsyncFor, ast.While)
    body = [node for node in body if not isinstance(node, (ast.Import, ast.ImportFrom))]
    for node in sorted(body, key=lambda node: not isinstance(node, loops)):
        yield from scope.bound_names(node.body if isinstance(node, loops) else [node])


def _without_shows(body: Sequence[ast.stmt]) -> Sequence[ast.stmt]:
    """Without the expressions at the end: they stay where people look."""
    end = len(body)
    while end and isinstance(body[end - 1], ast.Expr):
        end -= 1
    return body[:end]


def _draws(body: Sequence[ast.stmt], code: str) -> bool:
    return any(_DRAWS.search(ast.get_source_segment(code, node) or "") for node in body)


def free_name(wish: str, taken: Set[str]) -> str:
    """The name, or else the first with a number behind it that means nothing yet."""
    name, number = wish, 2
    while name in taken or name in BUILTINS or keyword.iskeyword(name):
        name, number = f"{wish}_{number}", number + 1
    return name
