"""Definitions that mean the same at the top level of a module as in the notebook."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from nb_refactor.dataflow.effects import Function
from nb_refactor.dataflow.exposure import calls_in, cell_effects, closures_in, roots
from nb_refactor.dataflow.liveness import simples
from nb_refactor.dataflow.magics import parse
from nb_refactor.refactor.extract_function.builtin_names import BUILTINS
from nb_refactor.refactor.extract_function.cell_parts import Part
from nb_refactor.refactor.extract_function.environment import is_missing
from nb_refactor.refactor.extract_function.made_by import last_word, made_by
from nb_refactor.refactor.extract_function.shared_variables import with_inner
from nb_refactor.refactor.extract_function.surroundings import Other, Surroundings
from nb_refactor.refactor.module_edit import BOM, ImportBinding

# Decorators that only wrap or mark what they decorate.
_PLAIN_DECORATORS = frozenset(
    [
        "property",
        "staticmethod",
        "classmethod",
        "abstractmethod",
        "lru_cache",
        "cache",
        "cached_property",
        "wraps",
        "dataclass",
        "total_ordering",
        "contextmanager",
        "asynccontextmanager",
        "jit",
        "njit",
        "vectorize",
        "guvectorize",
        "setter",
        "getter",
        "deleter",
        "overload",
        "final",
        "singledispatch",
        "no_grad",
        "inference_mode",
        "override",
    ]
)
# Calls that may stand in a default or in a class body: they only make a value.
_PLAIN_CALLS = frozenset(
    [
        "field",
        "auto",
        "TypeVar",
        "NewType",
        "namedtuple",
        "property",
        "tuple",
        "list",
        "dict",
        "set",
        "frozenset",
        "range",
        "int",
        "float",
        "str",
        "bool",
        "complex",
        "bytes",
        "compile",
        "array",
        "zeros",
        "ones",
        "arange",
        "linspace",
        "timedelta",
        "date",
        "datetime",
        "Path",
        "PurePath",
        "Decimal",
        "Fraction",
        "object",
    ]
)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def defined_name(part: Part) -> str | None:
    """The function or class that the part defines, `f = lambda …` and named tuples included."""
    return made_by(part.node) if len(part.nodes) == 1 and not part.magics else None


def needs_notebook(
    part: Part,
    hoisted: Mapping[str, frozenset[ImportBinding]],
    together: set[str | None],
    around: Surroundings,
    unavailable: frozenset[str],
) -> frozenset[str]:
    """The names of the notebook without which the definition does not mean what it means now."""
    needed = {use.name for use in cell_effects(part.code).whole.uses} - {defined_name(part)}
    for function in functions_in(part):
        needed |= set(function.free_names) | set(function.global_writes)
    own = around.cells[around.index].effects.whole
    missing = set()
    for name in needed:
        if name in together and len(around.cells_binding(name)) <= 1:
            continue
        if name == defined_name(part) and len(around.cells_binding(name)) <= 1:
            continue
        if name in hoisted or around.imported_everywhere(name):
            bindings = around.imported_everywhere(name)
            if bindings and not any(is_missing(b, unavailable) for b in bindings):
                continue
        elif around.means_builtin_everywhere(name) and name not in own.kills:
            continue
        missing.add(name)
    writes = {n for f in functions_in(part) for n in f.global_writes}
    return frozenset(missing | writes)


def functions_in(part: Part) -> list[Function]:
    """The functions that the part makes, methods of its classes included."""
    return [
        function
        for simple in simples(cell_effects(part.code).statements)
        for action in simple.actions
        for closure in closures_in(action)
        for function in with_inner(closure.function)
    ]


def is_plain(node: ast.stmt, wrapping: frozenset[str]) -> bool:
    """Whether defining does nothing but make the function or class, and `global` is not in it.
    `wrapping` are decorators of the notebook that only wrap."""
    if any(isinstance(inner, ast.Global) for inner in ast.walk(node)):
        return False
    decorators = _PLAIN_DECORATORS | wrapping
    if isinstance(node, _FUNCTIONS):
        return _is_plain_function(node, decorators)
    if isinstance(node, ast.ClassDef):
        return _is_plain_class(node, decorators)
    assert isinstance(node, ast.Assign)
    if isinstance(node.value, ast.Lambda):
        return all(map(_is_plain_value, _defaults(node.value.args)))
    return all(map(_is_plain_value, scope_children(node.value)))


def reads_state(node: ast.stmt, around: Surroundings) -> bool:
    """Whether making it reads an attribute or an element (`rate = Config.rate * 2`) of what the
    notebook, or the module, may change: at the top of the module that happens before."""
    looked = {name for each in _at_once(node) for name in _looked_into(each)}
    origins = {name: {b.module for b in around.imported_everywhere(name)} for name in looked}
    if any(around.module in modules for modules in origins.values()):
        return True
    own = {name for name, modules in origins.items() if not modules}
    return bool(own) and bool(own & _changed(around))


def _at_once(node: ast.stmt) -> Iterator[ast.expr]:
    """The expressions that are evaluated where the definition is made."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield from [*node.decorator_list, *_defaults(node.args)]
        case ast.ClassDef():
            yield from [*node.decorator_list, *node.bases]
            for member in node.body:
                yield from _at_once(member)
        case ast.Assign() | ast.AnnAssign() if node.value is not None:
            yield node.value
        case _:
            return


