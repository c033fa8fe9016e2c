"""What must hold before a cell can become a function. Each check answers refusals, or none."""

from __future__ import annotations

import ast
import keyword
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from nb_refactor.change import Refusal
from nb_refactor.dataflow import scope
from nb_refactor.dataflow.magics import Translation
from nb_refactor.dataflow.names_as_keys import name_asked_for
from nb_refactor.notebook import Cell, Notebook, Span
from nb_refactor.refactor.extract_function.builtin_names import BUILTINS
from nb_refactor.refactor.extract_function.cell_facts import cell_facts, with_own_meaning
from nb_refactor.refactor.extract_function.cell_parts import Part
from nb_refactor.refactor.extract_function.interactivity import (
    VALUELESS_ROOTS,
    Interactivity,
    shows_inside,
)
from nb_refactor.refactor.extract_function.notebook_only import (
    asks_for_caller,
    dotted,
    places_of_main,
)
from nb_refactor.refactor.module_edit import ModuleNames
from nb_refactor.refactor.refusal import refusal
from nb_refactor.text import text

# Calls that see all names of the place where they stand, or put names there.
_DYNAMIC = frozenset({"exec", "eval", "globals", "locals"})
_DYNAMIC_WITHOUT_ARGUMENTS = frozenset({"vars", "dir"})
_SESSION = frozenset(
    [
        "_",
        "__",
        "___",
        "_i",
        "_ii",
        "_iii",
        "In",
        "Out",
        "_ih",
        "_oh",
        "_dh",
        "get_ipython",
        "exit",
        "quit",
        "__file__",
        "__doc__",
        "__builtins__",
        "__spec__",
        "__loader__",
        "__package__",
        "__annotations__",
    ]
)
# Cell magics that a call can stand under.
CALL_MAGICS = frozenset({"time", "capture", "timeit", "prun", "memit"})


@dataclass(frozen=True)
class Question:
    """A cell to be extracted, cut into its parts."""

    notebook: Notebook
    cell: Cell
    translation: Translation
    tree: ast.Module
    parts: tuple[Part, ...]
    bound_above: frozenset[str]
    bound_here: frozenset[str]
    interactivity: Interactivity | None = "last_expr"


Check = Callable[[Question], Iterator[Refusal]]


def refusals_of(question: Question) -> tuple[Refusal, ...]:
    """All reasons that can be read off the cell's own code."""
    return tuple(found for check in _CHECKS for found in check(question))


def span(node: ast.AST) -> Span:
    line = getattr(node, "lineno", 1)
    column = getattr(node, "col_offset", 0)
    end_line = getattr(node, "end_lineno", None) or line
    return Span(line, column, end_line, getattr(node, "end_col_offset", None) or column)


def _raised(question: Question) -> Iterator[Refusal]:
    raised = question.cell.raised
    if raised is not None:
        yield refusal(
            "raised",
            text(
                "the last run of this cell ended in {name}: mend the cell first, so that it "
                "can be told what it is meant to do",
                name=raised.name,
            ),
        )


def _cell_magic(question: Question) -> Iterator[Refusal]:
    for magic in question.translation.magics:
        if magic.kind == "cell" and magic.name not in CALL_MAGICS:
            yield refusal(
                "magic",
                text(
                    "the cell begins with `%%{name}` (line {line}), which only a notebook cell "
                    "can have: take it out, or move the code below it to a cell of its own",
                    name=magic.name,
                    line=magic.line,
                ),
                Span(magic.line, 0, magic.line, len(magic.name) + 2),
            )


def _dynamic_code(question: Question) -> Iterator[Refusal]:
    asking = {
        id(node.comparators[0])
        for node in scope.own_nodes(question.tree.body)
        if isinstance(node, ast.Compare) and name_asked_for(node)
    }
    for call in _calls(question.tree):
        name = _called(call)
        if id(call) in asking or name in question.bound_above or name in question.bound_here:
            continue
        bare = name in _DYNAMIC_WITHOUT_ARGUMENTS and not call.args
        if name in _DYNAMIC or bare:
            yield refusal(
                "dynamic-code",
                text(
                    "`{name}()` (line {lineno}) looks names up while it runs, and would find the "
                    "function's instead of the notebook's: write the names out, or leave this "
                    "part in a cell of its own",
                    name=name,
                    lineno=call.lineno,
                ),
                span(call),
            )


