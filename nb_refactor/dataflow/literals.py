"""What literals in the source say: keys and columns."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from nb_refactor.dataflow.node_digest import digest_node


def literal(node: ast.expr) -> object:
    """The value of a literal; None of all else."""
    return node.value if isinstance(node, ast.Constant) else None


def literal_key(node: ast.expr) -> str | None:
    """The key in `d["key"]`."""
    value = literal(node)
    return value if isinstance(value, str) else None


def literal_list(node: ast.expr) -> tuple[bytes, int] | None:
    """A digest of a list of literals, and how long it is."""
    if not isinstance(node, ast.List):
        return None
    plain = all(
        isinstance(e.operand if isinstance(e, ast.UnaryOp) else e, ast.Constant) for e in node.elts
    )
    return (digest_node(node), len(node.elts)) if plain else None


def literal_columns(node: ast.expr) -> tuple[str, ...]:
    """The columns in `df[["a", "b"]]`."""
    if not isinstance(node, ast.List):
        return ()
    keys = [literal_key(element) for element in node.elts]
    return tuple(key for key in keys if key is not None) if None not in keys else ()


def always_goes(test: ast.expr) -> bool | None:
    """Which way a condition goes every time in a notebook, whose `__name__` is `"__main__"`; `None`
    where that is not known."""
    match test:
        case ast.Compare(left, [ast.Eq() | ast.NotEq() as operator], [right]):
            asked = [node.id for node in (left, right) if isinstance(node, ast.Name)]
            if asked == ["__name__"] and "__main__" in (literal(left), literal(right)):
                return isinstance(operator, ast.Eq)
    return None


def has_elements(node: ast.expr, known: Mapping[str, ast.expr] | None = None) -> bool:
    """Whether the text says that there is something in it: `["a", "b"]`, `range(10)`, and
    `enumerate`, `zip` and the like of them. `known` are the names that stand for the value of an
    expression."""
    known = known or {}
    match node:
        case ast.Name(id=name) if name in known:
            return has_elements(known[name], _without(known, name))
        case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
            return any(not isinstance(element, ast.Starred) for element in elements)
        case ast.Dict(keys=keys):
            return any(key is not None for key in keys)
        case ast.Constant(value=str(value)):
            return bool(value)
        case ast.Call(
            func=ast.Name("range"), args=[ast.Call(func=ast.Name("len"), args=[inner])], keywords=[]
        ):
            return has_elements(inner, known)
        case ast.Call(
            func=ast.Name("range") | ast.Attribute(ast.Name("np" | "numpy"), "arange"),
            args=arguments,
            keywords=[],
        ):
            return _counts(arguments, known)
        case ast.Call(
            func=ast.Attribute(ast.Name("np" | "numpy"), "linspace" | "logspace" | "geomspace"),
            args=[_, _, *rest],
            keywords=[],
        ):
            return not rest or (len(rest) == 1 and (whole_number(rest[0], known) or 0) > 0)
        case ast.Call(
            func=ast.Name("enumerate" | "sorted" | "reversed" | "tqdm" | "list" | "tuple" | "set"),
            args=[inner, *_],
        ):
            return has_elements(inner, known)
        case ast.ListComp(generators=[ast.comprehension(iter=inner, ifs=[], is_async=0)]):
            return has_elements(inner, known)
        case ast.Call(func=ast.Attribute(ast.Constant(value=str(words)), "split"), args=[]):
            return bool(words.split())
        case ast.Call(func=ast.Name("zip"), args=[_, *_] as several):
            return all(has_elements(each, known) for each in several)
        case ast.Call(func=ast.Attribute(of, "items" | "keys" | "values"), args=[]):
            return _is_dictionary(of, known) and has_elements(of, known)
        case _:
            return False


def may_have_none(node: ast.expr) -> bool:
    """Whether the text says that there may well be nothing in it: `range(n % 4)`, and `enumerate`
    and the like of it."""
    match node:
        case ast.Call(func=ast.Name("range"), args=arguments, keywords=[]):
            return any(isinstance(n, ast.BinOp) and isinstance(n.op, ast.Mod) for n in arguments)
        case ast.Call(
            func=ast.Name("enumerate" | "sorted" | "reversed" | "list" | "tqdm"), args=[inner, *_]
        ):
            return may_have_none(inner)
        case ast.Call(func=ast.Name("zip"), args=several):
            return any(map(may_have_none, several))
        case _:
            return False


def _is_dictionary(node: ast.expr, known: Mapping[str, ast.expr]) -> bool:
    value = known.get(node.id) if isinstance(node, ast.Name) else node
    return isinstance(value, ast.Dict)


def _without(known: Mapping[str, ast.expr], name: str) -> dict[str, ast.expr]:
    """What is known where the name's own value was made."""
    return {other: value for other, value in known.items() if other != name}


def _counts(arguments: list[ast.expr], known: Mapping[str, ast.expr]) -> bool:
    """Whether `range` of these literals has something in it."""
    values = [value for node in arguments if (value := whole_number(node, known)) is not None]
    return len(values) == len(arguments) in (1, 2, 3) and _in_range(values)


def _in_range(values: list[int]) -> bool:
    return (len(values) < 3 or values[2] != 0) and bool(range(*values))


def whole_number(node: ast.expr, known: Mapping[str, ast.expr]) -> int | None:
    """The value of a whole number, and of sums and products of such."""
    match node:
        case ast.Constant(value=int(value)):
            return value if abs(value) < _LARGE else None
        case ast.Name(id=name) if name in known:
            return whole_number(known[name], _without(known, name))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            positive = whole_number(operand, known)
            return None if positive is None else -positive
        case ast.BinOp(left=left, op=operator, right=right):
            one, other = whole_number(left, known), whole_number(right, known)
            return None if one is None or other is None else _computed(one, operator, other)
        case _:
            return None


_LARGE = 10**12


def _computed(one: int, operator: ast.operator, other: int) -> int | None:
    match operator:
        case ast.Add():
            value = one + other
        case ast.Sub():
            value = one - other
        case ast.Mult():
            value = one * other
        case ast.FloorDiv() if other:
            value = one // other
        case ast.Pow() if 0 <= other <= _LARGEST_POWER:
            value = one**other
        case _:
            return None
    return value if abs(value) < _LARGE else None


_LARGEST_POWER = 40
