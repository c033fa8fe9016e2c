"""The literal arguments of a call."""

from __future__ import annotations

from nb_refactor.dataflow.effects import Call


def positional_literal(call: Call, position: int) -> object:
    if len(call.arguments) <= position:
        return None
    argument = call.arguments[position]
    return argument.literal


def keyword_literal(call: Call, name: str) -> object:
    return next((a.literal for a in call.arguments if a.keyword == name), None)