def _injected_names(question: Question) -> Iterator[Refusal]:
    """Calls that bind names in the notebook, or look names up in it, by strings."""
    for call in _calls(question.tree):
        path = dotted(call.func)
        if path in {"sympy.var", "sp.var", "var", "sym.var"}:
            yield refusal(
                "dynamic-code",
                text(
                    "`{path}()` (line {lineno}) binds names in the notebook behind its back: "
                    "write `x = sympy.symbols('x')` instead",
                    path=path,
                    lineno=call.lineno,
                ),
                span(call),
            )
    for node in places_of_main(list(ast.walk(question.tree))):
        yield refusal(
            "dynamic-code",
            text(
                "line {lineno} speaks of `__main__`, the notebook's own namespace: pass the "
                "values instead",
                lineno=node.lineno,
            ),
            span(node),
        )


def _frames(question: Question) -> Iterator[Refusal]:
    """Code that sees which function runs, or which one calls it."""
    facts = [cell_facts(cell.source) for cell in question.notebook.code_cells]
    asking = frozenset().union(*(each.calling for each in facts))
    names = (n for n in ast.walk(question.tree) if isinstance(n, (ast.Name, ast.Attribute)))
    for node in names:
        if asks_for_caller(node) or (isinstance(node, ast.Name) and node.id in asking):
            yield refusal(
                "dynamic-code",
                text(
                    "line {lineno} looks at the code that runs, and would find the function: "
                    "leave this part in a cell of its own",
                    lineno=node.lineno,
                ),
                span(node),
            )
            return


def _session_names(question: Question) -> Iterator[Refusal]:
    bound = question.bound_here | question.bound_above
    for node in ast.walk(question.tree):
        if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load):
            continue
        name = node.id
        counted = name[:1] == "_" and name.lstrip("_i").isdigit()
        if (name in _SESSION or counted) and name not in bound:
            yield refusal(
                "session-name",
                text(
                    "`{name}` (line {lineno}) belongs to the session, not to the code: give the "
                    "value a name of its own in the cell that makes it",
                    name=name,
                    lineno=node.lineno,
                ),
                span(node),
            )


def _global_statement(question: Question) -> Iterator[Refusal]:
    for node in scope.own_nodes(question.tree.body):
        if isinstance(node, ast.Global):
            yield refusal(
                "global-statement",
                text(
                    "`global` at the top level of the cell (line {lineno}) says nothing there, "
                    "but would in a function: take it out",
                    lineno=node.lineno,
                ),
                span(node),
            )


def _every_value_shown(question: Question) -> Iterator[Refusal]:
    """`ast_node_interactivity` may show more than the value of an expression at the end."""
    last = question.parts[-1] if question.parts else None
    own = with_own_meaning(VALUELESS_ROOTS, question.notebook.code_cells)
    if question.interactivity is None:
        yield refusal(
            "every-value-shown",
            text(
                "the notebook sets `ast_node_interactivity` in a way that does not tell "
                "which values the cell shows: give it a plain string, or take the setting out"
            ),
        )
    elif question.interactivity == "last" and last is not None and shows_inside(last, own):
        yield refusal(
            "every-value-shown",
            text(
                "the notebook sets `ast_node_interactivity`, so that values inside of the "
                "statement at the end (line {line}) are shown: show them with `display()`, "
                "or take the setting out",
                line=last.line,
            ),
        )


_CHECKS: tuple[Check, ...] = (
    _raised,
    _cell_magic,
    _dynamic_code,
    _injected_names,
    _frames,
    _session_names,
    _global_statement,
    _every_value_shown,
)


# ---- names that are given to things -----------------------------------------------------------


def name_refusals(
    module: str, function: str, mentioned: frozenset[str], names: ModuleNames | None
) -> Iterator[Refusal]:
    """Whether the function may have this name there. `mentioned` are the names in the notebook."""
    for part in module.split("."):
        if not part.isidentifier() or keyword.iskeyword(part):
            yield refusal(
                "name-invalid", text("`{module}` is not the name of a module", module=module)
            )
            break
    if not function.isidentifier() or keyword.iskeyword(function):
        yield refusal(
            "name-invalid",
            text("`{function}` is not a name that a function can have", function=function),
        )
    elif function in BUILTINS or function in keyword.softkwlist:
        yield refusal(
            "name-clash",
            text(
                "`{function}` is a name of Python's own: choose another for the function",
                function=function,
            ),
        )
    elif names is not None and function in names.bound:
        yield refusal(
            "name-clash",
            text(
                "`{module}` already has a `{function}`: choose another name",
                module=module,
                function=function,
            ),
        )
    elif function in mentioned:
        yield refusal(
            "name-clash",
            text(
                "the notebook already uses the name `{function}`: choose another", function=function
            ),
        )
    if names is None:
        yield refusal(
            "module-invalid",
            text(
                "the file of `{module}` is not Python that can be read: mend it, or choose "
                "another module",
                module=module,
            ),
        )


# ---- looking at trees -------------------------------------------------------------------------


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _called(call: ast.Call) -> str | None:
    return call.func.id if isinstance(call.func, ast.Name) else None
