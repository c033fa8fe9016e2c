"""Code that is made while other code runs: what `eval`, `exec` and their like may read and bind."""

from __future__ import annotations

import ast
from functools import lru_cache

from nb_refactor.dataflow.aliasing import digest
from nb_refactor.dataflow.effects import Call, Function, Opaque, Use
from nb_refactor.dataflow.machine import Machine, Read
from nb_refactor.dataflow.magics import parse
from nb_refactor.dataflow.name_number import name_number, read_origins


def run_opaque(machine: Machine, opaque: Opaque) -> None:
    """Code that no one knows reads all names, and may bind any."""
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


@lru_cache(maxsize=1024)
def names_in(text: str) -> frozenset[str] | None:
    """The names in a text that is code; None of one that is not."""
    try:
        tree = parse(text.strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
