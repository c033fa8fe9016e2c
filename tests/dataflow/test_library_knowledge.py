"""What the tables say of library code is tried on the libraries themselves."""

from __future__ import annotations

import ast
import random
from typing import Any

import pytest

from nb_refactor.dataflow.columns import columns_read
from nb_refactor.dataflow.exposure import cell_effects
from nb_refactor.dataflow.sequence import Numbering
from nb_refactor.dataflow.value_numbering import Item

# ---- solvers ------------------------------------------------------------------------------------

PROBLEM = """
import numpy as np
from quantecon.markov import DiscreteDP
ddp = DiscreteDP([[5, 10], [-1, -9]], [[(0.5, 0.5), (0, 1)], [(0, 1), (0.5, 0.5)]], 0.95)
v, w, sigma = np.zeros(2), np.ones(2), np.array([1, 0])
"""
SOLVING = [
    "ddp.solve()",
    "ddp.solve(method='value_iteration', v_init=[0, 0], epsilon=0.01)",
    "ddp.solve(method='policy_iteration', v_init=v)",
    "ddp.solve(method='modified_policy_iteration', v_init=v, epsilon=0.01, k=6)",
    "ddp.bellman_operator(v)",
    "ddp.bellman_operator(v, w)",
    "ddp.bellman_operator(v, sigma=sigma)",
    "ddp.bellman_operator(v, Tv=w, sigma=sigma)",
    "ddp.T_sigma(sigma)(v)",
    "ddp.RQ_sigma(sigma)",
    "ddp.compute_greedy(v)",
    "ddp.compute_greedy(v, sigma)",
    "ddp.evaluate_policy(sigma)",
    "ddp.operator_iteration(ddp.T_sigma(sigma), v, 3)",
    "ddp.operator_iteration(ddp.bellman_operator, v=w, max_iter=3)",
    "ddp.controlled_mc(sigma)",
    "ddp.to_sa_pair_form()",
    "ddp.to_product_form()",
]


def _written(cell: str) -> set[str]:
    numbering = Numbering()
    numbering.run(Item(cell_effects(PROBLEM)))
    return set(numbering.run(Item(cell_effects(cell))).writes)


def _kept(name: str, world: dict[str, Any]) -> str:
    value = world[name]
    return repr(vars(value) if name == "ddp" else value)


@pytest.mark.parametrize("call", SOLVING)
def test_a_solver_changes_what_it_is_given_to_fill_and_nothing_else(call: str) -> None:
    pytest.importorskip("quantecon")
    world: dict[str, Any] = {}
    exec(PROBLEM, world)
    before = {name: _kept(name, world) for name in ("ddp", "v", "w", "sigma")}
    exec(f"shown = {call}", world)
    changed = {name for name, kept in before.items() if _kept(name, world) != kept}
    assert changed <= _written(call), "changed and not known"
    assert _written(call) <= {"v", "w", "sigma"}, "said to change the solver"


# ---- the order of rows --------------------------------------------------------------------------

COUNTING = [
    "len(df)",
    "df.shape[0]",
    "df[df.a > 1].shape[0]",
    "len(df[df['a'] == 1])",
    "df[df.a == np.inf].shape[0]",
    "df[df.a.isin([-np.inf, 2])].shape[0]",
    "df[(df.a > 0) & ~df['b'].isna()].shape[0]",
    "df[df.s.str.len() > 1].shape[0]",
    "len(df[df.a > 0][df.b < 2])",
]
NOT_COUNTING = [
    "df.a",
    "df.index",
    "df[df.a > 1]",
    "df[df.a > arr].shape[0]",
    "df[df.a.cumsum() > 3].shape[0]",
    "df[df.duplicated()].index",
    "len(df.head(2)[df.a > 1])",
    "df[other.a > 1].shape[0]",
]


def _unordered(text: str) -> bool:
    node = ast.parse(text, mode="eval").body
    read = columns_read(node)
    return read is not None and read.unordered


@pytest.mark.parametrize("text", COUNTING)
def test_rows_are_counted_whatever_their_order(text: str) -> None:
    np, pd = pytest.importorskip("numpy"), pytest.importorskip("pandas")
    assert _unordered(text)
    random_ = random.Random(text)
    for _ in range(40):
        n = random_.randint(1, 7)
        columns = {c: [random_.choice([0, 1, 2.5, np.nan, np.inf]) for _ in range(n)] for c in "ab"}
        df = pd.DataFrame({**columns, "s": [random_.choice(["x", "xyz"]) for _ in range(n)]})
        world = {"np": np, "pd": pd, "df": df}
        before = eval(text, world)
        df.sort_values(
            random_.choice(["a", "b", "s"]), ascending=random_.random() < 0.5, inplace=True
        )
        assert eval(text, world) == before


@pytest.mark.parametrize("text", NOT_COUNTING)
def test_what_goes_by_the_order_of_rows_is_no_counting(text: str) -> None:
    assert not _unordered(text)


# ---- tables of lists ----------------------------------------------------------------------------

MADE = [
    "pd.DataFrame(raw)",
    "pd.DataFrame(data=raw)",
    'pd.DataFrame(raw, columns=["b", "a"])',
    'pd.DataFrame(raw).set_index("a")',
]


@pytest.mark.parametrize("made", MADE)
def test_each_column_is_made_of_its_own_list(made: str) -> None:
    pd = pytest.importorskip("pandas")
    random_ = random.Random(made)
    values = [0, 1, -2, 2.5, 10**20, None, True, "x", "1"]
    for _ in range(100):
        n = random_.randint(1, 4)
        raw = {c: [random_.choice(values) for _ in range(n)] for c in "abc"}
        edited = {**raw, "c": [random_.choice(values) for _ in range(n)]}
        one, two = (eval(made, {"pd": pd, "raw": each}) for each in (raw, edited))
        for column in one.columns.intersection(["a", "b"]):
            pd.testing.assert_series_equal(one[column], two[column])
            assert repr(one[column]) == repr(two[column])
