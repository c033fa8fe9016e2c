"""Code that becomes a function: its signature, its body, and the call in its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

import msgspec

from nb_refactor.change import ChangeSet, ExtractedFunction, Refusal, Refused
from nb_refactor.dataflow import scope
from nb_refactor.dataflow.effects import Effects, Use
from nb_refactor.dataflow.exposure import cell_effects
from nb_refactor.dataflow.magics import parse
from nb_refactor.notebook import Span
from nb_refactor.refactor.extract_function import rewrite
from nb_refactor.refactor.extract_function.annotations import annotation, return_annotation
from nb_refactor.refactor.extract_function.builtin_names import BUILTINS, may_come_from
from nb_refactor.refactor.extract_function.cell_change import change_set
from nb_refactor.refactor.extract_function.cell_facts import with_own_meaning
from nb_refactor.refactor.extract_function.cell_parts import Part
from nb_refactor.refactor.extract_function.cell_task import Task, imports_of_definitions, in_order
from nb_refactor.refactor.extract_function.clashes import is_taken, module_clashes
from nb_refactor.refactor.extract_function.definitions import defined_name
from nb_refactor.refactor.extract_function.docstring import descriptions, docstring, summary_above
from nb_refactor.refactor.extract_function.environment import is_missing
from nb_refactor.refactor.extract_function.formulas import first_look_up
from nb_refactor.refactor.extract_function.interactivity import VALUELESS_ROOTS, shows_value
from nb_refactor.refactor.extract_function.lifetimes import kept_alive
from nb_refactor.refactor.extract_function.names_in_tree import names_bound
from nb_refactor.refactor.extract_function.part_code import code_of, kept_imports, names_read
from nb_refactor.refactor.extract_function.placement import Placement
from nb_refactor.refactor.extract_function.preconditions import name_refusals
from nb_refactor.refactor.extract_function.renaming import rename_refusals, renamed
from nb_refactor.refactor.extract_function.settings import settings
from nb_refactor.refactor.extract_function.shared_variables import Shared
from nb_refactor.refactor.extract_function.shown_value import Names, divide, plotting_names
from nb_refactor.refactor.extract_function.signature import (
    Given,
    Signature,
    as_chosen,
    signature_of,
)
from nb_refactor.refactor.extract_function.silent_methods import ends_silently
from nb_refactor.refactor.extract_function.staying_parts import bound_by_asking
from nb_refactor.refactor.extract_function.surroundings import starred_modules
from nb_refactor.refactor.extract_function.swallowing import seen_with
from nb_refactor.refactor.module_edit import ImportBinding, indentation_of
from nb_refactor.refactor.refusal import refusal
from nb_refactor.text import text


def make_function(
    task: Task, placement: Placement, shared: Callable[[Iterable[str]], Shared]
) -> ChangeSet | Refused:
    clash = tuple(
        name_refusals(
            task.destination.module, task.destination.function, task.mentioned, task.names
        )
    )
    if clash:
        return Refused(clash)
    own_scope = task.effects.translation.own_scope
    last = placement.body[-1]
    own_showing = with_own_meaning(VALUELESS_ROOTS, task.notebook.code_cells)
    shows = (
        not placement.behind
        and not own_scope
        and not task.silent
        and last is task.parts.parts[-1]
        and shows_value(last, task.parts.quiet, own_showing)
        and not ends_silently(
            placement.body,
            task.notebook.code_cells,
            task.around.means_builtin_everywhere("open"),
        )
    )
    behind_uses = names_read(placement.behind)
    needed = frozenset() if own_scope else task.live
    needed |= behind_uses | shared(behind_uses).reads
    needed |= frozenset(scope.bound_names(n for part in placement.before for n in part.nodes))
    imports = [
        *placement.hoisted.items(),
        *(each for other in task.around.cells for each in other.imports.items()),
    ]
    modules = frozenset(name for name, _ in imports)
    names = Names(needed, task.mentioned, modules, plotting_names(imports))
    division = divide(placement.body, names, shows, chosen=task.choices.lines is not None)
    behind = (*division.behind, *placement.behind)
    used_behind = names_read(behind)
    needed |= used_behind | shared(used_behind).reads
    needed |= task.in_formulas if first_look_up(code_of(behind)) is not None else frozenset()
    before = seen_with(cell_effects(code_of(placement.before)), task.around.swallowing).whole
    bound = before.definitions
    before_bound = frozenset(d.name for d in bound if d.certain) - frozenset(placement.found_late)
    before_bound |= frozenset(bound_by_asking(placement.before))
    defined = frozenset(name for part in placement.module if (name := defined_name(part)))
    stars = starred_modules(cell_effects(code_of((*placement.top, *placement.before))))
    hoisted = {**placement.hoisted, **placement.found_late}
    perhaps = frozenset(d.name for d in bound) - before_bound - frozenset(placement.found_late)
    gone = frozenset(before.kills) - before_bound
    given = Given(hoisted, defined, before_bound, perhaps, gone, stars)
    code = code_of(division.body)
    whole = cell_effects(code, task.around.constants).whole
    # What stays would leave the notebook with a value that the body replaces.
    needed |= frozenset(kept_alive(division.body, task.endings))
    needed |= {d.name for d in whole.definitions if any(may_come_from(m, d.name) for m in stars)}
    effects = _with_formulas(task, code, whole, {*placement.hoisted, *defined})
    signature, refusals = signature_of(
        code,
        effects,
        given,
        needed,
        task.around,
        _late_names(task) | frozenset(placement.found_late),
        task.unread - used_behind,
    )
    problems = [*refusals, *_shared_refusals(placement, division.body, shared)]
    if shared(names_read(division.body)).everything:
        problems += _made_by_calls(signature, before_bound, task)
    if problems:
        return Refused(tuple(problems))
    constants = settings(
        signature.parameters, task.notebook.code_cells, task.around, names_bound(parse(code))
    )
    signature = as_chosen(signature, task.choices, constants)
    called = shared(names_read(division.body)).reads
    return _assemble(
        task, placement, signature, division.body, behind, division.shown, defined, called
    )


def _with_formulas(task: Task, code: str, effects: Effects, given: set[str]) -> Effects:
    """With the reads of what the formulas of the code look up, as far as the notebook has it; the
    rest are columns and the library's own functions."""
    first = first_look_up(code)
    if first is None:
        return effects
    names = [
        name
        for name in sorted(task.in_formulas)
        if name in given or task.around.imported(name) or task.around.bound_above(name)
    ]
    made = {d.name for d in effects.definitions if d.certain and d.at.line < first}
    uses = (Use(name, Span(1, 0, 1, 0), certain=False) for name in names if name not in made)
    return msgspec.structs.replace(effects, uses=(*effects.uses, *uses))


