"""Code that is made while other code runs: what `eval`, `exec` and their like may read and bind."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from functools import lru_cache

from nb_refactor.dataflow.aliasing import Binding, Reference, digest
from nb_refactor.dataflow.effects import Call, Function, Opaque, Use
from nb_refactor.dataflow.exposure import cell_effects
from nb_refactor.dataflow.machine import Machine, Read
from nb_refactor.dataflow.magics import parse
from nb_refactor.dataflow.name_number import name_number, read_origins
from nb_refactor.notebook import Span

# What runs a text as code; what else is opaque gives names by their text.
_RUNNING = frozenset({"exec()", "eval()"})
# Python's own functions that run a text.
EVALUATORS = frozenset({"exec", "eval"})
# What is seldom made or changed by such code, and would be everywhere.
_CODE = frozenset({"module", "imported", "function", "class"})


def run_opaque(machine: Machine, opaque: Opaque, runs: bool = False) -> None:
    """Code that no one knows reads all names, and may bind any. What `runs` code changes objects,
    too."""
    step = machine.step
    step.opaque.append(opaque)
    if opaque.what.startswith("%"):
        machine.store.wildcards |= {digest(step.number, opaque.what)}
        return
    bindings = {name: machine.store.names[name] for name in machine.store.names.everything()}
    names = [name for name, binding in bindings.items() if not binding.kept_by_ipython]
    step.log.extend(name_number(machine.store, name) for name in sorted(names))
    if opaque.binds:
        machine.store.wildcards |= {digest(step.number, opaque.what, *step.log)}
    if opaque.binding is not None:
        for name in sorted(names):
            if name.startswith(opaque.binding):
                machine.rebind_perhaps(name)
    if runs or opaque.what in _RUNNING:
        _change_all(machine, [(name, bindings[name]) for name in sorted(names)], opaque.binds)


def bind_through(
    machine: Machine, references: Iterable[Reference], at: Span, name: str = ""
) -> None:
    """`names = globals()` earlier, `names["x"] = 1` now: what is stored there binds a name, this
    one or one that begins so."""
    heap = machine.store.heap
    if any(heap[location].kind == "namespace" for location, _ in references):
        run_opaque(machine, Opaque("globals()", at, binds=True, binding=name))


def _change_all(machine: Machine, bindings: Sequence[tuple[str, Binding]], binds: bool) -> None:
    """Code that no one knows may change any object that a name leads to, and bind the name anew.
    None of it is told as written by the cell, for perhaps it is not."""
    waiting = {r for _, binding in bindings for r in binding.references}
    reached: set[Reference] = set()
    while waiting:
        reached |= waiting
        waiting = set(machine.held_by(waiting)) - reached
    heap = machine.store.heap
    known = set(machine.step.changed)
    machine.change({r for r in reached if heap[r[0]].kind not in _CODE})
    machine.step.changed = known
    if binds:
        for name, binding in bindings:
            if binding.kind not in _CODE:
                machine.rebind_perhaps(name)


def run_given(machine: Machine, function: Function, call: Call) -> None:
    """A function that evaluates code of its own choice is called. The texts that it is given are
    taken for that code; where there is none, or one is no code, it may be any code."""
    texts = [a.literal for a in call.arguments if isinstance(a.literal, str)]
    named = [names_in(text) for text in texts]
    if not texts or None in named:
        for opaque in function.opaque:
            run_opaque(machine, opaque)
    for name in sorted({name for names in named for name in names or ()}):
        binding = machine.store.names.get(name)
        if binding is not None:
            number = name_number(machine.store, name)
            origins = read_origins(machine.store, binding, None)
            machine.step.log.append(number)
            machine.step.reads.append(Read(Use(name, call.at), number, origins, bound=True))
    for text in texts:
        _run_text(machine, text)


def run_renamed(machine: Machine, evaluator: str, call: Call) -> None:
    """`run = exec` earlier, `run(text)` now."""
    opaque = (Opaque(f"{evaluator}()", call.at, evaluator == "exec"),)
    run_given(machine, Function(evaluator, b"", (), (), (), (), opaque=opaque), call)


def _run_text(machine: Machine, text: str) -> None:
    """What a text that is run as code changes, and may bind."""
    effects = cell_effects(text.strip()).whole
    for update in effects.updates:
        machine.change(machine.named(update.name).references)
    for definition in effects.definitions:
        if definition.name in machine.store.names:
            machine.rebind_perhaps(definition.name)


@lru_cache(maxsize=1024)
def names_in(text: str) -> frozenset[str] | None:
    """The names in a text that is code; None of one that is not."""
    try:
        tree = parse(text.strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
