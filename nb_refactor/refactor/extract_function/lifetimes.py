"""Objects that do something when nothing holds them any more: a temporary folder goes, `__del__`
runs, a weak reference is empty. What the notebook holds to its end, a function holds to its own."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from nb_refactor.dataflow import scope
from nb_refactor.refactor.extract_function.cell_parts import Part
from nb_refactor.refactor.module_edit import BOM

# Calls that make an object which takes something with it when it ends.
_ENDING = frozenset(
    {
        *("TemporaryDirectory", "NamedTemporaryFile", "TemporaryFile", "SpooledTemporaryFile"),
        *("FuncAnimation", "ArtistAnimation", "TimedAnimation"),
        *("Pool", "ThreadPool", "SharedMemory", "SharedMemoryManager", "SyncManager", "socket"),
    }
)
_WEAK = frozenset({"weakref", "WeakValueDictionary", "WeakKeyDictionary", "WeakSet"})


@dataclass(frozen=True)
class Endings:
    """What one cell, or the module, says of the ends of objects: the `classes` that do something
    then (`__del__`), and whether weak references tell when it comes (`watched`)."""

    classes: frozenset[str] = frozenset()
    watched: bool = False

    def __or__(self, other: Endings) -> Endings:
        return Endings(self.classes | other.classes, self.watched or other.watched)

    @property
    def seen(self) -> bool:
        """Whether the notebook would see an object of its own end at another time."""
        return self.watched or bool(self.classes)


def endings_in(nodes: Iterable[ast.AST]) -> Endings:
    found = Endings()
    for node in nodes:
        match node:
            case ast.ClassDef(name=name, body=body):
                methods = {member.name for member in body if isinstance(member, ast.FunctionDef)}
                found |= Endings(frozenset({name} if "__del__" in methods else ()))
            case ast.Name(id=name) | ast.alias(name=name) | ast.Attribute(attr=name):
                found |= Endings(watched=name in _WEAK)
            case ast.ImportFrom(module="weakref"):
                found |= Endings(watched=True)
    return found


def module_endings(text: str | None) -> Endings:
    """What the module says that the code goes to."""
    if not text or not ("__del__" in text or "weakref" in text):
        return Endings()
    try:
        return endings_in(ast.walk(ast.parse(text.removeprefix(BOM))))
    except (SyntaxError, ValueError):
        return Endings()


def kept_alive(body: Sequence[Part], endings: Endings) -> Iterator[str]:
    """The names in the body that hold an object whose end the notebook would see."""
    for node in scope.own_nodes(top for part in body for top in part.nodes):
        match node:
            case ast.Assign(targets=targets, value=value) if _ends(value, endings):
                yield from (n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name), value=value) if value is not None:
                yield from [name] if _ends(value, endings) else []


def _ends(value: ast.expr, endings: Endings) -> bool:
    calls = [node.func for node in ast.walk(value) if isinstance(node, ast.Call)]
    words = {n.id if isinstance(n, ast.Name) else getattr(n, "attr", "") for n in calls}
    return bool(words & (_ENDING | endings.classes)) or (endings.watched and bool(calls))
