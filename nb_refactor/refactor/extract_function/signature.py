"""The function's parameters and returns: what its code reads from outside, what later code needs.

With the code of the body C, seen as a whole: parameters are the upward-exposed uses of C that the
module cannot give it; returns are the definitions of C that are live behind it. A live definition
that does not happen on every way through C has its old value on the others, so it is a parameter
as well. A change in place goes through the parameter and needs no return.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from nb_refactor.change import Refusal
from nb_refactor.dataflow import scope
from nb_refactor.dataflow.effects import Definition, Effects, Use
from nb_refactor.dataflow.exposure import cell_effects, effects_of
from nb_refactor.dataflow.liveness import sure_simples
from nb_refactor.dataflow.magics import parse
from nb_refactor.notebook import Span
from nb_refactor.refactor.extract_function.builtin_names import BUILTINS, names_of
from nb_refactor.refactor.extract_function.choices import Choices
from nb_refactor.refactor.extract_function.settings import at_the_end, settings_last
from nb_refactor.refactor.extract_function.surroundings import Surroundings
from nb_refactor.refactor.module_edit import ImportBinding
from nb_refactor.refactor.refusal import refusal
from nb_refactor.text import text


@dataclass(frozen=True)
class Signature:
    """`parameters` and `returns` are the notebook's names; `names` are the other names that some
    have in the function. `imports` are those that the module needs for the function's sake;
    `late_imports` those that must happen when the function runs, and not before. `defaults` and
    `annotations` are for the parameters that have one, `answers` is the annotation of what is
    returned. `outdated` are names of loops that the notebook goes on with though no cell reads them
    again: it keeps the value from before."""

    parameters: tuple[str, ...]
    returns: tuple[str, ...]
    imports: frozenset[ImportBinding]
    late_imports: frozenset[ImportBinding]
    is_async: bool
    names: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    answers: str | None = None
    outdated: tuple[str, ...] = ()

    def local(self, name: str) -> str:
        """What the function calls the notebook's `name`."""
        return self.names.get(name, name)

    @property
    def variables(self) -> frozenset[str]:
        return frozenset(self.parameters) | frozenset(self.returns)


def as_chosen(signature: Signature, choices: Choices, constants: Mapping[str, str]) -> Signature:
    """The signature in the order and with the names that the person chose; `constants` are the
    values of parameters that are settings, which stand last."""
    variables = signature.variables
    names = {old: new for old, new in choices.names.items() if old in variables and old != new}
    values = constants if choices.defaults else {}
    proposed = settings_last(signature.parameters, values)
    parameters = _ordered(proposed, choices.parameters)
    return replace(
        signature,
        parameters=parameters,
        returns=_ordered(signature.returns, choices.returns),
        names=names,
        defaults=at_the_end(parameters, values),
    )


def _ordered(names: Sequence[str], wish: Sequence[str]) -> tuple[str, ...]:
    first = [name for name in dict.fromkeys(wish) if name in names]
    return (*first, *(name for name in names if name not in first))


@dataclass(frozen=True)
class Given:
    """What the body finds without parameters: imports of its own cell, definitions that move
    beside it, and names that the cell binds before the call, on every path or only on some
    (`perhaps`), or ends (`gone`); `stars` are the modules of which the cell takes all names before
    it."""

    hoisted: Mapping[str, frozenset[ImportBinding]]
    defined: frozenset[str]
    before: frozenset[str]
    perhaps: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    stars: tuple[str, ...] = ()


