"""Functions of the notebook take as parameters the variables that they read from it.

`def scale(x): return x * factor` becomes `def scale(x, factor): return x * factor`, and every call
`scale(3)` in the notebook becomes `scale(3, factor)`. What the function read when it was called is
what the call now passes. That is so only where all uses of the function are plain calls, where
nothing rebinds the variable while the function runs, and where the variable is bound at each call.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from nb_refactor.dataflow import scope
from nb_refactor.dataflow.exposure import cell_effects
from nb_refactor.dataflow.liveness import simples
from nb_refactor.dataflow.magics import Translation, parse
from nb_refactor.notebook import Cell
from nb_refactor.refactor.extract_function.names_in_tree import names_bound
from nb_refactor.refactor.extract_function.surroundings import Surroundings
from nb_refactor.text import text

Wanted = Mapping[str, tuple[str, ...]]
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class _Insertion:
    """Text that goes into a source at a line (from 1) and a column in bytes."""

    line: int
    column: int
    text: str


class _Impossible(Exception):
    """The text says why, as the end of a sentence. Never leaves this module."""


def with_parameters(
    cells: Sequence[Cell], wanted: Wanted, around: Surroundings
) -> dict[str, str] | str:
    """The new sources, by cell id, of the code cells in which a function of `wanted` is defined or
    called; or why it cannot be, as the end of a sentence. `wanted` are the variables that each
    function takes; all functions that are called by name and need them are among its keys."""
    try:
        functions = _functions(cells, wanted)
        _check_variables(cells, wanted, functions, around)
        callers = _callers(cells, wanted)
        made = {}
        for place, cell in enumerate(cells):
            source = _rewritten(cell, wanted, functions)
            if source != cell.source:
                made[cell.cell_id] = source
            _check_bound(source, cell, wanted, callers, replace(around, index=place))
        return made
    except _Impossible as problem:
        reason: str = problem.args[0]
        return reason


# ---- what must hold ---------------------------------------------------------------------------


def _functions(cells: Sequence[Cell], wanted: Wanted) -> dict[str, FunctionNode]:
    found: dict[str, FunctionNode] = {}
    for cell in cells:
        for node in _tree(cell).body:
            if isinstance(node, _FUNCTIONS) and node.name in wanted:
                found[node.name] = node
    for name in wanted:
        one = found.get(name)
        if one is None or one.decorator_list or one.args.kwarg:
            raise _Impossible(text("`{name}` cannot take one more parameter", name=name))
    return found


def _check_variables(
    cells: Sequence[Cell],
    wanted: Wanted,
    functions: Mapping[str, FunctionNode],
    around: Surroundings,
) -> None:
    rebound = {
        name
        for cell in cells
        for node in ast.walk(_tree(cell))
        if isinstance(node, ast.Global)
        for name in node.names
    }
    for function, names in wanted.items():
        for name in names:
            if name in rebound:
                raise _Impossible(text("a function of the notebook rebinds `{name}`", name=name))
            late = _is_lazy(functions[function]) or _captured(functions[function], name)
            if late and len(around.cells_binding(name)) > 1:
                raise _Impossible(
                    text(
                        "`{function}` may read `{name}` after its call",
                        function=function,
                        name=name,
                    )
                )


def _callers(cells: Sequence[Cell], wanted: Wanted) -> frozenset[str]:
    """The functions of `wanted`, and all functions and classes whose code mentions one."""
    found = set(wanted)
    scopes = (*_FUNCTIONS, ast.ClassDef)
    made = [node for cell in cells for node in _tree(cell).body if isinstance(node, scopes)]
    while True:
        more = {
            node.name
            for node in made
            if any(isinstance(n, ast.Name) and n.id in found for n in ast.walk(node))
        } - found
        if not more:
            return frozenset(found)
        found |= more


def _tree(cell: Cell) -> ast.Module:
    effects = cell_effects(cell.source)
    return ast.Module([], []) if effects.problem else parse(effects.translation.code)


def _is_lazy(node: FunctionNode) -> bool:
    """Generators and coroutines run after the call."""
    yields = (ast.Yield, ast.YieldFrom)
    return isinstance(node, ast.AsyncFunctionDef) or any(
        isinstance(inner, yields) for inner in scope.own_nodes(node.body)
    )


def _captured(node: FunctionNode, name: str) -> bool:
    """Whether a function or generator made inside reads the name: it may outlive the call."""
    inner = (*_FUNCTIONS, ast.Lambda, ast.GeneratorExp, ast.ClassDef)
    return any(
        isinstance(read, ast.Name) and read.id == name
        for made in ast.walk(node)
        if isinstance(made, inner) and made is not node
        for read in ast.walk(made)
    )


def _check_bound(
    source: str, cell: Cell, wanted: Wanted, callers: frozenset[str], around: Surroundings
) -> None:
    """Wherever one of the functions can be called, the variables must have a value."""
    used = {use.name for s in simples(cell_effects(cell.source).statements) for use in s.uses}
    if not used & callers:
        return
    exposed = {use.name for use in cell_effects(source).whole.uses if not use.deferred}
    own = {d.name for d in cell_effects(source).whole.definitions if d.certain}
    for name in {name for names in wanted.values() for name in names}:
        if around.entry(name) != "bound" and (name in exposed or name not in own):
            raise _Impossible(text("`{name}` may not be defined where it is called", name=name))


def _mentions(source: str, names: Wanted) -> bool:
    return any(re.search(rf"\b{name}\b", source) for name in names)


# ---- the new sources --------------------------------------------------------------------------


def _rewritten(cell: Cell, wanted: Wanted, functions: Mapping[str, FunctionNode]) -> str:
    if not _mentions(cell.source, wanted):
        return cell.source
    effects = cell_effects(cell.source)
    if effects.problem:
        raise _Impossible(text("a cell that cannot be read mentions it"))
    code = effects.translation.code
    tree = parse(code)
    _check_magics(effects.translation, tree, wanted)
    insertions = list(_Calls(code, wanted, functions).insertions(tree))
    for node in tree.body:
        if isinstance(node, _FUNCTIONS) and node.name in wanted:
            insertions.append(_new_parameters(node, wanted[node.name], code))
    return _inserted(cell.source, insertions)


def _check_magics(translation: Translation, tree: ast.Module, wanted: Wanted) -> None:
    """A magic's own words are not Python that could be rewritten."""
    lines = {node.lineno for node in ast.walk(tree) if isinstance(node, ast.Name)}
    for magic in translation.magics:
        if _mentions(magic.arguments, wanted) and magic.line not in lines:
            raise _Impossible(text("a magic (line {line}) names it", line=magic.line))


