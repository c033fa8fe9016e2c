"""What gives names and places their values: assignments, imports, functions, classes, `del`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from nb_refactor.dataflow import scope
from nb_refactor.dataflow.class_parts import class_parts
from nb_refactor.dataflow.columns import stored_column
from nb_refactor.dataflow.effects import (
    Argument,
    AugmentName,
    Bind,
    BindingForm,
    Call,
    Closure,
    Evaluate,
    Fresh,
    Function,
    ImportStar,
    Named,
    Operand,
    Part,
    Simple,
    StoreInto,
    Unbind,
)
from nb_refactor.dataflow.expressions import evaluate, lambda_of, operand_of
from nb_refactor.dataflow.functions import function_of
from nb_refactor.dataflow.literals import literal_key
from nb_refactor.dataflow.places import Place, place_of
from nb_refactor.dataflow.reading import Reading
from nb_refactor.dataflow.syntax import as_load, decorator_name, expressions, pairs_up
from nb_refactor.dataflow.words import words

# Decorators that leave the function uncalled: all others may call it where it stands.
LAZY_DECORATORS = words(
    "property staticmethod classmethod abstractmethod lru_cache cache cached_property wraps "
    "dataclass total_ordering contextmanager asynccontextmanager jit njit vectorize "
    "setter getter deleter overload final singledispatch register fixture"
)


_NOT_ALL_EVALUATED = (
    ast.Lambda, ast.IfExp, ast.BoolOp, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp,
    ast.Compare,
)  # fmt: skip


# Expressions that run code, or may bind a name on the way.
_RUNNING = (
    ast.Call, ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr, ast.Lambda, ast.ListComp,
    ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.BoolOp, ast.IfExp,
)  # fmt: skip


def assign(reading: Reading, targets: Sequence[ast.expr], value: ast.expr) -> None:
    target = targets[0]
    if len(targets) == 1 and pairs_up(target, value):
        _assign_pairwise(reading, target, value)
        return
    if len(targets) == 1 and _reads(value, target):
        reading.present.add(id(target))
    operand = _assigned(reading, value)
    if len(targets) > 1 and not isinstance(operand, Named):
        operand = reading.hold(operand, reading.span(value))
    for each in targets:
        bind(reading, each, operand, "assignment")


def _reads(value: ast.expr, target: ast.expr) -> bool:
    """Whether `df["a"] = …` reads `df["a"]`, whatever else happens on its way."""
    match target:
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=str(key))):
            return any(
                isinstance(node, ast.Subscript)
                and isinstance(node.value, ast.Name)
                and (node.value.id, literal_key(node.slice)) == (name, key)
                for node in _evaluated(value)
            )
        case _:
            return False


def _evaluated(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of an expression that are evaluated for certain."""
    yield node
    if not isinstance(node, _NOT_ALL_EVALUATED):
        for child in ast.iter_child_nodes(node):
            yield from _evaluated(child)


def _assign_pairwise(reading: Reading, target: ast.expr, value: ast.expr) -> None:
    assert isinstance(target, (ast.Tuple, ast.List))
    assert isinstance(value, (ast.Tuple, ast.List))
    apart = _stand_apart(target, value)
    held: list[Operand] = []
    for i, each in enumerate(value.elts):
        reading.part = i if apart else None
        held.append(reading.hold(_assigned(reading, each), reading.span(each)))
    for i, (each, operand) in enumerate(zip(target.elts, held, strict=True)):
        reading.part = i if apart else None
        bind(reading, each, operand, "assignment")
    reading.part = None


def _stand_apart(target: ast.Tuple | ast.List, value: ast.Tuple | ast.List) -> bool:
    """Whether in `a, b = x.data, x.target` none of the values has anything to do with the others:
    nothing is called on the way to one that could change another."""
    return all(isinstance(each, ast.Name) for each in target.elts) and not any(
        isinstance(node, _RUNNING) for node in ast.walk(value)
    )


def _assigned(reading: Reading, value: ast.expr) -> Operand:
    """A function that is only given a name reads nothing yet."""
    if isinstance(value, ast.Lambda):
        return lambda_of(reading, value, deferred=True)
    return operand_of(reading, value)


def bind(reading: Reading, target: ast.expr, value: Operand, form: BindingForm) -> None:
    match target:
        case ast.Name():
            reading.names[id(target)] = (target, "%")
            reading.define(target.id, reading.span(target), value, form)
        case ast.Starred():
            bind(reading, target.value, Fresh("list", (value,)), form)
        case ast.Tuple() | ast.List():
            value = reading.hold(value, reading.span(target), "loop")
            for i, element in enumerate(target.elts):
                counted = not any(isinstance(e, ast.Starred) for e in target.elts[: i + 1])
                bind(reading, element, Part(value, f"#{i}", place=i if counted else None), form)
        case ast.Attribute() | ast.Subscript():
            _store(reading, target, value)
        case _:
            raise AssertionError(f"not a target: {ast.dump(target)}")


def _store(
    reading: Reading,
    target: ast.Attribute | ast.Subscript,
    value: Operand | None,
    replaces: bool = True,
) -> None:
    base, field, attribute = _place(reading, target)
    at = reading.span(target)
    partly = field is not None and not attribute and isinstance(target.value, ast.Attribute)
    index = _literal_index(target) if replaces else None
    present = not replaces or id(target) in reading.present
    reading.actions.append(
        StoreInto(base, field, attribute, value, at, replaces, partly, index, present)
    )


