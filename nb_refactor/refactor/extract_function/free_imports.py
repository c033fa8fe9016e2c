"""Imports that may leave their place in the cell: nothing can see the difference."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from nb_refactor.dataflow import scope
from nb_refactor.refactor.extract_function.cell_parts import Part
from nb_refactor.refactor.extract_function.environment import is_missing
from nb_refactor.refactor.extract_function.part_context import PartContext, called_names, effects_of
from nb_refactor.refactor.module_edit import ImportBinding, import_bindings


def is_import(part: Part) -> bool:
    """Whether the part is an import and nothing else."""
    return isinstance(part.node, (ast.Import, ast.ImportFrom)) and not part.magics


def is_future(part: Part) -> bool:
    """`from __future__ import …`."""
    return isinstance(part.node, ast.ImportFrom) and part.node.module == "__future__"


def is_free_import(part: Part, rest: Sequence[Part], context: PartContext) -> bool:
    """An import whose names mean the same from the beginning of the cell to its end."""
    if not is_import(part):
        return False
    if is_future(part):
        return True
    bindings = import_bindings(part.node)
    if not bindings or any(is_missing(binding, context.not_at_the_top) for binding in bindings):
        return False
    names = {binding.bound for binding in bindings}
    others = [other for other in rest if other is not part]
    earlier = rest[: rest.index(part)]
    if any(changes_the_way_of_imports(other, context.places_known) for other in earlier):
        return False
    rebound = {
        name
        for other in others
        for name in scope.bound_names(other.nodes)
        if not _same_import(other, bindings)
    }
    used = {use.name for other in earlier for use in effects_of(other).uses}
    called = {
        name
        for name in called_names(earlier, context)
        if not set(bindings) >= context.around.imported(name) or not context.around.imported(name)
    }
    return not names & (rebound | called | (used - _names_of(earlier)))


def is_leading_star(part: Part, rest: Sequence[Part], imports: Sequence[Part]) -> bool:
    """`from m import *` before all code of the cell."""
    if not (is_import(part) and not import_bindings(part.node)) or is_future(part):
        return False
    return all(other in imports or is_import(other) for other in rest[: rest.index(part)])


_PLACES = ("sys.path", "chdir", "addsitedir")
_WAYS = ("os.environ", "putenv", ".use(")


def changes_the_way_of_imports(part: Part, places_known: bool) -> bool:
    """Whether what imports find or do may differ behind this part. `places_known`: which of them
    are found only where the notebook says."""
    words = _WAYS if places_known else _PLACES + _WAYS
    magics = {"env", "set_env", "pip", "conda", "!", *(() if places_known else ("cd",))}
    return any(word in part.code for word in words) or (
        part.is_magic and part.magics[0].name in magics
    )


def bindings_of(imports: Sequence[Part]) -> dict[str, frozenset[ImportBinding]]:
    """What the names mean that the imports bind."""
    found: dict[str, frozenset[ImportBinding]] = {}
    for part in imports:
        if not is_future(part):
            for binding in import_bindings(part.node):
                found[binding.bound] = found.get(binding.bound, frozenset()) | {binding}
    return found


def _names_of(parts: Sequence[Part]) -> set[str]:
    return {b.bound for part in parts if is_import(part) for b in import_bindings(part.node)}


def _same_import(part: Part, bindings: Sequence[ImportBinding]) -> bool:
    if not is_import(part):
        return False
    roots = {b.module.partition(".")[0] for b in bindings if b.name is None and b.alias is None}
    return all(
        b in bindings or (b.name is None and b.alias is None and b.bound in roots)
        for b in import_bindings(part.node)
    )
