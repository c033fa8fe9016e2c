"""Extract a cell into a function of a module: answers what would be written, or why not."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import msgspec

from nb_refactor.change import CellEdit, ChangeSet, ExtractedFunction, FileEdit, Refusal, Refused
from nb_refactor.dataflow import scope
from nb_refactor.dataflow.exposure import CellEffects, cell_effects
from nb_refactor.dataflow.liveness import live_after, simples
from nb_refactor.dataflow.magics import parse
from nb_refactor.notebook import Cell, Notebook
from nb_refactor.refactor.extract_function import rewrite
from nb_refactor.refactor.extract_function.annotations import annotation, return_annotation
from nb_refactor.refactor.extract_function.cell_parts import CellParts, Part, cut
from nb_refactor.refactor.extract_function.choices import Choices
from nb_refactor.refactor.extract_function.clashes import is_taken, module_clashes
from nb_refactor.refactor.extract_function.close_looks import looked_at
from nb_refactor.refactor.extract_function.companions import with_companions
from nb_refactor.refactor.extract_function.definitions import defined_name, functions_in
from nb_refactor.refactor.extract_function.destination import Destination
from nb_refactor.refactor.extract_function.docstring import (
    descriptions,
    docstring,
    summary_above,
)
from nb_refactor.refactor.extract_function.joined_cells import apart, join_refusals, joined
from nb_refactor.refactor.extract_function.placement import Placement, Stay, place
from nb_refactor.refactor.extract_function.preconditions import (
    Question,
    name_refusals,
    names_bound,
    names_mentioned,
    refusals_of,
)
from nb_refactor.refactor.extract_function.renaming import rename_refusals, renamed
from nb_refactor.refactor.extract_function.section import cells_under
from nb_refactor.refactor.extract_function.selected_lines import put_back, selected
from nb_refactor.refactor.extract_function.settings import settings
from nb_refactor.refactor.extract_function.shared_variables import Shared, holders
from nb_refactor.refactor.extract_function.shown_value import divide, shows_value
from nb_refactor.refactor.extract_function.signature import (
    Given,
    Signature,
    as_chosen,
    mentioned_imports,
    signature_of,
)
from nb_refactor.refactor.extract_function.steps import Steps
from nb_refactor.refactor.extract_function.surroundings import (
    BUILTINS,
    Surroundings,
    environment,
    is_missing,
    surroundings,
)
from nb_refactor.refactor.module_edit import (
    ImportBinding,
    ModuleNames,
    edit_module,
    import_bindings,
    indentation_of,
    module_names,
)
from nb_refactor.refactor.refusal import refusal


def extract(
    notebook: Notebook,
    cell_ids: Sequence[str],
    destination: Destination,
    choices: Choices | None = None,
) -> ChangeSet | Refused:
    """The change set that moves the code of the cells (contiguous, in document order) into
    `destination`, so that a run of the notebook from top to bottom does what it did.

    Of a Markdown cell all code cells under its heading are meant. A cell of definitions alone
    keeps their names: the function's name in `destination` is then not used, and the change set
    tells the first of them."""
    choices = choices or Choices()
    cells = notebook.code_cells
    cell_ids = _with_sections(notebook, cell_ids)
    chosen = [cell for cell in cells if cell.cell_id in set(cell_ids)]
    asked = _question_refusals(notebook, cell_ids, chosen, choices)
    if asked:
        return Refused(tuple(asked))
    if len(chosen) > 1:
        return _extract_several(notebook, chosen, destination, choices)
    if choices.lines is not None:
        part = selected(notebook, chosen[0], choices.lines)
        if isinstance(part, Refusal):
            return Refused((part,))
        if part is not None:
            answer = _extract_cell(part.notebook, part.inner, destination, choices, part.silent)
            if isinstance(answer, Refused):
                return answer
            return put_back(answer, part, destination.module, destination.function)
    answer = _extract_cell(notebook, chosen[0], destination, choices)
    if destination.coming or not _lacks_companions(answer):
        return answer
    return _with_companions(notebook, chosen[0], destination) or answer


def _lacks_companions(answer: ChangeSet | Refused) -> bool:
    """Whether definitions had to stay for what they read of the notebook."""
    if isinstance(answer, Refused):
        return any(each.code == "reads-notebook-variables" for each in answer.refusals)
    return any(" of the notebook when it is called" in each for each in answer.warnings)


def _with_companions(notebook: Notebook, cell: Cell, destination: Destination) -> ChangeSet | None:
    cells = notebook.code_cells
    index = [each.cell_id for each in cells].index(cell.cell_id)
    missing = environment(destination.unavailable, destination.missing_files, destination.existing)
    around = surroundings(cells, index, destination.module, missing)
    start = Steps(notebook, destination.path, destination.existing, destination.existing)

    def further(
        steps: Steps, cell_id: str, to: Destination, choices: Choices
    ) -> ChangeSet | Refused:
        return extract(steps.notebook, [cell_id], to, choices)

    return with_companions(start, cell, around, destination, further)


def _with_sections(notebook: Notebook, cell_ids: Sequence[str]) -> list[str]:
    """The cells, with those under its heading in place of a Markdown cell that has one."""
    found: dict[str, None] = {}
    for cell_id in cell_ids:
        under = [cell.cell_id for cell in cells_under(notebook, cell_id)]
        found.update(dict.fromkeys(under or [cell_id]))
    return list(found)


def _question_refusals(
    notebook: Notebook, cell_ids: Sequence[str], chosen: Sequence[Cell], choices: Choices
) -> list[Refusal]:
    if notebook.language.lower() not in {"python", "ipython", "python3", ""}:
        return [
            refusal(
                "not-python",
                f"the notebook's language is {notebook.language}: only Python can be extracted",
            )
        ]
    missing = [each for each in cell_ids if each not in {cell.cell_id for cell in chosen}]
    if missing or not chosen:
        named = ", ".join(missing) or "none given"
        return [refusal("no-such-cell", f"the notebook has no code cell of this id: {named}")]
    if choices.lines is not None and len(chosen) > 1:
        return [refusal("no-such-cell", "lines can be chosen in one cell only: name one cell")]
    return []


def _extract_several(
    notebook: Notebook, chosen: Sequence[Cell], destination: Destination, choices: Choices
) -> ChangeSet | Refused:
    refusals = join_refusals(notebook, chosen)
    if refusals:
        return Refused(tuple(refusals))
    whole_notebook, whole = joined(notebook, chosen)
    answer = extract(whole_notebook, [whole.cell_id], destination, choices)
    return answer if isinstance(answer, Refused) else apart(answer, chosen)


# ---- one cell ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Task:
    """One cell to be extracted, with all that is known about it before anything is decided."""

    notebook: Notebook
    cell: Cell
    effects: CellEffects
    parts: CellParts
    around: Surroundings
    live: frozenset[str]
    unread: frozenset[str]
    mentioned: frozenset[str]
    destination: Destination
    names: ModuleNames
    choices: Choices
    silent: bool


def _extract_cell(
    notebook: Notebook,
    cell: Cell,
    destination: Destination,
    choices: Choices,
    silent: bool = False,
) -> ChangeSet | Refused:
    """`silent`: a value at the end of the cell is not shown."""
    cells = notebook.code_cells
    index = [each.cell_id for each in cells].index(cell.cell_id)
    effects = cell_effects(cell.source)
    if effects.problem:
        return Refused((refusal("syntax-error", effects.problem),))
    parts = cut(cell.source, effects.translation)
    missing = environment(destination.unavailable, destination.missing_files, destination.existing)
    around = surroundings(cells, index, destination.module, missing)
    tree = parse(effects.translation.code)
    above = frozenset(
        d.name for other in around.cells[:index] for d in other.effects.whole.definitions
    )
    question = Question(
        notebook, cell, effects.translation, tree, parts.parts, above, names_bound(tree), silent
    )
    names = module_names(destination.existing)
    found = refusals_of(question)
    if cell.raised is None:
        found += tuple(_cannot_run(around, tree))
    if names is None:
        found += tuple(name_refusals(destination.module, "a_name", frozenset(), names))
    if found or names is None:
        return Refused(found)
    live = live_after([other.effects for other in around.cells], index)
    outlived = _outlived(effects, around)
    task = _Task(
        notebook,
        cell,
        effects,
        parts,
        around,
        live | outlived,
        outlived - live,
        _mentioned(cells),
        destination,
        names,
        choices,
        silent,
    )
    return _extract(task)


def _cannot_run(around: Surroundings, tree: ast.Module) -> list[Refusal]:
    """A cell that stops halfway leaves half of its names behind; a function leaves none. Where it
    stops at its very beginning there are none."""
    own = around.cells[around.index]
    if not own.by_itself or _stops_at_once(tree, own.stops_at):
        return []
    return [
        refusal(
            "raised",
            f"line {own.stops_at} cannot run here (what it reads or imports is missing), so that "
            "nobody could tell whether the extracted code does the same: mend it first",
        )
    ]


def _stops_at_once(tree: ast.Module, line: int | None) -> bool:
    imports = (ast.Import, ast.ImportFrom)
    first = next((node for node in tree.body if not isinstance(node, imports)), None)
    simple = (ast.Assign, ast.AnnAssign, ast.Expr)
    return first is not None and first.lineno == line and isinstance(first, simple)


def _mentioned(cells: Sequence[Cell]) -> frozenset[str]:
    return frozenset().union(*(_mentioned_in(cell.source) for cell in cells))


@lru_cache(maxsize=4096)
def _mentioned_in(source: str) -> frozenset[str]:
    effects = cell_effects(source)
    return frozenset() if effects.problem else names_mentioned(parse(effects.translation.code))


def _extract(task: _Task) -> ChangeSet | Refused:
    sources = [cell.source for cell in task.notebook.code_cells]
    held = holders(sources)
    placement = place(
        task.parts.parts,
        task.around,
        held,
        task.live,
        destination=task.destination.module,
        unavailable=task.destination.unavailable,
        traced=looked_at(sources, held),
        coming=task.destination.coming,
    )
    only_shows = len(placement.body) <= 2 and all(
        isinstance(part.node, ast.Expr) for part in placement.body
    )
    if placement.module and only_shows:
        return _move_definitions(task, placement)
    if not placement.body:
        return _nothing(placement)
    return _make_function(task, placement, held.shared)


def _nothing(placement: Placement) -> Refused:
    if placement.stays:
        return Refused(tuple(refusal(stay.code, _sentence(stay)) for stay in placement.stays))
    return Refused(
        (
            refusal(
                "nothing-to-extract",
                "the cell holds nothing but imports and settings, which belong in the notebook",
            ),
        )
    )


_MENDS = {
    "reads-notebook-variables": "let it take what it reads as parameters",
    "shows-its-module": "give the class a `__repr__`, or leave it in the notebook",
    "late-binding": "leave it in a cell of its own",
    "magic": "move the code to a cell of its own",
    "import-path": "leave it in a cell of its own",
}


def _sentence(stay: Stay) -> str:
    mend = _MENDS[stay.code]
    return f"{stay.why} (line {stay.part.line}), and nothing else is left to extract: {mend}"


def _code(parts: Iterable[Part]) -> str:
    """The code of the parts, each on the line where it stands in the cell."""
    lines: list[str] = []
    for part in parts:
        text = part.code.split("\n")
        while len(lines) < part.line - 1:
            lines.append("")
        if len(lines) >= part.line:
            lines[-1] = f"{lines[-1]}; {text[0]}"
        else:
            lines.append(text[0])
        lines += text[1:]
    return "\n".join(lines)


def _uses(parts: Iterable[Part]) -> frozenset[str]:
    """The names that the parts read, the functions that they define included."""
    found: set[str] = set()
    for part in parts:
        effects = cell_effects(part.code)
        found |= {use.name for use in effects.whole.uses}
        found |= {use.name for simple in simples(effects.statements) for use in simple.uses}
        for function in functions_in(part):
            found |= set(function.free_names)
    return frozenset(found)


def _kept_imports(placement: Placement, used: frozenset[str], moved: frozenset[str]) -> list[Part]:
    """Imports of the cell that the notebook still needs, or that nothing in the cell uses: they
    are there for what they do."""
    kept = []
    for part in placement.imports:
        bound = {binding.bound for binding in import_bindings(part.node)}
        if bound & used or not bound & moved or _is_future(part):
            kept.append(part)
    return kept


def _is_future(part: Part) -> bool:
    return isinstance(part.node, ast.ImportFrom) and part.node.module == "__future__"


# ---- definitions alone ------------------------------------------------------------------------


def _move_definitions(task: _Task, placement: Placement) -> ChangeSet | Refused:
    staying = (*placement.before, *placement.body, *placement.behind)
    names = [name for part in placement.module if (name := defined_name(part))]
    imports = _imports_of_definitions(task, placement)
    given = {binding.bound for binding in imports}
    clashes = module_clashes(
        task.destination.module, task.names, imports, names, _uses(placement.module) - given
    )
    if clashes:
        return Refused(tuple(clashes))
    used = task.live | _uses(staying)
    kept = _kept_imports(placement, used, _uses(placement.module))
    definitions = [rewrite.definition_text(part) for part in placement.module]
    top = _in_order(task, [*placement.top, *kept])
    cell = _cell_with_definitions(task, top, names, staying)
    first = placement.module[0].node
    return _change_set(
        task,
        ExtractedFunction(names[0], _parameters(first), (), _is_async(first)),
        imports,
        definitions,
        cell,
        placement,
    )


def _cell_with_definitions(
    task: _Task, top: Sequence[Part], names: Sequence[str], staying: Sequence[Part]
) -> str:
    imported = {task.destination.module: names}
    return rewrite.cell_text(task.parts.opening, top, imported, (), "", staying)


def _parameters(node: ast.stmt) -> tuple[str, ...]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return scope.parameter_names(node.args)
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
        return scope.parameter_names(node.value.args)
    return ()


def _is_async(node: ast.stmt) -> bool:
    return isinstance(node, ast.AsyncFunctionDef)


def _imports_of_definitions(task: _Task, placement: Placement) -> frozenset[ImportBinding]:
    """The imports without which the definitions that move would not work."""
    found: set[ImportBinding] = set()
    for part in placement.module:
        for name in _uses([part]):
            everywhere = task.around.imported_everywhere(name)
            bindings = placement.hoisted.get(name) or everywhere
            found |= mentioned_imports(bindings | everywhere, part.code)
        if "display" in _uses([part]) and task.around.means_builtin_everywhere("display"):
            found.add(ImportBinding("IPython.display", "display"))
    return frozenset(found)


# ---- code that becomes a function -------------------------------------------------------------


def _make_function(
    task: _Task, placement: Placement, shared: Callable[[Iterable[str]], Shared]
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
    shows = (
        not placement.behind
        and not own_scope
        and not task.silent
        and last is task.parts.parts[-1]
        and shows_value(last, task.parts.quiet)
    )
    behind_uses = _uses(placement.behind)
    needed = frozenset() if own_scope else task.live
    needed |= behind_uses | shared(behind_uses).reads
    needed |= frozenset(scope.bound_names(n for part in placement.before for n in part.nodes))
    modules = frozenset(placement.hoisted) | frozenset(
        name for other in task.around.cells for name in other.imports
    )
    division = divide(placement.body, needed, shows, task.mentioned, modules)
    behind = (*division.behind, *placement.behind)
    needed |= _uses(behind)
    before_bound = frozenset(
        d.name for d in cell_effects(_code(placement.before)).whole.definitions if d.certain
    )
    defined = frozenset(name for part in placement.module if (name := defined_name(part)))
    stars = cell_effects(_code((*placement.top, *placement.before))).whole.stars
    given = Given(placement.hoisted, defined, before_bound, stars)
    code = _code(division.body)
    effects = cell_effects(code).whole
    signature, refusals = signature_of(
        code, effects, given, needed, task.around, _late_names(task), task.unread - _uses(behind)
    )
    problems = [*refusals, *_shared_refusals(placement, division.body, shared)]
    if problems:
        return Refused(tuple(problems))
    constants = settings(
        signature.parameters, task.notebook.code_cells, task.around, names_bound(parse(code))
    )
    signature = as_chosen(signature, task.choices, constants)
    called = shared(_uses(division.body)).reads
    return _assemble(
        task, placement, signature, division.body, behind, division.shown, defined, called
    )


def _outlived(effects: CellEffects, around: Surroundings) -> frozenset[str]:
    """Names to which the cell gives a new value, where the notebook would go on with the old."""
    return frozenset(d.name for d in effects.whole.definitions if around.outlived(d.name))


def _shared_refusals(
    placement: Placement, body: Sequence[Part], shared: Callable[[Iterable[str]], Shared]
) -> Iterator[Refusal]:
    """A function of the notebook that rebinds what the cell reads."""
    inside = {name for part in placement.module if (name := defined_name(part))}
    used = _uses(body) - inside - BUILTINS
    mentioned = used | frozenset(scope.bound_names(n for part in body for n in part.nodes))
    written = sorted(shared(used).writes & mentioned)
    for name in written:
        yield refusal(
            "late-binding",
            f"a function of the notebook that the cell calls rebinds `{name}` (`global {name}`), "
            "which the cell uses as well: let the function return the value instead",
        )


_ENVIRONMENT = re.compile(
    r"os\.environ\[[^\]]*\]\s*=|putenv\(|environ\.(setdefault|update)\(|"
    r"\b(matplotlib|mpl)\.use\(|^\s*%(set_)?env\b",
    re.MULTILINE,
)
_PATH = re.compile(r"sys\.path|os\.chdir|^\s*%cd\b|addsitedir", re.MULTILINE)


def _late_names(task: _Task) -> frozenset[str]:
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
            missing = any(is_missing(b, task.destination.unavailable) for b in bindings)
            if environment or (path and missing):
                late.add(name)
    return frozenset(late)


def _assemble(
    task: _Task,
    placement: Placement,
    signature: Signature,
    body: Sequence[Part],
    behind: Sequence[Part],
    shown: rewrite.Shown,
    defined: frozenset[str],
    called: frozenset[str],
) -> ChangeSet | Refused:
    imports = signature.imports | _imports_of_definitions(task, placement)
    own = frozenset(b for b in imports if b.module == task.destination.module)
    imports -= own
    names = sorted(defined)
    builtin = (_uses(body) | _uses(placement.module)) & BUILTINS
    taken = {b for b in signature.imports if is_taken(b, task.names)} - own
    signature = replace(
        signature,
        imports=signature.imports - taken,
        late_imports=signature.late_imports | taken,
    )
    imports -= taken - _imports_of_definitions(task, placement)
    given = {b.bound for b in imports | own | signature.late_imports}
    reads = builtin - set(signature.parameters) - given
    clashes = module_clashes(task.destination.module, task.names, imports, names, reads)
    if clashes:
        return Refused(tuple(clashes))
    staying = (*placement.before, *behind)
    used = task.live | _uses(staying) | called
    kept = _kept_imports(placement, used, _uses(body) | _uses(placement.module))
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
    definitions = [*(rewrite.definition_text(part) for part in placement.module), function]
    imported = [n for n in names if n in used] + [task.destination.function]
    cell = rewrite.cell_text(
        task.parts.opening,
        _in_order(task, [*placement.top, *kept]),
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
    changes = _change_set(task, extracted, imports, definitions, cell, placement)
    return _with_outdated(changes, signature.outdated)


def _with_outdated(changes: ChangeSet, names: tuple[str, ...]) -> ChangeSet:
    told = (f"`{n}` keeps the value from before in the notebook: no cell reads it" for n in names)
    warnings = (*changes.warnings, *told)
    return msgspec.structs.replace(changes, outdated=names, warnings=warnings)


def _docstring(task: _Task, signature: Signature, body: Sequence[Part], indent: str) -> str | None:
    cells = task.notebook.code_cells
    known = descriptions(signature.parameters, cells, task.around)
    effects = cell_effects(_code(body)).whole
    updated = {update.name for update in effects.updates} - {d.name for d in effects.definitions}
    changed = [name for name in signature.parameters if name in updated]
    return docstring(
        summary_above(task.notebook, task.cell),
        {signature.local(name): text for name, text in known.items()},
        [signature.local(name) for name in changed],
        indent,
    )


def _annotated(
    task: _Task,
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


def _in_order(task: _Task, parts: Iterable[Part]) -> list[Part]:
    wanted = list(parts)
    return [part for part in task.parts.parts if part in wanted]


# ---- the module -------------------------------------------------------------------------------


def _change_set(
    task: _Task,
    function: ExtractedFunction,
    imports: Iterable[ImportBinding],
    definitions: Sequence[str],
    cell: str,
    placement: Placement,
) -> ChangeSet:
    destination = task.destination
    after = edit_module(
        destination.existing,
        docstring=destination.docstring,
        imports=[b for b in imports if b.module != destination.module],
        definitions=definitions,
    )
    ast.parse(after.removeprefix("\ufeff"))
    return ChangeSet(
        title=f"Extract to {destination.module}.{function.name}",
        function=function,
        files=(
            *destination.extra_files,
            FileEdit(destination.path, destination.existing, after),
        ),
        cells=(CellEdit(task.cell.cell_id, task.cell.source, cell),),
        warnings=tuple(_warning(stay.part, stay.why) for stay in placement.stays),
    )


def _warning(part: Part, why: str) -> str:
    first = part.text.strip().split("\n")[0]
    return f"`{first[:60]}` (line {part.line}) stays in the notebook: {why}"