def _shared_refusals(
    placement: Placement, body: Sequence[Part], shared: Callable[[Iterable[str]], Shared]
) -> Iterator[Refusal]:
    """A function of the notebook that rebinds what the cell reads."""
    inside = {name for part in placement.module if (name := defined_name(part))}
    used = names_read(body) - inside
    mentioned = used | frozenset(scope.bound_names(n for part in body for n in part.nodes))
    written = sorted(shared(used).writes & mentioned)
    for name in written:
        yield refusal(
            "late-binding",
            text(
                "a function of the notebook that the cell calls rebinds `{name}` (`global "
                "{name}`), which the cell uses as well: let the function return the value "
                "instead",
                name=name,
            ),
        )


def _made_by_calls(signature: Signature, before: frozenset[str], task: Task) -> Iterator[Refusal]:
    """Parameters that nothing above gives a value by name: a function that the cell calls, and that
    binds names of its own choice (`globals()[name] = …`), may be what does."""
    for name in signature.parameters:
        if name not in before and not task.around.bound_above(name):
            yield refusal(
                "dynamic-code",
                text(
                    "a function of the notebook that the cell calls binds names of its own "
                    "choice, and `{name}` may be one of them: let it return the value instead",
                    name=name,
                ),
            )


_ENVIRONMENT = re.compile(
    r"os\.environ\[[^\]]*\]\s*=|putenv\(|environ\.(setdefault|update)\(|"
    r"\b(matplotlib|mpl)\.use\(|^\s*%(set_)?env\b",
    re.MULTILINE,
)


_PATH = re.compile(r"sys\.path|os\.chdir|^\s*%cd\b|addsitedir", re.MULTILINE)


def _late_names(task: Task) -> frozenset[str]:
    """Names whose import must not be done before the function runs: something above decides what
    it finds or does."""
    late: set[str] = set()
    environment = path = False
    for cell, other in zip(task.notebook.code_cells, task.around.cells, strict=True):
        if other is task.around.cells[task.around.index]:
            break
        environment = environment or bool(_ENVIRONMENT.search(cell.source))
        path = path or bool(_PATH.search(cell.source))
        for name, bindings in other.imports.items():
            missing = any(is_missing(b, task.destination.not_at_the_top) for b in bindings)
            if environment or (path and missing):
                late.add(name)
    return frozenset(late)


