"""What library calls do to their receiver, their arguments and the state of the process.

The tables, read off the libraries' documentation, are in `library_methods`, `library_functions`,
`randomness`, `library_options` and `process_state`: new knowledge is one row in one of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from nb_refactor.dataflow.call_arguments import positional_literal
from nb_refactor.dataflow.effects import Argument, Call, Fresh, Kind, Operand
from nb_refactor.dataflow.library_functions import (
    CHANGED_ARGUMENTS,
    SHALLOW_COPIES,
    SHARING_FUNCTIONS,
    TABLE_FUNCTIONS,
    changed_by_keyword,
    gives_bunch,
    is_estimator,
    result_kind,
)
from nb_refactor.dataflow.library_methods import (
    GROWING_METHODS,
    ORDER,
    SHARING_METHODS,
    changed_arguments,
    changes_receiver,
    method_result,
    orders_rows,
    part_set,
)
from nb_refactor.dataflow.library_options import OPTION_RESETS, options_by, options_set
from nb_refactor.dataflow.process_state import (
    method_reads,
    method_writes,
    process_reads,
    process_writes,
)
from nb_refactor.dataflow.randomness import (
    DRAWING_ESTIMATORS,
    SEED_KEYWORDS,
    SEEDING,
    SEEDING_COPIES,
    drawn,
    draws_unless_seeded,
    random_state,
)


class CallEffect(Struct, frozen=True):
    """What one call does. `changes_receiver`/`changed_arguments`: updates. `part`: the update
    fills this part of the receiver anew, whatever was in it. `shrinks`: it may leave the receiver
    empty. `shares`: the result is, or
    may be a part of, the receiver (or, of a function, its arguments). `contains`: the result
    holds its arguments. `element`: the kind of its elements; `grows`: it is a table without rows;
    `saves_figure`: it tells what the cell has drawn so far.
    `options` are those that it sets, `literal` what to, and `options_by` is the argument that names
    them, if one does.
    The others are about state of the process."""

    result: Kind = "unknown"
    element: Kind | None = None
    grows: bool = False
    changes_receiver: bool = False
    part: str | None = None
    shrinks: bool = True
    changed_arguments: tuple[int, ...] = ()
    shares: bool = False
    contains: bool = False
    draws: str | None = None
    seeds: str | None = None
    saves_figure: bool = False
    options: tuple[str, ...] = ()
    literal: object = None
    options_by: int | None = None
    clears: str | None = None
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()


def call_effect(call: Call, canonical: str | None, receiver_kind: Kind | None) -> CallEffect:
    """What a call of library code does. `canonical` is the dotted name of the function with its
    imports resolved (`numpy.random.rand`), None for a method; `receiver_kind` the kind of the
    object that a method is called on, None for a function."""
    if canonical is not None:
        return _function_effect(call, canonical)
    return _method_effect(call, call.method or "", receiver_kind or "unknown")


def _method_effect(call: Call, method: str, kind: Kind) -> CallEffect:
    changes = changes_receiver(call, method, kind)
    return CallEffect(
        result=method_result(method, kind),
        changes_receiver=changes,
        part=_part_filled(call, method, kind) if changes else None,
        shrinks=method not in GROWING_METHODS,
        changed_arguments=(*changed_arguments(call, method, kind), *changed_by_keyword(call)),
        shares=method in SHARING_METHODS or kind in ("instance", "module"),
        contains=method in ("append", "add", "insert", "extend", "update", "setdefault", "put"),
        draws=draws_unless_seeded(call, method, None),
        reads=method_reads(call, method),
        writes=method_writes(call, method),
    )


def _part_filled(call: Call, method: str, kind: Kind) -> str | None:
    return ORDER if orders_rows(call, method, kind) else part_set(method, kind)


def _function_effect(call: Call, name: str) -> CallEffect:
    last = name.rpartition(".")[2]
    return CallEffect(
        result="bunch" if gives_bunch(call, name) else result_kind(name),
        element=_element(call, name, last),
        grows=name == "pandas.DataFrame" and _without_data(call),
        changed_arguments=(*CHANGED_ARGUMENTS.get(name, ()), *changed_by_keyword(call)),
        shares=name in SHARING_FUNCTIONS,
        contains=name in SHALLOW_COPIES or is_estimator(name) or name == "functools.partial",
        draws=drawn(name) or draws_unless_seeded(call, last, name),
        seeds=random_state(name) if name in SEEDING else None,
        options=options_set(call, name),
        literal=positional_literal(call, 1),
        options_by=options_by(call, name),
        clears=OPTION_RESETS.get(name),
        saves_figure=name == "matplotlib.pyplot.savefig",
        reads=process_reads(call, name, last),
        writes=process_writes(call, name),
    )


def _element(call: Call, name: str, last: str) -> Kind | None:
    """The kind of the elements of a table; of an estimator, the generator that it draws from, or
    the estimator to the copies of which it gives their states."""
    if name in TABLE_FUNCTIONS:
        return "pandas"
    if name == "scipy.io.loadmat":
        return "array"
    seeded = any(a.keyword in SEED_KEYWORDS for a in call.arguments)
    if seeded:
        return "estimator" if last in SEEDING_COPIES else None
    return "generator" if last in DRAWING_ESTIMATORS else None


def _without_data(call: Call) -> bool:
    """Whether a table is made without rows: of no data, and of no labels that the text tells."""
    return not any(a.keyword in (None, "data") or _labels_rows(a) for a in call.arguments)


def _labels_rows(argument: Argument) -> bool:
    value = argument.value
    return (
        argument.keyword == "index"
        and isinstance(value, Fresh)
        and value.kind == "list"
        and any(isinstance(part, Fresh) for part in value.parts)
    )


def syntactically_changed(call: Call) -> Iterator[Operand]:
    """The operands that a call changes as far as its text alone tells."""
    if call.receiver is not None and changes_receiver(call, call.method or "", "unknown"):
        yield call.receiver
    name = ".".join(call.path)
    arguments: tuple[Argument, ...] = call.arguments
    for i in (*CHANGED_ARGUMENTS.get(name, ()), *changed_by_keyword(call)):
        if i < len(arguments):
            yield arguments[i].value
