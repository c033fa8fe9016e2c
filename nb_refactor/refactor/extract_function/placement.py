"""Where each part of the cell goes: it stays in the notebook, moves to the top level of the
module, or becomes the body of the function.

The order in which things happen is kept. Two kinds of parts may leave their place in it, because
nothing can see the difference: imports, and definitions that need only what a module has. Of all
other parts one unbroken run becomes the function's body; what must stay splits the cell, and what
stands before or behind the run stays with it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from nb_refactor.dataflow import scope
from nb_refactor.dataflow.effects import Effects
from nb_refactor.dataflow.exposure import cell_effects
from nb_refactor.dataflow.liveness import simples
from nb_refactor.refactor.extract_function.cell_parts import Part
from nb_refactor.refactor.extract_function.definitions import (
    defined_name,
    is_plain,
    needs_notebook,
    scope_children,
)
from nb_refactor.refactor.extract_function.shared_variables import Holders
from nb_refactor.refactor.extract_function.surroundings import (
    BUILTINS,
    Surroundings,
    is_missing,
)
from nb_refactor.refactor.module_edit import ImportBinding, import_bindings

# Magics that set up the session: it does not matter that they run before the rest of the cell.
_SETTINGS = frozenset(["matplotlib", "load_ext", "reload_ext", "config", "autoreload", "precision"])
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Stay:
    """A part that cannot move, and why, as the end of a sentence."""

    part: Part
    code: str
    why: str


@dataclass(frozen=True)
class Placement:
    """All parts of the cell, each in one place. `kept` are imports that the notebook goes on
    needing; `hoisted` the names that imports of this cell give the module. `stays` says why parts
    are in `before` or `behind`."""

    top: tuple[Part, ...]
    before: tuple[Part, ...]
    module: tuple[Part, ...]
    imports: tuple[Part, ...]
    body: tuple[Part, ...]
    behind: tuple[Part, ...]
    hoisted: Mapping[str, frozenset[ImportBinding]]
    stays: tuple[Stay, ...]


@dataclass(frozen=True)
class _Context:
    """What the placement of a part depends on besides the part."""

    parts: Sequence[Part]
    around: Surroundings
    holders: Holders
    live: frozenset[str]
    destination: str
    unavailable: frozenset[str]
    traced: frozenset[str]
    coming: frozenset[str]


def place(
    parts: Sequence[Part],
    around: Surroundings,
    holders: Holders,
    live: frozenset[str],
    *,
    destination: str = "",
    unavailable: frozenset[str] = frozenset(),
    traced: frozenset[str] = frozenset(),
    coming: frozenset[str] = frozenset(),
) -> Placement:
    """Where the parts of the cell go. `live` are the names that later cells need, `unavailable`
    the modules that the environment does not have, `traced` the names of functions and classes
    that other cells look at so closely that they would see them move, `coming` names that the
    module is about to get."""
    context = _Context(parts, around, holders, live, destination, unavailable, traced, coming)
    top = [part for part in parts if _is_setting(part)]
    rest = [part for part in parts if not _is_setting(part)]
    imports = [part for part in rest if _is_free_import(part, rest, context)]
    hoisted = _bindings(imports)
    starred = [p for p in rest if _is_leading_star(p, rest, imports)]
    top += starred
    movable = _movable_definitions(rest, hoisted, context)
    sequence = [p for p in rest if p not in imports and p not in movable and p not in starred]
    stays = [stay for part in sequence if (stay := _must_stay(part, context))]
    before, body, behind = _longest_run(sequence, stays)
    while late := [*_late_bindings(body, holders, movable), *_needed_behind(body, behind, context)]:
        stays += late
        before, body, behind = _longest_run(sequence, stays)
    return Placement(
        tuple(top), before, tuple(movable), tuple(imports), body, behind, hoisted, tuple(stays)
    )


def _longest_run(
    sequence: Sequence[Part], stays: Sequence[Stay]
) -> tuple[tuple[Part, ...], tuple[Part, ...], tuple[Part, ...]]:
    staying = {id(stay.part) for stay in stays}
    runs, start = [(0, 0)], 0
    for end, part in enumerate(sequence):
        if id(part) in staying:
            runs.append((start, end))
            start = end + 1
    runs.append((start, len(sequence)))
    start, end = max(runs, key=lambda run: sum(len(p.text) for p in sequence[run[0] : run[1]]))
    return tuple(sequence[:start]), tuple(sequence[start:end]), tuple(sequence[end:])


# ---- parts that may leave their place ---------------------------------------------------------


def _is_setting(part: Part) -> bool:
    return (
        part.is_magic
        and len(part.magics) == 1
        and part.magics[0].kind == "line"
        and part.magics[0].target is None
        and part.magics[0].name in _SETTINGS
    )


def _is_import(part: Part) -> bool:
    return isinstance(part.node, (ast.Import, ast.ImportFrom)) and not part.magics


def _is_free_import(part: Part, rest: Sequence[Part], context: _Context) -> bool:
    """An import whose names mean the same from the beginning of the cell to its end."""
    if not _is_import(part):
        return False
    if _is_future(part):
        return True
    bindings = import_bindings(part.node)
    if not bindings or any(is_missing(binding, context.unavailable) for binding in bindings):
        return False
    names = {binding.bound for binding in bindings}
    others = [other for other in rest if other is not part]
    earlier = rest[: rest.index(part)]
    if any(changes_the_way_of_imports(other) for other in earlier):
        return False
    rebound = {
        name
        for other in others
        for name in scope.bound_names(other.nodes)
        if not _same_import(other, bindings)
    }
    used = {use.name for other in earlier for use in _effects(other).uses}
    called = {
        name
        for name in _called_names(earlier, context)
        if not set(bindings) >= context.around.imported(name) or not context.around.imported(name)
    }
    return not names & (rebound | called | (used - _names_of(earlier)))


def _called_names(parts: Sequence[Part], context: _Context) -> frozenset[str]:
    """The names of the notebook that functions read which the parts may call."""
    return context.holders.shared(_all_uses(parts)).reads


def _all_uses(parts: Sequence[Part]) -> set[str]:
    return {
        use.name
        for part in parts
        for simple in simples(cell_effects(part.code).statements)
        for use in simple.uses
    }


def _names_of(parts: Sequence[Part]) -> set[str]:
    return {b.bound for part in parts if _is_import(part) for b in import_bindings(part.node)}


def _same_import(part: Part, bindings: Sequence[ImportBinding]) -> bool:
    if not _is_import(part):
        return False
    roots = {b.module.partition(".")[0] for b in bindings if b.name is None and b.alias is None}
    return all(
        b in bindings or (b.name is None and b.alias is None and b.bound in roots)
        for b in import_bindings(part.node)
    )


def _is_future(part: Part) -> bool:
    return isinstance(part.node, ast.ImportFrom) and part.node.module == "__future__"


def _is_leading_star(part: Part, rest: Sequence[Part], imports: Sequence[Part]) -> bool:
    """`from m import *` before all code of the cell."""
    if not (_is_import(part) and not import_bindings(part.node)) or _is_future(part):
        return False
    return all(other in imports or _is_import(other) for other in rest[: rest.index(part)])


def changes_the_way_of_imports(part: Part) -> bool:
    """Whether what imports find or do may differ behind this part."""
    text = part.code
    return any(word in text for word in ("sys.path", "os.environ", "putenv", "chdir", ".use(")) or (
        part.is_magic and part.magics[0].name in {"cd", "env", "set_env", "pip", "conda", "!"}
    )


def _bindings(imports: Sequence[Part]) -> dict[str, frozenset[ImportBinding]]:
    found: dict[str, frozenset[ImportBinding]] = {}
    for part in imports:
        if not _is_future(part):
            for binding in import_bindings(part.node):
                found[binding.bound] = found.get(binding.bound, frozenset()) | {binding}
    return found


# ---- definitions that need only what a module has ---------------------------------------------


def _movable_definitions(
    rest: Sequence[Part], hoisted: Mapping[str, frozenset[ImportBinding]], context: _Context
) -> list[Part]:
    """Definitions that mean the same at the top level of a module. They may need each other: the
    largest set of them is found by taking away until nothing changes."""
    chosen = [part for part in rest if _may_be_definition(part, rest, context)]
    while True:
        names = {defined_name(part) for part in chosen} | context.coming
        kept = [
            part
            for part in chosen
            if not needs_notebook(part, hoisted, names, context.around, context.unavailable)
        ]
        if len(kept) == len(chosen):
            return chosen
        chosen = kept


def _may_be_definition(part: Part, rest: Sequence[Part], context: _Context) -> bool:
    name = defined_name(part)
    if name is None or name in context.traced:
        return False
    others = [other for other in rest if other is not part]
    if any(name in scope.bound_names(other.nodes) for other in others):
        return False
    earlier = rest[: rest.index(part)]
    if any(
        use.name == name and not use.deferred for other in earlier for use in _effects(other).uses
    ):
        return False
    return is_plain(part.node) and name not in _called_names(earlier, context)


# ---- parts that must stay ---------------------------------------------------------------------


def _must_stay(part: Part, context: _Context) -> Stay | None:
    return next((stay for check in _STAYS if (stay := check(part, context))), None)


def _stay_magic(part: Part, context: _Context) -> Stay | None:
    if not part.magics:
        return None
    return Stay(part, "magic", f"`{_shown(part.magics[0].name)}` works in a notebook cell only")


def _shown(name: str) -> str:
    return name if name in "!?" else f"%{name}"


def _stay_import(part: Part, context: _Context) -> Stay | None:
    if not _is_import(part):
        return None
    if not import_bindings(part.node):
        return Stay(part, "import-path", "`import *` cannot stand in a function")
    if any(is_missing(b, context.unavailable) for b in import_bindings(part.node)):
        return Stay(part, "import-path", "what it imports is not installed")
    return None


def _stay_definition(part: Part, context: _Context) -> Stay | None:
    """A function or class that later cells know by name, and that is not fit for a module."""
    live = context.live
    for name, kind in _definitions_inside(part):
        if name in context.traced:
            why = f"the notebook looks at `{name}` so closely that it would see where it comes from"
            return Stay(part, "shows-its-module", why)
        if kind == "class" or name in live:
            return Stay(part, "reads-notebook-variables", _why_it_stays(part, name, context))
    return None


def _definitions_inside(part: Part) -> list[tuple[str, str]]:
    found = [
        (node.name, "class" if isinstance(node, ast.ClassDef) else "function")
        for node in scope.own_nodes(part.nodes)
        if isinstance(node, (*_FUNCTIONS, ast.ClassDef))
    ]
    for node in scope.own_nodes(part.nodes):
        if isinstance(node, ast.Assign) and _keeps_function(node.value):
            found += [(n.id, "function") for t in node.targets for n in _names(t)]
    if (name := defined_name(part)) and not found:
        found.append((name, "class"))
    return found


def _keeps_function(node: ast.expr) -> bool:
    """A lambda or a generator, as it is or inside of a list or dictionary."""
    match node:
        case ast.Lambda() | ast.GeneratorExp():
            return True
        case ast.List() | ast.Tuple() | ast.Set() | ast.Dict():
            return any(map(_keeps_function, scope_children(node)))
        case ast.ListComp() | ast.SetComp():
            return _keeps_function(node.elt)
        case ast.DictComp():
            return _keeps_function(node.value)
        case _:
            return False


def _names(target: ast.expr) -> list[ast.Name]:
    return [node for node in ast.walk(target) if isinstance(node, ast.Name)]


def _why_it_stays(part: Part, name: str, context: _Context) -> str:
    needed = needs_notebook(part, {}, set(), context.around, context.unavailable) - {name}
    if needed:
        names = ", ".join(f"`{each}`" for each in sorted(needed))
        return f"`{name}` needs {names} of the notebook when it is called"
    return f"making `{name}` may do more than define it"


def _stay_global(part: Part, context: _Context) -> Stay | None:
    """`global x` in a function means the variable of the file where it stands."""
    for node in part.nodes:
        for inner in ast.walk(node):
            if isinstance(inner, ast.Global):
                names = ", ".join(inner.names)
                why = f"`global {names}` means the notebook's variable"
                return Stay(part, "reads-notebook-variables", why)
    return None


def _stay_deletion(part: Part, context: _Context) -> Stay | None:
    """`del` of a name that the cell did not make itself ends the notebook's variable."""
    kills = _effects(part).kills
    if not kills:
        return None
    earlier = context.parts[: context.parts.index(part)]
    bound = {name for other in earlier for name in scope.bound_names(other.nodes)}
    for kill in kills:
        if kill not in bound and context.around.entry(kill) != "unbound":
            return Stay(part, "late-binding", f"`del {kill}` must end the notebook's variable")
    return None


