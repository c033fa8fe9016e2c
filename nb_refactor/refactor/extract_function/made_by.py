"""What a statement makes: the function, the class or the type that it gives a name."""

from __future__ import annotations

import ast

_CLASS_MAKERS = frozenset({"namedtuple", "NamedTuple", "TypedDict", "NewType", "TypeVar"})
# Those that could as well be called to get an object: they make a class of the name that it gets.
_NAMED_MAKERS = frozenset({"Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "make_dataclass"})


def made_by(node: ast.stmt) -> str | None:
    """The name of the function or class that the statement makes, if it makes one."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.Assign([ast.Name(id=name)], value):
            return name if isinstance(value, ast.Lambda) or makes_class(name, value) else None
    return None


def makes_function(node: ast.stmt) -> bool:
    """Whether what the statement makes is a function, and no class."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return isinstance(node, functions) or (
        isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda)
    )


def makes_class(name: str, node: ast.expr) -> bool:
    """Whether the value that the name gets is a class or a type: `Color = Enum("Color", …)`."""
    if not isinstance(node, ast.Call):
        return False
    word, first = last_word(node.func), node.args[0] if node.args else None
    named = isinstance(first, ast.Constant) and first.value == name and len(node.args) > 1
    return word in _CLASS_MAKERS or (word in _NAMED_MAKERS and named)


def last_word(node: ast.expr) -> str:
    match node:
        case ast.Call():
            return last_word(node.func)
        case ast.Attribute():
            return node.attr
        case ast.Name():
            return node.id
        case ast.Subscript():
            return last_word(node.value)
        case _:
            return ""
