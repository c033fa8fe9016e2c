"""From an expression to an operand; every name that is read on the way is noted as a use."""

from __future__ import annotations

import ast

from msgspec.structs import replace

from nb_refactor.dataflow import scope
from nb_refactor.dataflow.columns import columns_plotted, columns_read, unordered_uses
from nb_refactor.dataflow.effects import (
    Argument,
    Bind,
    BindingForm,
    Call,
    Closure,
    Either,
    Evaluate,
    Fresh,
    Function,
    Kind,
    Operand,
    Part,
    Use,
)
from nb_refactor.dataflow.forms import ASKING_FOR_TYPE
from nb_refactor.dataflow.functions import function_of
from nb_refactor.dataflow.literals import literal, literal_columns, literal_key, literal_list
from nb_refactor.dataflow.names_in_text import note_names_in_text
from nb_refactor.dataflow.parameter_fields import Given
from nb_refactor.dataflow.places import place_of
from nb_refactor.dataflow.reading import Reading
from nb_refactor.dataflow.syntax import (
    copies,
    dotted,
    expressions,
    inner_expressions,
    shown_before,
    stored_names,
)

# Expressions that are nested deeper than this are not followed: what is made of them is walked in
# the same way again and again.
DEEPEST = 150

# Expressions that do nothing but look up names and attributes, and put together what they found.
_LOOKING_UP = (ast.Constant, ast.Name, ast.Attribute, ast.Tuple, ast.List, ast.Lambda)
_COMPREHENDED: dict[type[ast.expr], Kind] = {
    ast.ListComp: "list",
    ast.SetComp: "set",
    ast.DictComp: "dict",
    ast.GeneratorExp: "iterator",
}


def operand_of(reading: Reading, node: ast.expr, discarded: bool = False) -> Operand:
    reading.depth += 1
    if reading.depth > DEEPEST:
        raise RecursionError
    read = columns_read(node)
    if read is not None:
        reading.columns.setdefault(id(read.table), read.columns)
        reading.unordered.update(id(use) for use in unordered_uses(read, node))
        reading.counted.update([id(read.table)] if read.counted else [])
    operand = _operand(reading, node, discarded)
    reading.works = reading.works or not isinstance(node, _LOOKING_UP)
    reading.depth -= 1
    return operand


def _operand(reading: Reading, node: ast.expr, discarded: bool) -> Operand:
    match node:
        case ast.Constant():
            return Fresh("scalar", literal=node.value)
        case ast.Name():
            reading.use(node)
            return reading.named(node.id)
        case ast.Attribute():
            return _attribute(reading, node)
        case ast.Subscript():
            return _subscript(reading, node)
        case ast.Call():
            return _called(reading, node, discarded)
        case ast.Await():
            inner = operand_of(reading, node.value, discarded)
            return replace(inner, awaited=True) if isinstance(inner, Call) else inner
        case ast.BoolOp():
            first, rest = operand_of(reading, node.values[0]), node.values[1:]
            with reading.uncertain():
                return Either((first, *(operand_of(reading, value) for value in rest)))
        case ast.IfExp():
            test = operand_of(reading, node.test)
            with reading.uncertain():
                arms = (operand_of(reading, node.body), operand_of(reading, node.orelse))
            return Either((*arms, Fresh("scalar", operands=(test,))))
        case ast.NamedExpr():
            value = reading.hold(operand_of(reading, node.value), reading.span(node))
            at = reading.span(node.target)
            reading.actions.append(Bind(node.target.id, at, value, certain=reading.certain))
            if reading.certain:
                reading.walrus.add(node.target.id)
            return value
        case ast.Lambda():
            return lambda_of(reading, node, deferred=False)
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            return _comprehended(reading, node)
        case _:
            return _composed(reading, node)