def _looked_into(node: ast.expr) -> Iterator[str]:
    """The names of which an attribute or an element is read, constants (`Color.RED`) apart."""
    for inner in ast.walk(node):
        match inner:
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if not attribute.isupper():
                yield name
            case ast.Subscript(value=ast.Name(id=name)):
                yield name
            case _:
                continue


def _changed(around: Surroundings) -> frozenset[str]:
    """What the notebook changes in place, or hands to a function of its own or of the module."""
    changed = {update.name for other in around.cells for update in other.effects.whole.updates}
    for other in around.cells:
        for simple in simples(other.effects.statements):
            for action in simple.actions:
                for call in calls_in(action):
                    if len(call.path) == 1 and call.path[0] not in BUILTINS:
                        changed.update(n for a in call.arguments for n in roots(a.value))
    return frozenset(changed)


def scope_children(node: ast.expr) -> list[ast.expr]:
    return [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)] + [
        child.value for child in ast.iter_child_nodes(node) if isinstance(child, ast.keyword)
    ]


def wrapping_decorators(cells: Sequence[Other], module: str | None) -> frozenset[str]:
    """The functions of the notebook, and of the module, that make a function and hand it out, and
    do nothing else when they decorate."""
    codes = [other.effects.translation.code for other in cells if not other.effects.problem]
    codes += [module.removeprefix(BOM)] if module else []
    return frozenset(
        node.name
        for code in codes
        if "return " in code
        for node in parse(code).body
        if isinstance(node, ast.FunctionDef) and _only_wraps(node)
    )


def _only_wraps(node: ast.FunctionDef) -> bool:
    *above, last = node.body
    made = {inner.name for inner in above if isinstance(inner, _FUNCTIONS)}
    only = all(
        (isinstance(inner, ast.FunctionDef) and _is_plain_function(inner, _PLAIN_DECORATORS))
        or (isinstance(inner, ast.Expr) and isinstance(inner.value, ast.Constant))
        for inner in above
    )
    match last:
        case ast.Return(value=ast.Name(id=name)):
            return only and name in made and not node.decorator_list
        case _:
            return False


def _is_plain_function(
    node: ast.FunctionDef | ast.AsyncFunctionDef, decorators: frozenset[str]
) -> bool:
    annotations = [
        child.annotation
        for child in ast.walk(node.args)
        if isinstance(child, ast.arg) and child.annotation
    ] + ([node.returns] if node.returns else [])
    return (
        all(last_word(decorator) in decorators for decorator in node.decorator_list)
        and all(map(_is_plain_value, _defaults(node.args)))
        and all(map(_is_plain_value, annotations))
    )


def _defaults(arguments: ast.arguments) -> list[ast.expr]:
    return [d for d in [*arguments.defaults, *arguments.kw_defaults] if d is not None]


def _is_plain_class(node: ast.ClassDef, decorators: frozenset[str]) -> bool:
    return (
        all(last_word(decorator) in decorators for decorator in node.decorator_list)
        and all(map(_is_plain_value, node.bases))
        and all(_is_plain_value(keyword.value) for keyword in node.keywords)
        and all(_is_plain_member(member, decorators) for member in node.body)
    )


def _is_plain_member(node: ast.stmt, decorators: frozenset[str]) -> bool:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return _is_plain_function(node, decorators)
        case ast.ClassDef():
            return _is_plain_class(node, decorators)
        case ast.Pass():
            return True
        case ast.Expr():
            return isinstance(node.value, ast.Constant)
        case ast.Assign():
            return _is_plain_value(node.value)
        case ast.AnnAssign():
            return node.value is None or _is_plain_value(node.value)
        case _:
            return False


def _is_plain_value(node: ast.expr) -> bool:
    """An expression that only makes a value, whenever it is evaluated."""
    for child in ast.walk(node):
        if isinstance(child, ast.Call) and last_word(child.func) not in _PLAIN_CALLS:
            return False
        if isinstance(child, (ast.Await, ast.NamedExpr, ast.Yield, ast.YieldFrom)):
            return False
    return True
