"""What is asked of syntax trees, against the trees themselves."""

from __future__ import annotations

import ast
import inspect
import typing

import pytest

from nb_refactor.dataflow.scope import declared_names
from nb_refactor.dataflow.syntax import children

ASIDE = (ast.expr_context, ast.boolop, ast.operator, ast.unaryop, ast.cmpop)
PATTERNS = """
match point:
    case Point(x=0, y=[1, *rest], **{}) if rest:
        print(f"{rest!r:>{width}}")
    case {"a": (1 | 2) as b, **others}:
        lambda *a, b=1, **c: (yield)
    case None | _:
        [await x async for x, y in z if not x]
""".replace("**{}", "z=_")


@pytest.mark.parametrize("source", [PATTERNS, *map(inspect.getsource, (ast, inspect, typing))])
def test_children_are_all_nodes_below_but_contexts_and_operators(source: str) -> None:
    for node in ast.walk(ast.parse(source)):
        expected = [one for one in ast.iter_child_nodes(node) if not isinstance(one, ASIDE)]
        assert children(node) == expected


def test_declarations_are_found_in_every_block_and_in_no_nested_scope() -> None:
    tree = ast.parse(
        "global a\n"
        "if x:\n    global b\nelif y:\n    global c\nelse:\n    global d\n"
        "for i in z:\n    global e\nelse:\n    global f\n"
        "while x:\n    global g\n"
        "with x:\n    global h\n"
        "try:\n    global i\nexcept X:\n    global j\nelse:\n    global k\nfinally:\n    global l\n"
        "match x:\n    case 1:\n        global m\n"
        "def other():\n    global not_this\n"
        "class Another:\n    global nor_this\n"
    )
    assert "".join(declared_names(tree.body, ast.Global)) == "abcdefghijklm"
    assert list(declared_names(tree.body, ast.Nonlocal)) == []
