"""What the text of one cell says to an extraction, whatever stands around it."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from nb_refactor.dataflow.exposure import CellEffects, cell_effects
from nb_refactor.dataflow.literal_names import literal_names
from nb_refactor.dataflow.magics import parse
from nb_refactor.notebook import Cell
from nb_refactor.refactor.extract_function.close_looks import Looks, looks_in
from nb_refactor.refactor.extract_function.lifetimes import Endings, endings_in, module_endings
from nb_refactor.refactor.extract_function.made_by import made_by, makes_function
from nb_refactor.refactor.extract_function.names_in_tree import names_bound, names_mentioned
from nb_refactor.refactor.extract_function.notebook_only import asking_for_caller, places_of_main
from nb_refactor.refactor.extract_function.shared_variables import Flows, flows_in
from nb_refactor.refactor.extract_function.swallowing import swallowing_in
from nb_refactor.refactor.module_edit import ImportBinding, import_bindings

# Packages whose `print`, `pprint`, `display` and `show` give None.
_SHOWING = frozenset({"IPython", "matplotlib", "pprint", "pylab", "rich", "builtins"})
# What a literal that nothing can change is made of.
_LITERAL = (ast.Constant, ast.UnaryOp, ast.BinOp, ast.Tuple, ast.operator, ast.unaryop, ast.Load)


@dataclass(frozen=True)
class CellFacts:
    """The cell's effects. `imports`: for each name that only top-level imports bind, what they bind
    it to. `mentioned`: every name that the cell reads or binds. `looks`: what it looks at so
    closely that it would see it move. `flows`: what its names may come to hold. `literals`: the
    names that it gives a literal that nothing can change, once; `bound`: all that it binds, in
    whatever scope; `iterated`: the names in what its loops go through. `endings`: what it says of
    the ends of objects. `calling`: its functions that look at the code which calls them;
    `sees_notebook`: it gets at the notebook's names by way of `__main__`. `made`: the functions and
    classes that its top level makes; whether it is a class. `swallowing`: those that make contexts
    which may swallow an exception."""

    effects: CellEffects
    imports: Mapping[str, frozenset[ImportBinding]]
    mentioned: frozenset[str]
    looks: Looks
    flows: Flows
    literals: Mapping[str, str] = field(default_factory=dict)
    bound: frozenset[str] = frozenset()
    iterated: frozenset[str] = frozenset()
    endings: Endings = field(default_factory=Endings)
    calling: frozenset[str] = frozenset()
    sees_notebook: bool = False
    made: Mapping[str, bool] = field(default_factory=dict)
    swallowing: frozenset[str] = frozenset()


@lru_cache(maxsize=8192)
def cell_facts(source: str) -> CellFacts:
    """The facts of one cell's source; they depend on nothing else."""
    effects = cell_effects(source)
    flows = flows_in(effects.statements)
    tree = _tree(effects.translation.code)
    if tree is None:
        return CellFacts(effects, {}, frozenset(), Looks(), flows)
    if effects.problem:
        return CellFacts(effects, _imports(tree), frozenset(), Looks(), flows)
    nodes = list(ast.walk(tree))
    return CellFacts(
        effects,
        _imports(tree),
        names_mentioned(nodes),
        looks_in(tree, nodes),
        flows,
        _literals(tree),
        names_bound(tree),
        _iterated(nodes),
        endings_in(nodes),
        frozenset(asking_for_caller(tree)),
        any(True for _ in places_of_main(nodes)),
        {name: not makes_function(n) for n in tree.body if (name := made_by(n))},
        frozenset(swallowing_in(nodes)),
    )


def _literals(tree: ast.Module) -> dict[str, str]:
    return {
        name: ast.unparse(value)
        for name, value in literal_names(tree).items()
        if all(isinstance(n, _LITERAL) for n in ast.walk(value))
    }


def _iterated(nodes: Sequence[ast.AST]) -> frozenset[str]:
    loops = (node.iter for node in nodes if isinstance(node, (ast.For, ast.AsyncFor)))
    return frozenset(n.id for loop in loops for n in ast.walk(loop) if isinstance(n, ast.Name))


def constants(facts: Sequence[CellFacts]) -> dict[str, tuple[int, str]]:
    """The names that one of the cells gives a literal, with its place and the literal, and that
    nothing in the document gives another value."""
    literals = {
        name: (place, value)
        for place, each in enumerate(facts)
        for name, value in each.literals.items()
    }
    if not literals or any(_binds_unseen(each.effects) for each in facts):
        return {}
    cells_with = Counter(name for each in facts for name in each.bound if name in literals)
    return {name: found for name, found in literals.items() if cells_with[name] == 1}


def _binds_unseen(effects: CellEffects) -> bool:
    whole = effects.whole
    return bool(effects.problem or whole.stars or any(o.binds for o in whole.opaque))


def with_own_meaning(names: frozenset[str], cells: Iterable[Cell]) -> frozenset[str]:
    """Those of the names that some cell gives a meaning by anything but an import of a package
    that shows things."""
    facts = [cell_facts(cell.source) for cell in cells]
    return frozenset(
        definition.name
        for each in facts
        for definition in each.effects.whole.definitions
        if definition.name in names and not _shows_things(each.imports.get(definition.name))
    )


def document_endings(cells: Iterable[Cell], module: str | None) -> Endings:
    """What the cells and the module of this text say of the ends of objects."""
    found = module_endings(module)
    for cell in cells:
        found |= cell_facts(cell.source).endings
    return found


def _shows_things(bindings: frozenset[ImportBinding] | None) -> bool:
    roots = {binding.module.partition(".")[0] for binding in bindings or ()}
    return bool(roots) and roots <= _SHOWING


def _tree(code: str) -> ast.Module | None:
    try:
        return parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _imports(tree: ast.Module) -> dict[str, frozenset[ImportBinding]]:
    found: dict[str, set[ImportBinding]] = {}
    for statement in tree.body:
        for binding in import_bindings(statement):
            found.setdefault(binding.bound, set()).add(binding)
    if not found:
        return {}
    otherwise = set(_bound_otherwise(tree.body))
    return {
        name: frozenset(bindings)
        for name, bindings in found.items()
        if name not in otherwise and _agree(bindings)
    }


def _agree(bindings: set[ImportBinding]) -> bool:
    """`import a` and `import a.b` bind one module; `from m import x` twice the same."""
    return len(bindings) == 1 or all(b.name is None and b.alias is None for b in bindings)


def _bound_otherwise(body: Sequence[ast.stmt]) -> Iterator[str]:
    for statement in body:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                yield node.id
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                yield node.name
            elif isinstance(node, ast.alias):
                yield node.asname or node.name.partition(".")[0]
            elif isinstance(node, ast.ExceptHandler) and node.name:
                yield node.name