def _place(
    reading: Reading, target: ast.Attribute | ast.Subscript
) -> tuple[Operand, str | None, bool]:
    """What a store changes: the object, and the literal key or attribute if there is one."""
    if isinstance(target, ast.Attribute):
        return _object_at(reading, target.value, stored=True), target.attr, True
    evaluate(reading, target.slice)
    inner = target.value
    if isinstance(inner, ast.Attribute) and inner.attr in ("loc", "iloc", "at", "iat"):
        # df.loc[rows, "c"] = v changes the column c of df
        column = stored_column(target.slice) if inner.attr == "loc" else None
        return _object_at(reading, inner.value, stored=True), column, False
    return _object_at(reading, inner, stored=True), literal_key(target.slice), False


def _object_at(reading: Reading, node: ast.expr, stored: bool) -> Operand:
    """The object that a store goes into: naming it, or the attribute that has it, is not yet a read
    of its content."""
    if not stored:
        return operand_of(reading, node)
    match node:
        case ast.Name():
            reading.use(node, field="", attribute=True)
            return reading.named(node.id)
        case ast.Attribute() if _begins_with_name(node):
            base = _object_at(reading, node.value, stored)
            reading.works = True
            return Part(base, node.attr, attribute=True)
        case _:
            return operand_of(reading, node)


def _begins_with_name(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def annotate(reading: Reading, node: ast.AnnAssign) -> None:
    if reading.evaluates_annotations:
        with reading.uncertain():
            evaluate(reading, node.annotation)
    if node.value is not None:
        assign(reading, [node.target], node.value)


def augment(reading: Reading, node: ast.AugAssign) -> None:
    target, at = node.target, reading.span(node.target)
    if isinstance(target, ast.Name):
        reading.use(target)
        value = operand_of(reading, node.value)
        reading.actions.append(AugmentName(target.id, at, value))
        return
    element, value = operand_of(reading, as_load(target)), operand_of(reading, node.value)
    # The element may be a list, which `+=` changes in place.
    changed = Part(element, "__iadd__", attribute=True)
    in_place = Call(changed, (), element, "__iadd__", (Argument(value),), False, False, at)
    reading.actions.append(Evaluate(in_place))
    _store(reading, target, value, replaces=False)


def delete(reading: Reading, target: ast.expr) -> None:
    match target:
        case ast.Name():
            reading.use(target)
            reading.actions.append(Unbind(target.id, reading.span(target)))
            reading.works = True
        case ast.Tuple() | ast.List():
            for element in target.elts:
                delete(reading, element)
        case ast.Attribute() | ast.Subscript():
            _store(reading, target, None, replaces=False)


def define_imported(reading: Reading, node: ast.Import | ast.ImportFrom) -> None:
    at = reading.span(node)
    for alias in node.names:
        if isinstance(node, ast.Import):
            origin = alias.name if alias.asname else alias.name.split(".")[0]
            reading.define(scope.imported_name(alias), at, Fresh("module"), "import", origin)
            continue
        module = "." * node.level + (node.module or "")
        if alias.name == "*":
            reading.actions.append(ImportStar(module, at))
        else:
            origin = f"{module}.{alias.name}"
            reading.define(scope.imported_name(alias), at, Fresh("imported"), "import", origin)


def define_function(reading: Reading, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    operands = tuple(operand_of(reading, part) for part in expressions(scope.outer_parts(node)))
    immediate = any(decorator_name(d) not in LAZY_DECORATORS for d in node.decorator_list)
    function = function_of(reading, node, node.name, deferred=not immediate, immediate=immediate)
    reading.define(node.name, reading.span(node), Closure(function, operands), "function")


def define_class(reading: Reading, node: ast.ClassDef) -> None:
    outer = tuple(operand_of(reading, part) for part in expressions(scope.outer_parts(node)))
    bases = outer[len(node.decorator_list) : len(node.decorator_list) + len(node.bases)]
    inner = reading.nested(frozenset())
    names = frozenset(scope.bound_names(node.body))
    inner.comprehension = {name: Fresh("unknown") for name in names}
    inner.class_names, inner.evaluates_annotations = names, True
    methods = tuple(_class_body(inner, node.body))
    attributes = tuple(inner.class_attributes)
    reading.uses.extend(replace(use, certain=False) for use in inner.free)
    free = tuple(use for method in methods for use in method.free)
    reading.uses.extend(free)
    function = Function(
        node.name, reading.digest_always(node), (), (), free, (), methods=methods, bases=bases,
        is_class=True, opaque=tuple(inner.opaque),
        parts=None if reading.inside_function else class_parts(node),
    )  # fmt: skip
    made = Closure(function, outer + attributes)
    reading.define(node.name, reading.span(node), made, "class")


def _class_body(reading: Reading, body: Sequence[ast.stmt]) -> Iterator[Function]:
    """The methods; what the body itself reads is left in `free`."""
    for statement in body:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            reading.start()
            for part in expressions(scope.outer_parts(statement)):
                reading.class_attributes.append(operand_of(reading, part))
            seen, reading.comprehension = reading.comprehension, {}
            function = function_of(reading, statement, statement.name, deferred=True)
            reading.comprehension = seen
            reading.finish(reading.span(statement), b"")
            yield function
        else:
            (lowered,) = reading.block([statement])
            actions = lowered.actions if isinstance(lowered, Simple) else ()
            reading.class_attributes += [a.value for a in actions if isinstance(a, Bind)]


def _literal_index(target: ast.Attribute | ast.Subscript) -> Place | None:
    """The place in `x[0] = …` and `x[0, -1] = …`."""
    if isinstance(target, ast.Attribute) or isinstance(target.value, ast.Attribute):
        return None
    place = place_of(target.slice)
    return place if place is not None and all(isinstance(axis, int) for axis in place) else None
