"""Parts of a cell that must stay in the notebook, and why."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from nb_refactor.dataflow import scope
from nb_refactor.dataflow.exposure import cell_effects
from nb_refactor.dataflow.names_as_keys import name_asked_for
from nb_refactor.refactor.extract_function.builtin_names import BUILTINS
from nb_refactor.refactor.extract_function.cell_parts import Part
from nb_refactor.refactor.extract_function.definitions import (
    defined_name,
    needs_notebook,
    scope_children,
)
from nb_refactor.refactor.extract_function.environment import is_missing
from nb_refactor.refactor.extract_function.free_imports import is_import
from nb_refactor.refactor.extract_function.interactivity import sets_interactivity, shows_any
from nb_refactor.refactor.extract_function.kept_functions import pickled, reads_what_changes
from nb_refactor.refactor.extract_function.notebook_only import changes_paths, notebook_only
from nb_refactor.refactor.extract_function.part_context import PartContext, all_uses, effects_of
from nb_refactor.refactor.extract_function.shared_variables import Holders
from nb_refactor.refactor.extract_function.signature import sure_reads
from nb_refactor.refactor.extract_function.swallowing import binds_what_may_end_early
from nb_refactor.refactor.module_edit import import_bindings
from nb_refactor.text import text

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_SIMPLE = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr, *_FUNCTIONS)


@dataclass(frozen=True)
class Stay:
    """A part that cannot move, and why, as the end of a sentence."""

    part: Part
    code: str
    why: str


def must_stay(part: Part, context: PartContext) -> Stay | None:
    """Why the part must stay, or `None`."""
    return next((stay for check in _STAYS if (stay := check(part, context))), None)


def _stay_magic(part: Part, context: PartContext) -> Stay | None:
    if not part.magics:
        return None
    return Stay(
        part,
        "magic",
        text("`{shown}` works in a notebook cell only", shown=_shown(part.magics[0].name)),
    )


def _shown(name: str) -> str:
    return name if name in "!?" else f"%{name}"


def _stay_import(part: Part, context: PartContext) -> Stay | None:
    stars = (node for top in part.nodes for node in ast.walk(top) if isinstance(node, ast.alias))
    if any(node.name == "*" for node in stars):
        return Stay(part, "import-path", text("`import *` cannot stand in a function"))
    if not is_import(part):
        return None
    if any(is_missing(b, context.unavailable) for b in import_bindings(part.node)):
        return Stay(part, "import-path", text("what it imports is not installed"))
    return None


def _stay_definition(part: Part, context: PartContext) -> Stay | None:
    """A function or class that later cells know by name, and that is not fit for a module."""
    live = context.live
    for name, kind in _definitions_inside(part):
        if name in context.traced:
            why = text(
                "the notebook looks at `{name}` so closely that it would see where it comes from",
                name=name,
            )
            return Stay(part, "shows-its-module", why)
        if kind == "class" or name in live or _only_defines(part, name, context):
            return Stay(part, "reads-notebook-variables", _why_it_stays(part, name, context))
    return None


def _only_defines(part: Part, name: str, context: PartContext) -> bool:
    """Whether the part is the definition of what the cell itself does not use."""
    return defined_name(part) == name and name not in all_uses(
        [other for other in context.parts if other is not part]
    )


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


def _names(target: ast.AST) -> list[ast.Name]:
    return [node for node in ast.walk(target) if isinstance(node, ast.Name)]


def _why_it_stays(part: Part, name: str, context: PartContext) -> str:
    needed = needs_notebook(part, {}, set(), context.around, context.not_at_the_top) - {name}
    if needed:
        names = ", ".join(f"`{each}`" for each in sorted(needed))
        return text(
            "`{name}` needs {names} of the notebook when it is called", name=name, names=names
        )
    return text("making `{name}` may do more than define it", name=name)


def _stay_global(part: Part, context: PartContext) -> Stay | None:
    """`global x` in a function means the variable of the file where it stands."""
    for node in part.nodes:
        for inner in ast.walk(node):
            if isinstance(inner, ast.Global):
                names = ", ".join(inner.names)
                why = text("`global {names}` means the notebook's variable", names=names)
                return Stay(part, "reads-notebook-variables", why)
    return None


def _stay_deletion(part: Part, context: PartContext) -> Stay | None:
    """`del` of a name that the cell did not make itself ends the notebook's variable."""
    kills = effects_of(part).kills
    if not kills:
        return None
    earlier = context.parts[: context.parts.index(part)]
    bound = {name for other in earlier for name in scope.bound_names(other.nodes)}
    for kill in kills:
        if kill in BUILTINS:
            return Stay(part, "late-binding", text("behind `del {kill}` it is Python's", kill=kill))
        if kill not in bound and context.around.entry(kill) != "unbound":
            return Stay(
                part,
                "late-binding",
                text("`del {kill}` must end the notebook's variable", kill=kill),
            )
    return None


