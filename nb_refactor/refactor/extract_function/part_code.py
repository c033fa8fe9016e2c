"""What the parts of a cell say together: their code, the names that they read, their imports."""

from __future__ import annotations

from collections.abc import Iterable

from nb_refactor.dataflow.exposure import cell_effects
from nb_refactor.dataflow.liveness import simples
from nb_refactor.refactor.extract_function.cell_parts import Part
from nb_refactor.refactor.extract_function.definitions import functions_in
from nb_refactor.refactor.extract_function.free_imports import is_future
from nb_refactor.refactor.extract_function.placement import Placement
from nb_refactor.refactor.module_edit import import_bindings


def code_of(parts: Iterable[Part]) -> str:
    """The code of the parts, each on the line where it stands in the cell."""
    lines: list[str] = []
    for part in parts:
        text = part.code.split("\n")
        while len(lines) < part.line - 1:
            lines.append("")
        if len(lines) >= part.line:
            lines[-1] = f"{lines[-1]}; {text[0]}"
        else:
            lines.append(text[0])
        lines += text[1:]
    return "\n".join(lines)


def names_read(parts: Iterable[Part]) -> frozenset[str]:
    """The names that the parts read, the functions that they define included."""
    found: set[str] = set()
    for part in parts:
        effects = cell_effects(part.code)
        found |= {use.name for use in effects.whole.uses}
        found |= {use.name for simple in simples(effects.statements) for use in simple.uses}
        for function in functions_in(part):
            found |= set(function.free_names)
    return frozenset(found)


def kept_imports(placement: Placement, used: frozenset[str], moved: frozenset[str]) -> list[Part]:
    """Imports of the cell that the notebook still needs, or that nothing in the cell uses: they
    are there for what they do."""
    kept = []
    for part in placement.imports:
        bound = {binding.bound for binding in import_bindings(part.node)}
        if bound & used or not bound & moved or is_future(part):
            kept.append(part)
    return kept
