"""Annotations from the types that the live kernel knows."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nb_refactor.refactor.extract_function.builtin_names import BUILTINS
from nb_refactor.refactor.module_edit import ImportBinding


@dataclass(frozen=True)
class Annotation:
    """The text of an annotation and the imports that it needs."""

    text: str
    imports: frozenset[ImportBinding]


def annotation(
    qualified: str, imports: Iterable[ImportBinding], taken: frozenset[str]
) -> Annotation | None:
    """The annotation for a type that is written in full (`dict[str, pandas.DataFrame]`). `imports`
    are those that the module and the notebook have: `pandas` is called as they do. `taken` are
    names that mean something else in the module. `None` where the type has no public name."""
    try:
        tree = ast.parse(qualified.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if len(qualified) > 200:
        return None
    known = sorted(set(imports), key=lambda b: b.order)
    used: set[ImportBinding] = set()
    made = _named(tree, known, taken, used)
    return Annotation(ast.unparse(made), frozenset(used)) if made else None


def _named(
    node: ast.expr, known: list[ImportBinding], taken: frozenset[str], used: set[ImportBinding]
) -> ast.expr | None:
    match node:
        case ast.Constant(value=None):
            return node
        case ast.Name(id=name):
            return node if name in BUILTINS and name not in taken else None
        case ast.Attribute():
            return _imported(ast.unparse(node), known, taken, used)
        case ast.Subscript(value=value, slice=inner):
            outer = _named(value, known, taken, used)
            parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            made = [part if _is_dots(part) else _named(part, known, taken, used) for part in parts]
            if outer is None or any(part is None for part in made):
                return None
            whole = [part for part in made if part is not None]
            return ast.Subscript(outer, whole[0] if len(whole) == 1 else ast.Tuple(whole))
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            sides = [_named(side, known, taken, used) for side in (left, right)]
            if sides[0] is None or sides[1] is None:
                return None
            return ast.BinOp(sides[0], ast.BitOr(), sides[1])
        case _:
            return None


def _is_dots(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


def _imported(
    path: str, known: list[ImportBinding], taken: frozenset[str], used: set[ImportBinding]
) -> ast.expr | None:
    module, _, name = path.rpartition(".")
    if module == "builtins":
        return ast.Name(name) if name not in taken else None
    if module.startswith("__main__") or any(p.startswith("_") for p in path.split(".")):
        return None
    for binding in known:
        if binding.bound in taken:
            continue
        if binding.module == module and binding.name is None and binding.alias:
            used.add(binding)
            return ast.Attribute(ast.Name(binding.alias), name)
        if binding.module == module and binding.name is None and "." not in module:
            used.add(binding)
            return ast.Attribute(ast.Name(module), name)
        if binding.module == module and binding.name == name:
            used.add(binding)
            return ast.Name(binding.bound)
    if name in taken or name in BUILTINS:
        return None
    used.add(ImportBinding(module, name))
    return ast.Name(name)


def return_annotation(names: tuple[str, ...], known: Mapping[str, Annotation]) -> str | None:
    """The annotation of what is returned; `None` where a part of it is not known."""
    if any(name not in known for name in names):
        return None
    texts = [known[name].text for name in names]
    if not texts:
        return "None"
    return texts[0] if len(texts) == 1 else f"tuple[{', '.join(texts)}]"