def _stay_ending(part: Part, context: PartContext) -> Stay | None:
    """In a function the notebook would hold the object that a name had before until the end."""
    for name in sorted(scope.bound_names(part.nodes)) if context.ends_seen else ():
        if context.around.bound_above(name) and not is_import(part):
            why = text("what `{name}` was before ends here, and the notebook sees it", name=name)
            return Stay(part, "late-binding", why)
    return None


def _stay_notebook_only(part: Part, context: PartContext) -> Stay | None:
    found = notebook_only(part, context.is_own)
    return Stay(part, *found) if found else None


def _stay_maybe_unbound(part: Part, context: PartContext) -> Stay | None:
    """A read that may not happen, of a name that may not be bound: the call would read it."""
    uses = [use for use in effects_of(part).uses if context.around.entry(use.name) == "maybe"]
    if not uses:
        return None
    earlier = context.parts[: context.parts.index(part)]
    own = {d.name for other in earlier for d in effects_of(other).definitions if d.certain}
    sure = {use.name for use in sure_reads(part.code)}
    for use in uses:
        name = use.name
        known = name in own or name in sure or use.deferred or not context.around.bound_above(name)
        if not known and not context.around.lost_above(name):
            why = text("`{name}` may not be defined, and it may not be read", name=name)
            return Stay(part, "maybe-unbound", why)
    return None


def _stay_asking_for_name(part: Part, context: PartContext) -> Stay | None:
    """`try: cache` with `except NameError`, or `"cache" in globals()`: in a function nobody would
    have run it before."""
    for name in filter(None, map(name_asked_for, scope.own_nodes(part.nodes))):
        why = text("it asks whether the notebook has `{name}` already", name=name)
        return Stay(part, "session-name", why)
    asked = {name for node in part.nodes for name in _asked_for(node)}
    earlier = context.parts[: context.parts.index(part)]
    own = {d.name for other in earlier for d in effects_of(other).definitions if d.certain}
    for name in sorted(asked - own - BUILTINS):
        if context.around.entry(name) == "unbound":
            why = text("it asks whether the notebook has `{name}` already", name=name)
            return Stay(part, "session-name", why)
    return None


def _asked_for(node: ast.AST) -> Iterator[str]:
    """The names that `except NameError` is there for."""
    if isinstance(node, ast.Try) and any(map(_catches_name_error, node.handlers)):
        names = (name for top in node.body for name in _names(top))
        yield from (name.id for name in names if isinstance(name.ctx, ast.Load))


def _catches_name_error(handler: ast.ExceptHandler) -> bool:
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(isinstance(each, ast.Name) and each.id == "NameError" for each in caught)


def bound_by_asking(parts: Sequence[Part]) -> Iterator[str]:
    """The names that are there behind `try: cache` with `except NameError: cache = {}`, or
    `if "cache" not in globals(): cache = {}`."""
    for node in (part.node for part in parts):
        match node:
            case ast.Try(body=[ast.Expr(ast.Name(id=name))], handlers=[handler]):
                yield from _made_by(handler.body) & {name} if _catches_name_error(handler) else ()
            case ast.If(test=ast.Compare(ops=[asks]) as test, body=body, orelse=orelse):
                name = name_asked_for(test) or ""
                there, not_there = (body, orelse) if isinstance(asks, ast.In) else (orelse, body)
                kept = name not in scope.bound_names(there)
                yield from _made_by(not_there) & {name} if kept else ()


def _made_by(body: Sequence[ast.stmt]) -> set[str]:
    """What the statements give a value on every path."""
    effects = cell_effects("\n".join(map(ast.unparse, body))).whole
    return {d.name for d in effects.definitions if d.certain}


def _stay_ending_early(part: Part, context: PartContext) -> Stay | None:
    """A block that an exception may end without a word, behind which its names are needed."""
    swallowing = context.around.swallowing
    statements = cell_effects(part.code).statements if swallowing else ()
    if not binds_what_may_end_early(statements, swallowing):
        return None
    why = text("its `with` may swallow an exception, and leave names without a value")
    return Stay(part, "maybe-unbound", why)


