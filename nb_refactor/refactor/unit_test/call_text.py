"""How a recorded call is written: the statements that bind its arguments, and the call."""

from __future__ import annotations

import keyword
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from nb_refactor.refactor.module_edit import ImportBinding
from nb_refactor.refactor.unit_test.layout import Nested, Text, flat
from nb_refactor.refactor.unit_test.literal import Expression, literal
from nb_refactor.refactor.unit_test.recorded_call import Argument, RecordedCall
from nb_refactor.refactor.unit_test.recorded_value import Atom

# A keyword's value that is no longer is written in the call itself, in characters.
_SHORT = 40


@dataclass(frozen=True)
class CallText:
    """`bound` are the local names with their expressions, in order; `names` the local names of the
    arguments by parameter; `passed` the arguments of the call as they are written."""

    bound: tuple[tuple[str, Expression], ...]
    names: Mapping[str, str]
    passed: tuple[str, ...]

    @property
    def imports(self) -> frozenset[ImportBinding]:
        return frozenset().union(*(each.imports for _, each in self.bound))

    def of(self, function: str) -> Text:
        return Nested(f"{function}(", self.passed, ")")


def call_text(call: RecordedCall, taken: Collection[str] = ()) -> CallText:
    """The call with none of the names in `taken` bound. Its arguments can all be written."""
    names: dict[str, str] = {}
    bound: list[tuple[str, Expression]] = []
    passed: list[str] = []
    for argument in call.arguments:
        if argument.same_as:
            names[argument.name] = text = names[argument.same_as]
        elif _is_inline(argument):
            text = flat(literal(argument.value).text)
        else:
            text = free_name(argument.name, {*taken, *names.values()})
            names[argument.name] = text
            bound.append((text, literal(argument.value)))
        passed.append(f"{argument.name}={text}" if argument.by_keyword else text)
    return CallText(tuple(bound), names, tuple(passed))


def _is_inline(argument: Argument) -> bool:
    if not argument.by_keyword or not isinstance(argument.value, Atom):
        return False
    return len(flat(literal(argument.value).text)) <= _SHORT


def free_name(wish: str, taken: Collection[str]) -> str:
    name = wish
    while name in taken or keyword.iskeyword(name):
        name += "_"
    return name
