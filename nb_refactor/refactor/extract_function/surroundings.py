"""What the rest of the notebook says about the names of one cell: bound by what, and when."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from nb_refactor.dataflow.exposure import CellEffects, cell_effects
from nb_refactor.dataflow.files_read import files_read
from nb_refactor.dataflow.magics import parse, translate
from nb_refactor.notebook import Cell
from nb_refactor.refactor.module_edit import BOM, ImportBinding, import_bindings

Entry = Literal["bound", "maybe", "unbound"]

BUILTINS = frozenset(dir(builtins)) | {"display"}

# Names of Python's own that `from module import *` is known to replace.
_STARRED = {
    "math": frozenset({"pow"}),
    "numpy": frozenset(
        [
            "abs",
            "all",
            "any",
            "bool",
            "divmod",
            "float",
            "int",
            "long",
            "max",
            "min",
            "pow",
            "round",
            "str",
            "sum",
        ]
    ),
    "matplotlib.pyplot": frozenset(),
    "ipywidgets": frozenset(),
    "tkinter": frozenset(),
    "sympy": frozenset(),
    "typing": frozenset(),
    "itertools": frozenset(),
    "collections": frozenset(),
    "os": frozenset({"open"}),
    "io": frozenset({"open"}),
    "codecs": frozenset({"open"}),
}
_STARRED["pylab"] = _STARRED["numpy"]
# Of a module that we know nothing about: what is likely to be replaced.
_LIKELY = frozenset(
    [
        "abs",
        "all",
        "any",
        "compile",
        "complex",
        "divmod",
        "filter",
        "format",
        "hash",
        "hex",
        "id",
        "input",
        "iter",
        "map",
        "max",
        "min",
        "next",
        "oct",
        "open",
        "pow",
        "range",
        "reversed",
        "round",
        "slice",
        "sorted",
        "sum",
        "type",
        "vars",
        "zip",
    ]
)


@dataclass(frozen=True)
class Other:
    """One code cell: its effects and, for each name that nothing but imports bind in it, what
    they are. `stops_at` is the line on which a run of it ends in an error, as far as is known;
    `by_itself`, where not only for want of a name that a cell above was to bind."""

    effects: CellEffects
    imports: dict[str, frozenset[ImportBinding]]
    stops_at: int | None = None
    by_itself: bool = False

    def is_sure(self, name: str) -> bool:
        """Whether the name is bound when the cell has run."""
        return any(
            d.name == name and d.certain and (self.stops_at is None or d.at.line < self.stops_at)
            for d in self.effects.whole.definitions
        )


@dataclass(frozen=True)
class Surroundings:
    """The code cells of the document and the place of the cell in question among them."""

    cells: tuple[Other, ...]
    index: int

    def entry(self, name: str) -> Entry:
        """Whether the name is bound when the cell starts, in a run from top to bottom."""
        state: Entry = "unbound"
        for other in self.cells[: self.index]:
            whole = other.effects.whole
            found = next((d for d in whole.definitions if d.name == name), None)
            if found is not None:
                state = "bound" if other.is_sure(name) or state == "bound" else "maybe"
            if name in whole.kills:
                state = "maybe" if found is not None else "unbound"
            if state == "unbound" and (whole.stars or any(o.binds for o in whole.opaque)):
                state = "maybe"
        if state == "unbound" and name in BUILTINS:
            return "bound"
        return state

    def outlived(self, name: str) -> bool:
        """Whether the name has a value when the cell starts, and no later cell is sure to give it
        another: then the notebook would be left with the old one if the new one got lost."""
        if self.entry(name) == "unbound" or not self.bound_above(name):
            return False
        return not any(self._certain(other, name) for other in self.cells[self.index + 1 :])

    def lost_above(self, name: str) -> bool:
        """Whether a cell that is known to end in an error was to bind the name."""
        return any(
            other.stops_at is not None and self._binds(other, name)
            for other in self.cells[: self.index]
        )

    def bound_above(self, name: str) -> bool:
        """Whether any cell above binds the name."""
        return any(self._binds(other, name) for other in self.cells[: self.index])

    def may_come_from_star(self, name: str, own: Sequence[str] = ()) -> bool:
        """Whether `from m import *` above the cell, or of one of its `own` modules, may have given
        the name its meaning."""
        above = [m for other in self.cells[: self.index] for m in other.effects.whole.stars]
        return any(
            name not in BUILTINS or name in _STARRED.get(module, _LIKELY)
            for module in (*above, *own)
        )

    def opaque_above(self) -> bool:
        return any(
            other.effects.whole.stars or any(o.binds for o in other.effects.whole.opaque)
            for other in self.cells[: self.index]
        )

    def imported(self, name: str) -> frozenset[ImportBinding]:
        """The imports that the name stands for when the cell starts; empty where it may stand
        for something else."""
        found: frozenset[ImportBinding] = frozenset()
        for other in reversed(self.cells[: self.index]):
            if not self._binds(other, name):
                continue
            bound = other.imports.get(name)
            if not bound or not self._certain(other, name):
                return found
            if found and {b.bound for b in bound if b.name or b.alias}:
                return found
            if found and _roots(bound) != _roots(found):
                return found
            found |= bound
            if any(b.name is not None or b.alias is not None for b in bound):
                return found
        return found

    def imported_everywhere(self, name: str) -> frozenset[ImportBinding]:
        """The imports that the name stands for at any time after its first binding; empty where
        any cell gives it another meaning."""
        found: frozenset[ImportBinding] = frozenset()
        for other in self.cells:
            if name in other.effects.whole.kills:
                return frozenset()
            if not self._binds(other, name):
                continue
            bound = other.imports.get(name)
            if not bound:
                return frozenset()
            found |= bound
        named = {b for b in found if b.name is not None or b.alias is not None}
        if named and len(found) > 1:
            return frozenset()
        return found

    def means_builtin_everywhere(self, name: str) -> bool:
        """Whether nothing in the document gives this name of Python's own another meaning."""
        return name in BUILTINS and not any(
            self._binds(other, name)
            or any(name in _STARRED.get(m, _LIKELY) for m in other.effects.whole.stars)
            for other in self.cells
        )

    def cells_binding(self, name: str) -> list[int]:
        return [i for i, other in enumerate(self.cells) if self._binds(other, name)]

    @staticmethod
    def _binds(other: Other, name: str) -> bool:
        return any(d.name == name for d in other.effects.whole.definitions)

    @staticmethod
    def _certain(other: Other, name: str) -> bool:
        return name not in other.effects.whole.kills and other.is_sure(name)