def _stay_type_alias(part: Part, context: _Context) -> Stay | None:
    if any(type(node).__name__ == "TypeAlias" for node in part.nodes):
        return Stay(part, "reads-notebook-variables", "a type alias belongs to a module")
    return None


_STAYS: tuple[Callable[[Part, _Context], Stay | None], ...] = (
    _stay_magic,
    _stay_import,
    _stay_global,
    _stay_definition,
    _stay_deletion,
    _stay_type_alias,
)


def _needed_behind(body: Sequence[Part], behind: Sequence[Part], context: _Context) -> list[Stay]:
    """Functions that would be nested in the new one, but that the rest of the cell uses."""
    used = _all_uses(behind)
    used |= context.holders.shared(used).reads
    return [
        Stay(part, "reads-notebook-variables", f"`{name}` is used by what stays in the notebook")
        for part in body
        for name, _ in _definitions_inside(part)
        if name in used
    ]


def _late_bindings(body: Sequence[Part], holders: Holders, movable: Sequence[Part]) -> list[Stay]:
    """Parts that rebind what a function of the notebook reads, where the cell may call it."""
    moved = {defined_name(part) for part in movable}
    local = {name for part in body for name, _ in _definitions_inside(part)}
    used = _all_uses(body)
    shared = holders.shared(used - moved - local - BUILTINS)
    return [
        Stay(part, "late-binding", f"functions of the notebook that it calls read `{name}`")
        for part in body
        for name in scope.bound_names(part.nodes)
        if name in shared.reads
    ]


def _effects(part: Part) -> Effects:
    return cell_effects(part.code).whole