def _composed(reading: Reading, node: ast.expr) -> Operand:
    match node:
        case ast.List():
            return Fresh("list", _elements(reading, node), ordered=not _has_starred(node))
        case ast.Set():
            return Fresh("set", tuple(operand_of(reading, e) for e in node.elts))
        case ast.Tuple():
            return Fresh("scalar", _elements(reading, node), ordered=not _has_starred(node))
        case ast.Dict():
            parts = [e for pair in zip(node.keys, node.values, strict=True) for e in pair if e]
            values = tuple(operand_of(reading, e) for e in parts)
            keys = [literal_key(key) if key is not None else None for key in node.keys]
            named = tuple(key for key in keys if key is not None)
            told = len(named) == len(keys) == len(set(named))
            lists = [literal_list(value) for value in node.values]
            known = tuple(each for each in lists if each is not None)
            return Fresh(
                "dict",
                values,
                keys=named if len(named) == len(keys) else None,
                lists=known if told and len(known) == len(keys) else None,
                ordered=told,
            )
        case ast.Starred():
            return Part(reading.hold(operand_of(reading, node.value), reading.span(node), "loop"))
        case ast.Compare() if len(node.comparators) > 1:
            first = (operand_of(reading, node.left), operand_of(reading, node.comparators[0]))
            with reading.uncertain():
                rest = tuple(operand_of(reading, e) for e in node.comparators[1:])
            return Fresh("unknown", operands=(*first, *rest))
        case ast.Compare(
            left=left, ops=[ast.In() | ast.NotIn()], comparators=[ast.Name() as walked]
        ):
            # It may be an iterator.
            sought = operand_of(reading, left)
            held = reading.hold(operand_of(reading, walked), reading.span(walked), "loop")
            return Fresh("unknown", operands=(sought, held))
        case ast.BinOp() | ast.UnaryOp() | ast.Compare():
            operands = [operand_of(reading, e) for e in expressions(ast.iter_child_nodes(node))]
            joined = isinstance(node, ast.BinOp)
            return Fresh("unknown", operands=tuple(operands), joined=joined)
        case ast.Yield() | ast.YieldFrom():
            if node.value is not None:
                value = operand_of(reading, node.value)
                reading.returns.append(value)
            return Fresh("unknown")
        case _:  # f-strings, slices, and what later versions of Python add
            operands = [operand_of(reading, e) for e in inner_expressions(node)]
            return Fresh("scalar", operands=tuple(operands))


def _attribute(reading: Reading, node: ast.Attribute) -> Operand:
    if isinstance(node.value, ast.Name):
        reading.use(node.value, field=node.attr, attribute=True)
        return Part(reading.named(node.value.id), node.attr, attribute=True)
    return Part(operand_of(reading, node.value), node.attr, attribute=True)


def _subscript(reading: Reading, node: ast.Subscript) -> Operand:
    shown = shown_before(node)
    if shown is not None:
        return operand_of(reading, ast.copy_location(ast.Name(shown, ast.Load()), node))
    key, columns = literal_key(node.slice), literal_columns(node.slice)
    if isinstance(node.value, ast.Name) and (key is not None or columns):
        reading.use(node.value, field=key, columns=columns)
        base: Operand = reading.named(node.value.id)
    else:
        place = place_of(node.slice) if isinstance(node.value, ast.Name) else None
        if place is not None:
            reading.places[id(node.value)] = place
        base = operand_of(reading, node.value)
    index = operand_of(reading, node.slice)
    slices = isinstance(node.slice, ast.Slice)
    return Part(base, key, copies=copies(node.slice), slices=slices, operands=(index,))


def _called(reading: Reading, node: ast.Call, discarded: bool) -> Operand:
    callee, receiver, method = _callee(reading, node.func)
    _note_given(reading, node)
    arguments = tuple(
        Argument(
            _positional(reading, a),
            literal=literal(a),
            starred=isinstance(a, ast.Starred),
        )
        for a in node.args
    ) + tuple(
        Argument(_keyword(reading, k, node), k.arg, literal(k.value), k.arg is None)
        for k in node.keywords
    )
    path = dotted(node.func)
    if path and (path[0] in reading.local or path[0] in reading.comprehension):
        path = ("%local", *path[1:])
    note_names_in_text(reading, node, path)
    if id(node) in reading.binding:  # what is bound there is told by its text
        path = ("%local", *path)
    return Call(callee, path, receiver, method, arguments, discarded, False, reading.span(node))