def _assemble(
    task: Task,
    placement: Placement,
    signature: Signature,
    body: Sequence[Part],
    behind: Sequence[Part],
    shown: rewrite.Shown,
    defined: frozenset[str],
    called: frozenset[str],
) -> ChangeSet | Refused:
    imports = signature.imports | imports_of_definitions(task, placement)
    own = frozenset(b for b in imports if b.module == task.destination.module)
    imports -= own
    names = sorted(defined)
    builtin = (names_read(body) | names_read(placement.module)) & BUILTINS
    taken = {b for b in signature.imports if is_taken(b, task.names)} - own
    signature = replace(
        signature,
        imports=signature.imports - taken,
        late_imports=signature.late_imports | taken,
    )
    imports -= taken - imports_of_definitions(task, placement)
    given = {b.bound for b in imports | own | signature.late_imports}
    reads = builtin - set(signature.parameters) - given
    clashes = module_clashes(task.destination.module, task.names, imports, names, reads)
    if clashes:
        return Refused(tuple(clashes))
    staying = (*placement.before, *behind)
    used = task.live | names_read(staying) | called
    kept = kept_imports(placement, used, names_read(body) | names_read(placement.module))
    indent = indentation_of(task.destination.existing)
    shown_parts = rewrite.shown_body(body, shown)
    inner = rewrite.body_text(task.parts.parts, placement, kept, shown_parts)
    brought = {b.bound for b in imports | own} | defined | task.names.bound | {shown.name}
    unfit = tuple(rename_refusals(inner, signature.variables, brought, signature.names))
    if unfit:
        return Refused(unfit)
    inner = renamed(inner, signature.names)
    signature, for_types = _annotated(task, signature, shown, imports, frozenset(brought))
    imports |= for_types
    function = rewrite.function_text(
        task.destination.function,
        signature,
        inner,
        shown,
        _docstring(task, signature, body, indent),
        indent,
    )
    definitions = [*rewrite.definition_texts(placement.module), function]
    imported = [n for n in names if n in used] + [task.destination.function]
    cell = rewrite.cell_text(
        task.parts.opening,
        in_order(task, [*placement.top, *kept]),
        {task.destination.module: imported},
        placement.before,
        rewrite.call_text(task.destination.function, signature, shown),
        behind,
    )
    extracted = ExtractedFunction(
        task.destination.function,
        tuple(map(signature.local, signature.parameters)),
        tuple(map(signature.local, signature.returns)),
        signature.is_async,
        signature.parameters,
        signature.returns,
        {signature.local(name): value for name, value in signature.defaults.items()},
        {signature.local(name): text for name, text in signature.annotations.items()},
    )
    changes = change_set(task, extracted, imports, definitions, cell, placement)
    return _with_outdated(changes, signature.outdated)


def _with_outdated(changes: ChangeSet, names: tuple[str, ...]) -> ChangeSet:
    told = (
        text("`{n}` keeps the value from before in the notebook: no cell reads it", n=n)
        for n in names
    )
    warnings = (*changes.warnings, *told)
    return msgspec.structs.replace(changes, outdated=names, warnings=warnings)


def _docstring(task: Task, signature: Signature, body: Sequence[Part], indent: str) -> str | None:
    cells = task.notebook.code_cells
    known = descriptions(signature.parameters, cells, task.around)
    effects = cell_effects(code_of(body)).whole
    updated = {update.name for update in effects.updates} - {d.name for d in effects.definitions}
    changed = [name for name in signature.parameters if name in updated]
    return docstring(
        summary_above(task.notebook, task.cell),
        {signature.local(name): text for name, text in known.items()},
        [signature.local(name) for name in changed],
        indent,
    )


def _annotated(
    task: Task,
    signature: Signature,
    shown: rewrite.Shown,
    imports: frozenset[ImportBinding],
    brought: frozenset[str],
) -> tuple[Signature, frozenset[ImportBinding]]:
    """The signature with the types that are known of names which have one value in the notebook,
    and the imports for them."""
    types = {
        name: text
        for name, text in task.choices.types.items()
        if name in signature.variables and len(task.around.cells_binding(name)) == 1
    }
    if not types:
        return signature, frozenset()
    notebook = {b for other in task.around.cells for found in other.imports.values() for b in found}
    known = imports | task.names.imports | notebook
    bound = {b.bound for b in known}
    taken = (brought - bound) | frozenset(map(signature.local, signature.variables))
    found = {n: a for n, text in types.items() if (a := annotation(text, known, taken))}
    answers = return_annotation(signature.returns, found) if shown.way == "none" else None
    used = {n: a for n, a in found.items() if n in signature.parameters}
    needed = [*used.values(), *(found[n] for n in signature.returns if answers and n in found)]
    texts = {name: each.text for name, each in used.items()}
    more = frozenset(b for each in needed for b in each.imports)
    return replace(signature, annotations=texts, answers=answers), more - task.names.imports