class _Calls:
    """Finds the calls; every other use of a function's name, and every scope in which a variable
    means something else, stands in the way."""

    def __init__(self, code: str, wanted: Wanted, functions: Mapping[str, FunctionNode]) -> None:
        self._code = code
        self._wanted = wanted
        self._functions = functions

    def insertions(self, tree: ast.Module) -> Iterator[_Insertion]:
        yield from self._walk(tree, frozenset())

    def _walk(self, node: ast.AST, hidden: frozenset[str]) -> Iterator[_Insertion]:
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in self._wanted and name not in hidden:
                yield self._argument(node, name, hidden)
                for child in [*node.args, *node.keywords]:
                    yield from self._walk(child, hidden)
                return
            case ast.Name(id=name) if name in self._wanted and name not in hidden:
                raise _Impossible(
                    text(
                        "`{name}` (line {lineno}) is used without calling it",
                        name=name,
                        lineno=node.lineno,
                    )
                )
            case ast.Lambda():
                inner = hidden | scope.local_names(node)
                yield from self._all(scope.outer_parts(node), hidden)
                yield from self._walk(node.body, inner)
                return
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                own = frozenset(self._wanted.get(node.name, ()))
                inner = hidden | (scope.local_names(node) - own)
                yield from self._all(scope.outer_parts(node), hidden)
                yield from self._all(node.body, inner)
                return
            case ast.ClassDef():
                if names_bound(node) & {*self._wanted, *self._variables()}:
                    raise _Impossible(
                        text("the class `{name}` gives a name another meaning", name=node.name)
                    )
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                targets = [names_bound(each.target) for each in node.generators]
                hidden = hidden.union(*targets)
        yield from self._all(ast.iter_child_nodes(node), hidden)

    def _all(self, nodes: Iterable[ast.AST], hidden: frozenset[str]) -> Iterator[_Insertion]:
        for node in nodes:
            yield from self._walk(node, hidden)

    def _variables(self) -> frozenset[str]:
        return frozenset(name for names in self._wanted.values() for name in names)

    def _argument(self, call: ast.Call, function: str, hidden: frozenset[str]) -> _Insertion:
        names = self._wanted[function]
        for name in names:
            if name in hidden:
                raise _Impossible(
                    text(
                        "`{name}` means something else in line {lineno}",
                        name=name,
                        lineno=call.lineno,
                    )
                )
            if any(keyword.arg is None or keyword.arg == name for keyword in call.keywords):
                raise _Impossible(
                    text(
                        "a call (line {lineno}) passes what is not written out", lineno=call.lineno
                    )
                )
        if len(call.args) == 1 and isinstance(call.args[0], ast.GeneratorExp):
            raise _Impossible(text("a call (line {lineno}) passes a generator", lineno=call.lineno))
        by_position = _takes_positions(self._functions[function], call)
        words = [name if by_position else f"{name}={name}" for name in names]
        return _before_the_end(call, ", ".join(words), self._code)