def _note_given(reading: Reading, call: ast.Call) -> None:
    """The names that are the arguments of `f(x, y=z)`, if these are all counted by the text."""
    if not isinstance(call.func, ast.Name) or call.func.id in reading.local:
        return
    if call.func.id in ASKING_FOR_TYPE and call.args and len(call.args) < 3 and not call.keywords:
        reading.typed.add(id(call.args[0]))
    if any(isinstance(a, ast.Starred) for a in call.args) or any(
        k.arg is None for k in call.keywords
    ):
        return
    given: list[tuple[int | str, ast.expr]] = [*enumerate(call.args)]
    given += [(keyword.arg or "", keyword.value) for keyword in call.keywords]
    texts = [(place, literal_key(argument)) for place, argument in given]
    told = tuple((place, text) for place, text in texts if text is not None)
    for place, argument in given:
        if isinstance(argument, ast.Name):
            reading.given[id(argument)] = Given(call.func.id, place, told)


def _positional(reading: Reading, argument: ast.expr) -> Operand:
    if not isinstance(argument, ast.Starred):
        return operand_of(reading, argument)
    operand = operand_of(reading, argument.value)
    reading.works = True  # it is walked
    return operand


def _note_elements(reading: Reading, target: ast.expr, element: Operand) -> None:
    """What the names in the target of a comprehension stand for."""
    if isinstance(target, (ast.Tuple, ast.List)):
        for place, part in enumerate(target.elts):
            if isinstance(part, ast.Starred):
                break
            _note_elements(reading, part, Part(element, f"#{place}", place=place))
        else:
            return
    for name in stored_names(target):
        reading.comprehension[name] = element


def _elements(reading: Reading, node: ast.List | ast.Tuple) -> tuple[Operand, ...]:
    return tuple(operand_of(reading, element) for element in node.elts)


def _has_starred(node: ast.List | ast.Tuple) -> bool:
    return any(isinstance(element, ast.Starred) for element in node.elts)


def _keyword(reading: Reading, keyword: ast.keyword, call: ast.Call) -> Operand:
    value = keyword.value
    if keyword.arg == "data" and isinstance(value, ast.Name):
        columns = columns_plotted(call)
        by = dotted(call.func) if columns else ()
        reading.use(value, columns=columns, columns_by=by)
        return reading.named(value.id)
    return operand_of(reading, value)


def _callee(reading: Reading, func: ast.expr) -> tuple[Operand, Operand | None, str | None]:
    if isinstance(func, ast.Attribute):
        if isinstance(func.value, ast.Name):
            reading.use(func.value, receiver_of=func.attr)
            receiver: Operand = reading.named(func.value.id)
        else:
            receiver = operand_of(reading, func.value)
        return Part(receiver, func.attr, attribute=True), receiver, func.attr
    if isinstance(func, ast.Name):
        reading.use(func, called=id(func) in reading.made)
        return reading.named(func.id), None, None
    return operand_of(reading, func), None, None


def _comprehended(
    reading: Reading, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
) -> Operand:
    before = dict(reading.comprehension)
    certain = reading.certain
    late = 0
    lazy = isinstance(node, ast.GeneratorExp)
    walked: list[Operand] = []
    for i, generator in enumerate(node.generators):
        form: BindingForm = "assignment" if lazy else "loop"
        iterated = reading.hold(
            operand_of(reading, generator.iter), reading.span(generator.iter), form
        )
        walked.append(iterated)
        if i == 0:
            reading.certain, late = False, len(reading.uses)
            for name in reading.class_names:  # a class's names are not seen from in here
                reading.comprehension.pop(name, None)
        _note_elements(reading, generator.target, Part(iterated))
        for condition in generator.ifs:
            evaluate(reading, condition)
    parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
    operands = tuple(operand_of(reading, part) for part in parts)
    if lazy:
        operands = (*operands, *walked, _read_late(reading.uses[late:]))
    reading.comprehension, reading.certain = before, certain
    filtered = any(generator.ifs for generator in node.generators)
    return Fresh(_COMPREHENDED[type(node)], operands, filtered=filtered)


def lambda_of(reading: Reading, node: ast.Lambda, deferred: bool) -> Operand:
    outer = tuple(operand_of(reading, part) for part in expressions(scope.outer_parts(node)))
    return Closure(function_of(reading, node, "<lambda>", deferred), outer)


def evaluate(reading: Reading, node: ast.expr, discarded: bool = False) -> None:
    reading.actions.append(Evaluate(operand_of(reading, node, discarded)))


def _read_late(uses: list[Use]) -> Operand:
    """What a generator expression reads when it is walked."""
    free = tuple(replace(use, deferred=True) for use in uses)
    return Closure(Function("<genexpr>", b"", (), (), free, ()))