def _roots(bindings: frozenset[ImportBinding]) -> set[str]:
    return {binding.module.partition(".")[0] for binding in bindings}


@dataclass(frozen=True)
class Environment:
    """What the notebook's environment is known not to have: modules (dotted), and files by the
    path that the notebook gives for them. `functions` of the module cannot run for that reason."""

    modules: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()


def environment(modules: frozenset[str], files: frozenset[str], module: str | None) -> Environment:
    """The environment that lacks these, for a notebook that uses the `module` of this text."""
    if not files or not module:
        return Environment(modules, files)
    try:
        body = ast.parse(module.removeprefix(BOM)).body
    except (SyntaxError, ValueError):
        return Environment(modules, files)
    functions = (n for n in body if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef)))
    failing = frozenset(n.name for n in functions if files & frozenset(files_read(n)))
    return Environment(modules, files, failing)


def surroundings(
    cells: Sequence[Cell], index: int, module: str, missing: Environment
) -> Surroundings:
    """What the code cells say about the names of the one at `index`. What `module` itself cannot
    import (its own functions under another name) counts as no import."""
    others: list[Other] = []
    lost: set[str] = set()
    for cell in cells:
        imports = {
            name: bindings
            for name, bindings in _imports(cell.source).items()
            if not any(b.module == module and b.bound != b.name for b in bindings)
        }
        effects = cell_effects(cell.source)
        own = stops_at(cell, missing)
        inherited = _wants(effects, lost)
        line = min((each for each in (own, inherited) if each is not None), default=None)
        other = Other(effects, imports, line, own is not None)
        others.append(other)
        for definition in effects.whole.definitions:
            if other.is_sure(definition.name):
                lost.discard(definition.name)
            elif line is not None and definition.at.line >= line:
                lost.add(definition.name)
    return Surroundings(tuple(others), index)


def _wants(effects: CellEffects, lost: set[str]) -> int | None:
    """The line of the first statement that cannot run without a name that was lost above."""
    lines = [
        statement.at.line
        for statement in effects.statements
        for use in effects.whole.uses
        if use.name in lost
        and use.certain
        and not use.deferred
        and statement.at.line <= use.at.line <= statement.at.end_line
    ]
    return min(lines, default=None)


def stops_at(cell: Cell, missing: Environment) -> int | None:
    """The line of the statement in which a run of the cell ends, by its saved error or by what is
    missing; `None` where nothing speaks against it."""
    lines = [] if cell.raised is None else [cell.raised.line or 1]
    effects = cell_effects(cell.source)
    if (missing.modules or missing.files) and not effects.problem:
        for statement in parse(effects.translation.code).body:
            if _lacks(statement, missing):
                lines.append(statement.lineno)
    return min(lines, default=None)


def _lacks(statement: ast.stmt, missing: Environment) -> bool:
    if any(is_missing(binding, missing.modules) for binding in import_bindings(statement)):
        return True
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Try)):
        return False
    called = (n.func for n in ast.walk(statement) if isinstance(n, ast.Call))
    return bool(missing.files & frozenset(files_read(statement))) or any(
        isinstance(function, ast.Name) and function.id in missing.functions for function in called
    )


def is_missing(binding: ImportBinding, unavailable: frozenset[str]) -> bool:
    """Whether the environment is known not to have what is imported."""
    path = binding.module.split(".")
    prefixes = {".".join(path[: i + 1]) for i in range(len(path))}
    return bool(prefixes & unavailable) or f"{binding.module}.{binding.name}" in unavailable


@lru_cache(maxsize=4096)
def _imports(source: str) -> dict[str, frozenset[ImportBinding]]:
    """For each name that only top-level imports bind in the cell: what they bind it to."""
    translation = translate(source)
    try:
        tree = parse(translation.code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    found: dict[str, set[ImportBinding]] = {}
    for statement in tree.body:
        for binding in import_bindings(statement):
            found.setdefault(binding.bound, set()).add(binding)
    otherwise = set(_bound_otherwise(tree.body))
    return {
        name: frozenset(bindings)
        for name, bindings in found.items()
        if name not in otherwise and _agree(bindings)
    }


def _agree(bindings: set[ImportBinding]) -> bool:
    """`import a` and `import a.b` bind one module; `from m import x` twice the same."""
    return len(bindings) == 1 or all(b.name is None and b.alias is None for b in bindings)


def _bound_otherwise(body: Sequence[ast.stmt]) -> Iterator[str]:
    for statement in body:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                yield node.id
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                yield node.name
            elif isinstance(node, ast.alias):
                yield node.asname or node.name.partition(".")[0]
            elif isinstance(node, ast.ExceptHandler) and node.name:
                yield node.name
