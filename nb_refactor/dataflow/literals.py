"""What literals in the source say: keys and columns."""

from __future__ import annotations

import ast

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


def has_elements(node: ast.expr) -> bool:
    """Whether the text says that there is something in it: `["a", "b"]`, `range(10)`, and
    `enumerate`, `zip` and the like of them."""
    match node:
        case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
            return any(not isinstance(element, ast.Starred) for element in elements)
        case ast.Constant(value=str(value)):
            return bool(value)
        case ast.Call(func=ast.Name("range"), args=arguments, keywords=[]):
            return _counts(arguments)
        case ast.Call(
            func=ast.Name("enumerate" | "sorted" | "reversed" | "tqdm"), args=[inner, *_]
        ):
            return has_elements(inner)
        case ast.Call(func=ast.Name("zip"), args=[_, *_] as several):
            return all(map(has_elements, several))
        case ast.Call(
            func=ast.Attribute(ast.Dict(keys=[_, *_] as keys), "items" | "keys"), args=[]
        ):
            return any(key is not None for key in keys)
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


def _counts(arguments: list[ast.expr]) -> bool:
    """Whether `range` of these literals has something in it."""
    values = [value for node in arguments if isinstance(value := literal(node), int)]
    return len(values) == len(arguments) in (1, 2, 3) and values[-1] != 0 and bool(range(*values))