def signature_of(
    code: str,
    whole: Effects,
    given: Given,
    needed: Iterable[str],
    around: Surroundings,
    late: frozenset[str] = frozenset(),
    unread: frozenset[str] = frozenset(),
) -> tuple[Signature, tuple[Refusal, ...]]:
    """The signature of a function with the body `code`, whose effects are `whole`; and why there
    can be none. `needed` are the names that are to be had behind the body, `unread` those of them
    that no code reads there, `late` the names whose imports may not be done ahead of time."""
    tree = parse(code)
    bound = frozenset(scope.bound_names(tree.body))
    refusals: list[Refusal] = []
    parameters: dict[str, None] = {}
    imports: set[ImportBinding] = set()
    late_imports: set[ImportBinding] = set()
    refused: set[str] = set()
    sure = sure_reads(code)
    own = _given_by_loops(code, bound)
    # A read of a name that is lost, before anything else happens, is where a run of the cell ends:
    # what would come behind it need not be asked.
    stopped = False
    for use in whole.uses:
        name = use.name
        if name in parameters or name in refused or (name in given.defined and name not in bound):
            continue
        found = given.hoisted.get(name) or around.imported(name)
        found = found or around.starred(name, given.stars)
        if name not in bound and name not in given.before and found:
            (late_imports if name in late else imports).update(mentioned_imports(found, code))
        elif _is_builtin(name, bound, given, around):
            if name == "display":
                imports.add(ImportBinding("IPython.display", "display"))
        else:
            lost = around.lost_above(name)
            ends = lost and use.certain and not use.deferred
            stopped = stopped or (ends and nothing_happens_before(use.at, tree, around))
            harmless = stopped or not lost
            problems = _as_parameter(
                use, bound, given, around, parameters, harmless, use in sure, own
            )
            refused.update([name] if problems else [])
            refusals += problems
    needed = frozenset(needed)
    returns = [d for d in whole.definitions if d.name in needed]
    outdated: list[str] = []
    for definition in list(returns):
        name = definition.name
        if not definition.certain and name not in parameters:
            state = "bound" if name in given.before else around.entry(name)
            if state == "bound" and name not in given.gone:
                parameters[name] = None
            elif name in unread and definition.form == "loop":
                outdated.append(name)
            else:
                refusals.append(_sometimes_defined(definition, state, name in unread))
    signature = Signature(
        tuple(parameters),
        tuple(d.name for d in returns if d.name not in outdated),
        frozenset(imports),
        frozenset(late_imports),
        _awaits(tree),
        outdated=tuple(outdated),
    )
    return signature, tuple(refusals)


def _is_builtin(name: str, bound: frozenset[str], given: Given, around: Surroundings) -> bool:
    return (
        name in BUILTINS
        and name not in bound
        and name not in given.before
        and not around.bound_above(name)
        and not around.may_come_from_star(name, given.stars)
    )


def _as_parameter(
    use: Use,
    bound: frozenset[str],
    given: Given,
    around: Surroundings,
    parameters: dict[str, None],
    harmless: bool,
    sure: bool,
    own: frozenset[str],
) -> list[Refusal]:
    """Takes the name in as a parameter, or says why it cannot be one. `harmless`: it makes no
    difference that the call reads it before all that the cell does; `sure`: the cell reads it, or
    does not come to its end. `own` are names that the loops of the cell give a value."""
    name = use.name
    starred = any(name in names_of(module) for module in given.stars)
    state = "bound" if name in given.before or starred else around.entry(name)
    perhaps = name in given.gone or (name in given.perhaps and state != "bound")
    state = "maybe" if perhaps else state
    if around.starred(name):
        state = "bound"
    if state == "unbound" and name in bound:
        return []  # what the cell reads is its own: a loop's variable behind the loop
    if name in own and not around.bound_above(name):
        return []  # nor does `from m import *`, as far as anybody can tell, give it that
    # Of a name that the cell binds on some paths nobody can tell that it was there before.
    needs_it = sure and harmless and (name not in bound or around.bound_above(name))
    if state == "maybe" and harmless and around.lost_above(name):
        needs_it = True
    if state == "bound" or (state == "maybe" and needs_it):
        parameters[name] = None
        return []
    opaque = around.opaque_above() or bool(given.stars)
    if opaque and not around.bound_above(name) and not perhaps and name not in bound:
        parameters[name] = None
        return []
    if state == "maybe":
        return [
            refusal(
                "maybe-unbound",
                text(
                    "`{name}` (line {line}) may or may not be defined when the cell starts, and "
                    "the cell does not read it at once on every path: define it above on every "
                    "path",
                    name=name,
                    line=use.at.line,
                ),
                use.at,
            )
        ]
    return [
        refusal(
            "undefined-name",
            text(
                "nothing above the cell defines `{name}` (line {line}): define or import it "
                "above first",
                name=name,
                line=use.at.line,
            ),
            use.at,
        )
    ]


