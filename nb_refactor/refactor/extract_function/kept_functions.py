"""Functions that the cell makes and that are called after it: handed to a button, kept in a list,
wrapped in another. At the top of the notebook they look their variables up at each call; made
inside of a function they would keep those of its one call."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence

from nb_refactor.dataflow import scope
from nb_refactor.refactor.extract_function.cell_parts import Part
from nb_refactor.refactor.extract_function.made_by import last_word, makes_class
from nb_refactor.refactor.extract_function.names_in_tree import names_bound
from nb_refactor.refactor.extract_function.part_context import PartContext, all_uses
from nb_refactor.refactor.extract_function.shared_variables import TRANSIENT
from nb_refactor.text import text

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
# Calls that go through what they are given before they return.
_AT_ONCE = TRANSIENT | {"sorted", "join", "array", "fromiter", "next", "writelines", "display"}
# Those that keep what they find there.
_COLLECTING = frozenset({"list", "tuple", "set", "dict", "frozenset", "extend", "update"})
# Calls that give something which calls the function later; so do those of classes.
_KEEPING = frozenset(
    {
        *("partial", "vectorize", "frompyfunc", "defaultdict", "zip", *_COLLECTING),
        *("map", "filter", "iter", "chain", "deque", "cache", "lru_cache", "jit", "njit"),
        *("make_pipeline", "make_column_transformer", "make_scorer", "property", "wraps"),
    }
)
# `map(…)` goes on later, `series.map(…)` does not.
_LAZY = frozenset({"map", "filter"})
_PICKLING = re.compile(
    r"\b(multiprocessing|ProcessPoolExecutor|pickle\.dumps?|joblib\.dump|to_pickle|shelve"
    r"|torch\.save)\b"
)

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.GeneratorExp


def reads_what_changes(
    body: Sequence[Part], behind: Sequence[Part], context: PartContext
) -> Iterator[tuple[Part, str]]:
    """The parts of the `body` that make a function which outlives the call, and why they must
    stay: as the end of a sentence, that it reads a variable which later code binds anew."""
    named = _named_functions(body)
    alive = context.holders.with_held(context.live | all_uses(behind))
    for part, node in _kept(body, named, alive):
        home = next((p for p in body if node in p.nodes), part)
        for name in sorted(_free_names(node, named)):
            if _changes_later(name, behind, context):
                yield (
                    home,
                    text("`{name}` changes later, and a function made here reads it", name=name),
                )
                break


def pickled(body: Sequence[Part], context: PartContext) -> Iterator[tuple[Part, str]]:
    """Functions that are handed on in a notebook that pickles, and why they must stay: one that is
    made inside of another function cannot be pickled."""
    if not any(_PICKLING.search(o.effects.translation.code) for o in context.around.cells):
        return
    nodes = [node for part in body for top in part.nodes for node in ast.walk(top)]
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    handed = {node.id for node in nodes if isinstance(node, ast.Name) and id(node) not in called}
    for part in body:
        if isinstance(part.node, _FUNCTIONS) and part.node.name in handed:
            why = text("`{name}` may be sent to another process or a file", name=part.node.name)
            yield part, why
        for name in _classes_made(part):
            why = text("objects of `{name}` may be sent to another process or a file", name=name)
            yield part, why


def _classes_made(part: Part) -> Iterator[str]:
    """The names that get a class of a call: `Row = namedtuple("Row", columns)`."""
    for node in scope.own_nodes(part.nodes):
        if isinstance(node, ast.Assign):
            names = (target.id for target in node.targets if isinstance(target, ast.Name))
            yield from (name for name in names if makes_class(name, node.value))


def _named_functions(body: Sequence[Part]) -> dict[str, FunctionNode]:
    """The functions that the body gives a name."""
    found: dict[str, FunctionNode] = {}
    for part in body:
        for node in scope.own_nodes(part.nodes):
            if isinstance(node, _FUNCTIONS):
                found[node.name] = node
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
                found |= {t.id: node.value for t in node.targets if isinstance(t, ast.Name)}
    return found


def _kept(
    body: Sequence[Part], named: Mapping[str, FunctionNode], live: frozenset[str]
) -> Iterator[tuple[Part, FunctionNode]]:
    """The functions that may be called when the call is over, with the part that hands them on."""
    for part in body:
        parents = {
            child: node
            for top in part.nodes
            for node in ast.walk(top)
            for child in ast.iter_child_nodes(node)
        }
        for node in scope.own_nodes(part.nodes):
            if isinstance(node, (ast.Lambda, ast.GeneratorExp)):
                if _outlives(node, parents, live, node):
                    yield part, node
            elif isinstance(node, ast.Name) and node.id in named:
                function = named[node.id]
                if isinstance(node.ctx, ast.Load) and _outlives(node, parents, live, function):
                    yield part, function


def _outlives(
    node: ast.AST, parents: Mapping[ast.AST, ast.AST], live: frozenset[str], function: FunctionNode
) -> bool:
    """Whether the function at this place is still there behind the cell."""
    lazy = isinstance(function, ast.GeneratorExp)
    while (parent := parents.get(node)) is not None:
        match parent:
            case ast.Call() if node is parent.func:
                if not _makes_functions(function):
                    return False
            case ast.Call():
                word = last_word(parent.func)
                later = word in _LAZY and isinstance(parent.func, ast.Name)
                if (word in _AT_ONCE and not later) or (word in _COLLECTING and lazy):
                    return False
                lazy = lazy or later
                is_statement = isinstance(parents.get(parent), ast.Expr)
                if not (is_statement or word in _KEEPING or word[:1].isupper()):
                    return False
            case ast.keyword():
                if parent.arg == "key":
                    return False
            case ast.Assign():
                return any(not isinstance(t, ast.Name) or t.id in live for t in parent.targets)
            case ast.AnnAssign() | ast.AugAssign() | ast.NamedExpr():
                target = parent.target
                return not isinstance(target, ast.Name) or target.id in live
            case ast.Expr():
                return isinstance(node, ast.Call)
            case ast.expr() if not isinstance(parent, (ast.Attribute, ast.Subscript, ast.Compare)):
                pass
            case _:
                return False
        node = parent
    return False


def _makes_functions(node: FunctionNode) -> bool:
    """Whether what a call gives may be a function of its own, or go on when it is over."""
    later = (*_FUNCTIONS, ast.Lambda, ast.GeneratorExp, ast.ClassDef, ast.Yield, ast.YieldFrom)
    return isinstance(node, ast.AsyncFunctionDef) or any(
        isinstance(inner, later) for inner in ast.walk(node) if inner is not node
    )


def _free_names(node: FunctionNode, named: Mapping[str, FunctionNode]) -> frozenset[str]:
    """The names that the function reads from outside, those of functions that it uses included."""
    found: set[str] = set()
    waiting, seen = [node], set[int]()
    while waiting:
        each = waiting.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        read = {n.id for n in ast.walk(each) if isinstance(n, ast.Name)} - names_bound(each)
        found |= read
        waiting += [named[name] for name in read if name in named]
    return frozenset(found)


def _changes_later(name: str, behind: Sequence[Part], context: PartContext) -> bool:
    around = context.around
    if around.imported_everywhere(name):
        return False
    later = around.cells[around.index + 1 :]
    if any(name in other.effects.whole.kills for other in later):
        return True
    if any(place > around.index for place in around.cells_binding(name)):
        return True
    if any(name in names_bound(top) for part in behind for top in part.nodes):
        return True
    functions = (f for each in context.holders.functions.values() for f in each)
    return any(name in function.global_writes for function in functions)