def _takes_positions(node: FunctionNode, call: ast.Call) -> bool:
    """Whether the call passes all there is by position, and nothing else."""
    a = node.args
    plain = not (a.defaults or a.vararg or a.kwonlyargs or a.posonlyargs)
    starred = any(isinstance(argument, ast.Starred) for argument in call.args)
    return plain and not call.keywords and not starred and len(call.args) == len(a.args)


def _new_parameters(node: FunctionNode, names: tuple[str, ...], code: str) -> _Insertion:
    """Behind the others; where some of those have defaults, by keyword only."""
    a = node.args
    text = ", ".join(names)
    if (a.defaults or a.posonlyargs) and not a.vararg and not a.kwonlyargs:
        text = f"*, {text}"
    return _before_the_end(node, text, code)


def _before_the_end(node: ast.Call | FunctionNode, text: str, code: str) -> _Insertion:
    """The text as one more argument in the brackets of the call or of the definition."""
    lines = code.split("\n")
    if isinstance(node, ast.Call):
        line, column = node.func.end_lineno or 1, node.func.end_col_offset or 0
    else:
        line, column = node.lineno, node.col_offset
    start = len(lines[line - 1].encode()[:column].decode())
    segment = "\n".join([lines[line - 1][start:], *lines[line:]])
    depth = 0
    last: tokenize.TokenInfo | None = None
    for token in tokenize.generate_tokens(io.StringIO(segment).readline):
        if token.type in (tokenize.NL, tokenize.NEWLINE, tokenize.COMMENT):
            continue
        if token.string in "([{" and token.type == tokenize.OP:
            depth += 1
        elif token.string in ")]}" and token.type == tokenize.OP:
            depth -= 1
            if depth == 0:
                break
        last = token
    assert last is not None
    before = {"(": "", ",": " "}.get(last.string, ", ")
    at = last.end
    row, offset = line + at[0] - 1, at[1] + (start if at[0] == 1 else 0)
    return _Insertion(row, offset, before + text)


def _inserted(source: str, insertions: Sequence[_Insertion]) -> str:
    lines = source.split("\n")
    for each in sorted(insertions, key=lambda i: (i.line, i.column), reverse=True):
        line = lines[each.line - 1]
        lines[each.line - 1] = line[: each.column] + each.text + line[each.column :]
    return "\n".join(lines)