def sure_reads(code: str) -> frozenset[Use]:
    """The reads that happen in every run of the code that comes to its end."""
    statements = cell_effects(code).statements
    return frozenset(
        use
        for simple in sure_simples(statements)
        for use in simple.uses
        if use.certain and not use.deferred
    )


def _given_by_loops(code: str, bound: frozenset[str]) -> frozenset[str]:
    """The names that the code has a value for by itself if its loops go through their bodies."""
    looped = effects_of(cell_effects(code).statements, loops_run=True)
    return bound - {use.name for use in looped.uses}


def nothing_happens_before(place: Span, tree: ast.Module, around: Surroundings) -> bool:
    """Whether the name at this place is read before anything else that could fail or be seen."""
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in _evaluated(tree.body):
        at = (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))
        if isinstance(node, ast.Name) and at == (place.line, place.column):
            return True
        if not isinstance(node, _UNSEEN) and not _is_lookup(node, id(node) in called, around):
            return False
    return False


def _is_lookup(node: ast.AST, is_called: bool, around: Surroundings) -> bool:
    """`np.inf`, `model.fit(`, `"{}".format`: a read of what is there for certain. What an object
    has besides methods may not be there yet: `model.coef_` before it is trained."""
    if not isinstance(node, ast.Attribute):
        return False
    base = node.value
    if isinstance(base, (ast.Constant, ast.JoinedStr)):
        return True
    if not isinstance(base, ast.Name) or around.entry(base.id) != "bound":
        return False
    is_method = is_called and not node.attr.endswith("_")
    return is_method or bool(around.imported_everywhere(base.id))


_UNSEEN = (
    ast.Name, ast.Constant, ast.Tuple, ast.List, ast.Dict, ast.keyword, ast.expr_context, ast.Slice,
    ast.Import, ast.ImportFrom, ast.Expr, ast.Pass, ast.Lambda, ast.operator, ast.unaryop,
    ast.cmpop, ast.JoinedStr, ast.FormattedValue, ast.arguments, ast.arg,
)  # fmt: skip


def _evaluated(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """The nodes in the order in which they are evaluated, parts before the whole."""
    for node in nodes:
        if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
            yield from _evaluated([node.value] if node.value else [])
            yield node
            yield from _evaluated(node.targets if isinstance(node, ast.Assign) else [node.target])
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            yield from _evaluated([node.iter, node.target])
            yield node
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            yield node
        else:
            yield from _evaluated(ast.iter_child_nodes(node))
            yield node


def _sometimes_defined(definition: Definition, state: str, unread: bool) -> Refusal:
    name, line = definition.name, definition.at.line
    entry = text("may not be defined") if state == "maybe" else text("is not defined")
    whom = (
        text("the notebook goes on with `{name}`", name=name)
        if unread
        else text("later cells need `{name}`", name=name)
    )
    return refusal(
        "conditional-definition",
        text(
            "{whom} (line {line}), to which the cell gives a value on some paths only "
            "and which {entry} before it: give it a value at the beginning of the cell",
            whom=whom,
            line=line,
            entry=entry,
        ),
        definition.at,
    )


def mentioned_imports(found: frozenset[ImportBinding], code: str) -> frozenset[ImportBinding]:
    """Of several imports that bind one name (`import a`, `import a.b`), those that the code
    mentions; all, where it mentions none of them in full."""
    if len(found) == 1:
        return found
    chosen = {b for b in found if b.module.count(".") and b.module in code}
    return frozenset(chosen) or found


def _awaits(tree: ast.Module) -> bool:
    return any(_is_awaiting(node) for node in _of_the_function(tree.body))


def _is_awaiting(node: ast.AST) -> bool:
    if isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp)):
        return any(
            isinstance(child, ast.Await)
            or (isinstance(child, ast.comprehension) and child.is_async)
            for child in ast.walk(node)
        )
    return isinstance(node, (ast.Await, ast.AsyncFor, ast.AsyncWith))


def _of_the_function(body: Iterable[ast.AST]) -> Iterable[ast.AST]:
    """The nodes that run when the function does, nested functions left out."""
    return scope.own_nodes(body)
