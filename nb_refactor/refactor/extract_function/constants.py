"""Constants of the notebook: values that are the same whenever they are made."""

from __future__ import annotations

import ast

from nb_refactor.refactor.extract_function.cell_parts import Part
from nb_refactor.refactor.extract_function.made_by import last_word

_PARTS = (
    ast.Constant, ast.UnaryOp, ast.BinOp, ast.Name, ast.Attribute, ast.Tuple, ast.Call,
    ast.keyword, ast.operator, ast.unaryop, ast.expr_context,
)  # fmt: skip
_COLLECTIONS = (ast.List, ast.Set, ast.Dict)
# Calls that give the same whenever they are made, and those that give a collection.
_MAKING = frozenset(
    {
        *("compile", "frozenset", "Path", "PurePath", "timedelta", "date", "datetime", "Decimal"),
        *("Fraction", "maketrans", "getLogger", "lower", "upper", "strip", "joinpath"),
    }
)
_COLLECTING = frozenset({"set", "list", "dict", "split", "splitlines", "fromkeys", "OrderedDict"})
# What types are made of (`Optional[int]`, `dict[str, float]`).
_TYPES = frozenset(
    {
        *(
            "Union",
            "Optional",
            "Callable",
            "Sequence",
            "Iterable",
            "Iterator",
            "Mapping",
            "Literal",
        ),
        *("List", "Dict", "Tuple", "Set", "Type", "Annotated", "Any", "ClassVar", "NDArray"),
        *("list", "dict", "tuple", "set", "frozenset", "type"),
    }
)


def constant_name(part: Part, collections: bool) -> str | None:
    """The name of a part that gives a name a value that is always the same. A list, a set or a
    dictionary is one where it is written in capitals, or with `collections`."""
    node = part.node
    if len(part.nodes) > 1 or part.magics or not isinstance(node, ast.Assign):
        return None
    target = node.targets[0]
    if len(node.targets) > 1 or not isinstance(target, ast.Name):
        return None
    return target.id if _is_constant(node.value, collections or target.id.isupper()) else None


def is_lookup(part: Part) -> bool:
    """`logging.getLogger("name")` gives one and the same object wherever it stands, so that it may
    be changed as well."""
    node = part.node
    match node:
        case ast.Assign(value=ast.Call(args=[ast.Constant()]) as call):
            return last_word(call.func) == "getLogger"
        case _:
            return False


def _is_constant(value: ast.expr, collections: bool) -> bool:
    if isinstance(value, ast.Subscript):
        return last_word(value.value) in _TYPES and all(map(_is_type, ast.walk(value.slice)))
    kinds = (*_PARTS, *_COLLECTIONS) if collections else _PARTS
    making = _MAKING | _COLLECTING if collections else _MAKING
    return all(
        isinstance(node, kinds)
        and not (isinstance(node, ast.Name) and node.id.startswith("__"))
        and not (isinstance(node, ast.Call) and last_word(node.func) not in making)
        for node in ast.walk(value)
    )


def _is_type(node: ast.AST) -> bool:
    kinds = (ast.Constant, ast.Name, ast.Attribute, ast.Tuple, ast.List, ast.Subscript, ast.BinOp)
    return isinstance(node, (*kinds, ast.operator, ast.expr_context))