def _stay_type_alias(part: Part, context: PartContext) -> Stay | None:
    if any(type(node).__name__ == "TypeAlias" for node in part.nodes):
        return Stay(part, "reads-notebook-variables", text("a type alias belongs to a module"))
    return None


def _stay_shown(part: Part, context: PartContext) -> Stay | None:
    """A value that is shown in the middle of the cell. That of its last expression is handed out,
    and shown by the call."""
    is_last = part is context.parts[-1] and isinstance(part.node, ast.Expr)
    if context.shows_every_value and not is_last and shows_any(part, context.own_showing):
        why = text("its value is shown, as the notebook sets `ast_node_interactivity`")
        return Stay(part, "every-value-shown", why)
    if sets_interactivity(part):
        return Stay(part, "every-value-shown", text("it decides which values the cells below show"))
    return None


_STAYS: tuple[Callable[[Part, PartContext], Stay | None], ...] = (
    _stay_magic,
    _stay_notebook_only,
    _stay_import,
    _stay_global,
    _stay_definition,
    _stay_deletion,
    _stay_ending,
    _stay_type_alias,
    _stay_maybe_unbound,
    _stay_asking_for_name,
    _stay_ending_early,
    _stay_shown,
)


def needed_behind(body: Sequence[Part], behind: Sequence[Part], context: PartContext) -> list[Stay]:
    """Functions that would be nested in the new one, but that the rest of the cell uses."""
    used = all_uses(behind)
    used |= context.holders.shared(used).reads
    return [
        Stay(
            part,
            "reads-notebook-variables",
            text("`{name}` is used by what stays in the notebook", name=name),
        )
        for part in body
        for name, _ in _definitions_inside(part)
        if name in used
    ]


def ended_outside(body: Sequence[Part], before: Sequence[Part]) -> list[Stay]:
    """`del` of what stays in the notebook, which must not be that of a parameter."""
    outside = {name for part in before for name in scope.bound_names(part.nodes)}
    return [
        Stay(part, "late-binding", text("`del {kill}` must end the notebook's variable", kill=kill))
        for part in body
        for kill in effects_of(part).kills
        if kill in outside
    ]


def found_behind_paths(sequence: Sequence[Part], context: PartContext) -> list[Stay]:
    """Imports at the beginning of the cell, behind a change of the places where modules are found:
    what they find hangs on it. The change may be in a cell above."""
    found: list[Stay] = []
    changed = False
    for part in sequence:
        bindings = import_bindings(part.node) if is_import(part) else []
        if changes_paths(part):
            changed = True
        elif bindings and context.is_placed(bindings, changed):
            why = text("what it imports is found where the lines above it say")
            found.append(Stay(part, "import-path", why))
        else:
            break
    return found


def outliving(body: Sequence[Part], behind: Sequence[Part], context: PartContext) -> list[Stay]:
    """Functions that the cell makes, and that would not be the same made inside of another one."""
    late = [Stay(p, "late-binding", why) for p, why in reads_what_changes(body, behind, context)]
    return late + [
        Stay(part, "reads-notebook-variables", why) for part, why in pickled(body, context)
    ]


def late_bindings(body: Sequence[Part], holders: Holders, movable: Sequence[Part]) -> list[Stay]:
    """Parts that rebind what a function of the notebook reads, where the cell may call it."""
    moved = {defined_name(part) for part in movable}
    local = {name for part in body for name, _ in _definitions_inside(part)}
    # What the body defines itself may have been the notebook's before.
    local -= {use.name for use in cell_effects("\n".join(p.code for p in body)).whole.uses}
    used = all_uses(body)
    shared = holders.shared(used - moved - local)
    return [
        Stay(
            part,
            "late-binding",
            text("functions of the notebook that it calls read `{name}`", name=name),
        )
        for place, part in enumerate(body)
        for name in scope.bound_names(part.nodes)
        if name in shared.reads or _looked_up(part, body[place + 1 :], holders)
    ]


def _looked_up(part: Part, later: Sequence[Part], holders: Holders) -> bool:
    """Whether code of its own choice (`eval(text)` in a function of the notebook) may look up what
    the part binds."""
    again = later if isinstance(part.node, _SIMPLE) else [part, *later]
    return holders.shared(all_uses(again)).everything
