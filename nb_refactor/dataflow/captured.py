"""What `%%capture name` keeps of what a cell showed, and which statements had a part in it."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from nb_refactor.dataflow.aliasing import Number, digest
from nb_refactor.dataflow.calls import canonical_name
from nb_refactor.dataflow.effects import Argument, Call, Evaluate, Named, Part, Simple, Statement
from nb_refactor.dataflow.machine import Machine
from nb_refactor.dataflow.magics import Translation, captured_name

# The field that holds what was printed.
STDOUT = "stdout"
# Arguments of `print` that are no text.
_SETTINGS = frozenset({"sep", "end", "flush"})


def keep_captured(
    machine: Machine, translation: Translation, shown: Number, printed: Sequence[Number]
) -> None:
    """`%%capture name` keeps what the cell showed, also where an error ended it. `shown` is the
    number of all of it; `printed` are the numbers of the statements that may have printed."""
    name = captured_name(translation)
    if name is None or name not in machine.store.names:
        return
    points = machine.make("captured")
    ((location, _),) = points.references
    options = [magic.arguments for magic in translation.magics if magic.kind == "cell"]
    thing = machine.store.heap[location]
    machine.store.heap[location] = replace(
        thing,
        base=digest("captured", shown),
        fields={STDOUT: digest(*options, *printed)},
        field_origins={STDOUT: thing.origins},
    )
    machine.name(name, points)
    binding = machine.store.names[name]
    machine.store.names[name] = replace(binding, number=digest("captured"))


def may_print(machine: Machine, statement: Statement) -> bool:
    """Whether a statement may print to where text is taken from. `print("…", file=sys.stderr)`
    does not; nor does it where there is no `sys`, and it fails."""
    match statement:
        case Simple(actions=(Evaluate(value=Call(path=("print",)) as call),)):
            elsewhere = any(_is_stderr(machine, argument) for argument in call.arguments)
            plain = all(_is_plain(argument) for argument in call.arguments)
            return not (elsewhere and plain and canonical_name(machine, call.path) == "print")
        case _:
            return True


def _is_plain(argument: Argument) -> bool:
    """Whether nothing runs where the argument is evaluated and made a text."""
    if argument.keyword == "file":
        return True
    known = argument.keyword is None or argument.keyword in _SETTINGS
    return known and argument.literal is not None and not argument.starred


def _is_stderr(machine: Machine, argument: Argument) -> bool:
    match argument:
        case Argument(
            value=Part(base=Named(name=name), field="stderr", attribute=True), keyword="file"
        ):
            binding = machine.store.names.get(name)
            if binding is None:
                return not machine.store.wildcards
            things = [machine.store.heap[location] for location, _ in binding.references]
            as_imported = all(t.base == digest("module", "sys") and not t.fields for t in things)
            return binding.module == "sys" and as_imported
        case _:
            return False
