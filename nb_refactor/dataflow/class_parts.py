"""A class by its methods: which of them a use of the class, or of an instance, can reach.

`Walk(20)` runs `__init__` and what `__init__` calls on the instance. An edit of another method does
not matter to it. What is reached is read off the text: methods that are named as attributes, by
those that are reached. Where the instance goes elsewhere as a whole, all of the class is reached.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from hashlib import blake2b

from msgspec import Struct

from nb_refactor.dataflow.words import words

# What making an instance runs.
MAKING = words("__init__ __new__ __post_init__")
# How methods begin that Python, or IPython for what a cell shows, runs by itself.
_BY_ITSELF = ("__", "_repr_", "_ipython_display_", "_mime_")
# What calling an instance runs.
CALLED = "__call__"
# Names with which code reaches any attribute.
_REACHING = words(
    "getattr setattr hasattr delattr vars dir super eval exec locals globals __dict__ "
    "__class__ __getattribute__ __getattr__"
)
_DECORATORS = words("dataclass dataclasses")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class MethodPart(Struct, frozen=True):
    """One method: a digest of its code, the attributes that it names, and whether it may reach all
    others."""

    digest: bytes
    mentions: frozenset[str]
    reaches_all: bool


class ClassParts(Struct, frozen=True, eq=False):
    """A digest of the class without its methods, and the methods by name."""

    skeleton: bytes
    methods: dict[str, MethodPart]

    def reached(self, names: Iterable[str], calls: bool = True) -> frozenset[str] | None:
        """The methods that can be reached by these names and by Python itself; None: any. Without
        `calls`, no instance is called."""
        found: set[str] = set()
        known = MAKING if calls else MAKING | {CALLED}
        waiting = [
            *names,
            *(n for n in self.methods if n.startswith(_BY_ITSELF) and n not in known),
        ]
        while waiting:
            name = waiting.pop()
            method = self.methods.get(name)
            if method is None or name in found:
                continue
            if method.reaches_all:
                return None
            found.add(name)
            waiting += method.mentions
        return frozenset(found)


def class_parts(node: ast.ClassDef) -> ClassParts | None:
    """The parts of a class that stands for itself: it has no base and no decorator that may call
    its methods, and its body does nothing with them."""
    plain = all(isinstance(b, ast.Name) and b.id == "object" for b in node.bases)
    decorators = [d.func if isinstance(d, ast.Call) else d for d in node.decorator_list]
    known = all(isinstance(d, ast.Name) and d.id in _DECORATORS for d in decorators)
    if node.keywords or not plain or not known:
        return None
    functions = [s for s in node.body if isinstance(s, _FUNCTIONS)]
    others = [s for s in node.body if not isinstance(s, _FUNCTIONS)]
    names = {function.name for function in functions}
    if any(_names(statement) & names for statement in others):
        return None
    outer = [node.name, *map(ast.dump, node.decorator_list), *map(ast.dump, others)]
    methods = {name: _part([f for f in functions if f.name == name]) for name in names}
    return ClassParts(_digest(outer), methods)


def _part(functions: list[ast.FunctionDef | ast.AsyncFunctionDef]) -> MethodPart:
    nodes = [node for function in functions for node in ast.walk(function)]
    named = {node.id for node in nodes if isinstance(node, ast.Name)}
    attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    firsts = {f.args.args[0].arg for f in functions if f.args.args}
    owners = {id(n.value) for n in nodes if isinstance(n, ast.Attribute)}
    escapes = any(isinstance(n, ast.Name) and n.id in firsts and id(n) not in owners for n in nodes)
    reaches_all = escapes or bool((named | attributes) & _REACHING)
    return MethodPart(_digest(map(ast.dump, functions)), frozenset(attributes | named), reaches_all)


def _names(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


def _digest(texts: Iterable[str]) -> bytes:
    joined = "\x1f".join(texts).encode("utf-8", "surrogatepass")
    return blake2b(joined, digest_size=16).digest()
