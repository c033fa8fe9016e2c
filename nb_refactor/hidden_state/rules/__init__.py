"""The rules, in the order in which they are asked: the first that knows the reason tells it."""

from nb_refactor.hidden_state.rules import (
    defined_below,
    deleted_cell,
    edited_source,
    inherited,
    other_value,
    out_of_order,
    ran_again,
    rerun,
    undefined_name,
)
from nb_refactor.hidden_state.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    rerun.RULE,
    deleted_cell.RULE,
    defined_below.RULE,
    inherited.RULE,
    edited_source.RULE,
    out_of_order.RULE,
    ran_again.RULE,
    undefined_name.RULE,
    other_value.RULE,
)
