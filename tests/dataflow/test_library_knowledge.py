"""What the tables say of library code is tried on the libraries themselves."""

from __future__ import annotations

import ast
import itertools
import os
import random
from pathlib import Path
from typing import Any

import pytest

from nb_refactor.dataflow.columns import columns_read
from nb_refactor.dataflow.ensured_folders import ensured_folder
from nb_refactor.dataflow.exposure import cell_effects
from nb_refactor.dataflow.library_functions import TRAINING_ITS_PARTS, is_estimator
from nb_refactor.dataflow.library_methods import TABLE_ATTRIBUTES, entry_of
from nb_refactor.dataflow.parameter_fields import (
    ParameterFields,
    named_fields,
    parameter_fields,
)
from nb_refactor.dataflow.places import Place, are_apart, place_of
from nb_refactor.dataflow.randomness import SEEDING_COPIES
from nb_refactor.dataflow.sequence import Numbering
from nb_refactor.dataflow.value_numbering import Item

# ---- tables -------------------------------------------------------------------------------------


def test_the_attributes_of_a_table_are_all_there() -> None:
    import pandas as pd

    public = {name for name in dir(pd.DataFrame) if not name.startswith("_")}
    assert public <= TABLE_ATTRIBUTES


@pytest.mark.parametrize("column", ["age", "mean", "size", "T", "plot", "a b"])
def test_a_column_is_an_attribute_unless_another_one_has_its_name(column: str) -> None:
    import pandas as pd

    table = pd.DataFrame({column: [1, 2]})
    is_column = isinstance(getattr(table, column), pd.Series)
    assert is_column is (column not in TABLE_ATTRIBUTES)


# ---- bunches ------------------------------------------------------------------------------------

LOADERS = ["load_iris", "load_wine", "load_diabetes", "load_breast_cancer", "load_linnerud",
           "load_digits"]  # fmt: skip


def _written_into(value: Any) -> None:
    """Every element of a table, a column or an array is another one."""
    if hasattr(value, "iloc"):
        value.iloc[:] = 7
    else:
        value[:] = 7


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize("as_frame", [False, True])
def test_the_entries_of_a_bunch_share_nothing(loader: str, as_frame: bool) -> None:
    """Apart from those that are said to be the same."""
    from sklearn import datasets

    load = getattr(datasets, loader)
    fresh, bunch = load(as_frame=as_frame), load(as_frame=as_frame)
    for entry in [key for key, value in bunch.items() if hasattr(value, "shape")]:
        own = entry_of("bunch", entry)
        _written_into(bunch[entry])
        for other in bunch:
            if None not in (own, entry_of("bunch", other)) and entry_of("bunch", other) != own:
                assert repr(bunch[other]) == repr(fresh[other]), (entry, other)
        bunch = load(as_frame=as_frame)


def test_what_is_an_entry_of_a_bunch() -> None:
    from sklearn.utils import Bunch

    taken = {name for name in dir(Bunch) if entry_of("bunch", name) is not None}
    assert taken == set()


# ---- copies of estimators -----------------------------------------------------------------------

_COPYING = [
    "clone(m).get_params()",
    "cross_val_score(m, x, y)",
    "cross_validate(m, x, y)['test_score']",
    "cross_val_predict(m, x, y)",
    "learning_curve(m, x, y, shuffle=True, random_state=0)",
    "validation_curve(m, x, y, param_name='max_iter', param_range=[5, 50])",
    "permutation_test_score(m, x, y, random_state=0, n_permutations=5)",
]
_TRAINED = """
import numpy as np
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.model_selection import (
    cross_val_predict, cross_val_score, cross_validate, learning_curve, permutation_test_score,
    validation_curve,
)
generator = np.random.RandomState(3)
x = generator.normal(size=(60, 3))
y = (x[:, 0] + generator.normal(size=60) > 0).astype(int)
"""


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("call", _COPYING)
@pytest.mark.parametrize(
    "made",
    ["LogisticRegression()", "LogisticRegression(warm_start=True, max_iter=3)",
     "SGDClassifier(random_state=1, warm_start=True, max_iter=5)"],
)  # fmt: skip
def test_how_an_estimator_was_trained_does_not_matter_to_its_copies(call: str, made: str) -> None:
    world: dict[str, Any] = {}
    exec(_TRAINED + f"m = {made}", world)
    untrained = repr(eval(call, world))
    world["m"].fit(world["x"] * 5, 1 - world["y"])
    assert repr(eval(call, world)) == untrained


@pytest.mark.parametrize("name", sorted(SEEDING_COPIES))
def test_an_estimator_with_a_state_of_its_own_gives_one_to_the_copies_that_it_trains(
    name: str,
) -> None:
    np, ensemble = pytest.importorskip("numpy"), pytest.importorskip("sklearn.ensemble")
    tree = pytest.importorskip("sklearn.tree")
    kind = "Classifier" if name.endswith("Classifier") else "Regressor"
    copied = getattr(tree, f"DecisionTree{kind}")(max_features=1, splitter="random")
    x, y = [[1, 2], [2, 1], [4, 3], [3, 5]], [0, 1, 0, 1]
    np.random.seed(7)
    before = np.random.get_state()[1].tolist()
    model = getattr(ensemble, name)(copied, n_estimators=5, random_state=1).fit(x, y)
    assert np.random.get_state()[1].tolist() == before
    assert model.predict(x).tolist() == model.fit(x, y).predict(x).tolist()
    assert not hasattr(copied, "tree_")


@pytest.mark.parametrize(
    ("made", "in_place"),
    [
        ("make_pipeline(s, m)", True),
        ("Pipeline([('s', s), ('m', m)])", True),
        ("make_union(s)", True),
        ("FeatureUnion([('s', s)])", True),
        ("make_column_transformer((s, [0]))", False),
        ("ColumnTransformer([('s', s, [0])])", False),
    ],
)
def test_which_estimators_train_the_very_ones_that_they_are_made_of(
    made: str, in_place: bool
) -> None:
    pipeline, compose = (
        pytest.importorskip("sklearn.pipeline"),
        pytest.importorskip("sklearn.compose"),
    )
    s = pytest.importorskip("sklearn.preprocessing").StandardScaler()
    m = pytest.importorskip("sklearn.linear_model").LinearRegression()
    x, y = [[1.0, 2.0], [2.0, 1.0], [4.0, 3.0]], [1, 2, 3]
    whole = eval(made, {**vars(pipeline), **vars(compose), "s": s, "m": m})
    assert whole.fit(x, y) is whole
    assert hasattr(s, "mean_") == in_place
    name = made.split("(")[0]
    module = "compose" if "olumn" in made else "pipeline"
    assert is_estimator(f"sklearn.{module}.{name}")
    assert (f"sklearn.{module}.{name}" in TRAINING_ITS_PARTS) == in_place


# ---- folders ------------------------------------------------------------------------------------

ENSURING = [
    "if not os.path.exists(p):\n    os.mkdir(p)",
    "if not os.path.isdir(p):\n    os.makedirs(p)",
    "if not os.path.exists(os.path.join(p, 'b')):\n    os.makedirs(os.path.join(p, 'b'))",
    "try:\n    os.mkdir(p)\nexcept FileExistsError:\n    pass",
    "try:\n    os.makedirs(p)\nexcept:\n    pass",
]


@pytest.mark.parametrize("text", ENSURING)
def test_a_folder_is_there_whether_or_not_it_was(text: str, tmp_path: Path) -> None:
    (statement,) = ast.parse(text).body
    call = ensured_folder(statement)
    assert call is not None
    names = {"os": os, "p": str(tmp_path / "a")}
    for code in (text, text, ast.unparse(call)):
        exec(code, dict(names))
        folders = [str(path.relative_to(tmp_path)) for path in sorted(tmp_path.rglob("*"))]
        assert folders == (["a", "a/b"] if "'b'" in text else ["a"])


@pytest.mark.parametrize(
    "text",
    [
        "if os.path.exists(p):\n    os.mkdir(p)",
        "if not os.path.exists(p):\n    os.mkdir(q)",
        "if not os.path.exists(p):\n    os.mkdir(p)\n    print(p)",
        "if not os.path.exists(p):\n    os.mkdir(p)\nelse:\n    print(p)",
        "if not os.path.exists(f()):\n    os.mkdir(f())",
        "if not path.exists(p):\n    os.mkdir(p)",
        "try:\n    os.mkdir(p)\nexcept ValueError:\n    pass",
        "try:\n    os.mkdir(p)\nexcept OSError:\n    print(p)",
        "try:\n    os.mkdir(f())\nexcept OSError:\n    pass",
    ],
)
def test_what_does_not_see_to_a_folder(text: str) -> None:
    (statement,) = ast.parse(text).body
    assert ensured_folder(statement) is None


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


# ---- forms --------------------------------------------------------------------------------------

WORLD = """
import numpy as np
import pandas as pd
df = pd.read_csv("table.csv")
s = df["a"].copy()
x = np.array([3.0, 1.0, 2.0])
rows = [3, 1, 2]
"""
OF_TABLES = [
    *(f"df = df.{call}" for call in (
        "fillna(0)", "ffill()", "bfill()", "astype(str)", "round(1)", "replace(1, 2)", "copy()",
        "sort_values('a')", "sort_values(['b', 'a'], ascending=False)", "sort_index()", "isna()",
        "notnull()", "diff()", "rank()", "rank(numeric_only=True)", "interpolate()", "cumsum()",
        "where(df == 1)", "mask(df == 1, 3)", "convert_dtypes()", "infer_objects()", "abs()",
        "clip(0, 2)", "head(2)", "tail(1)", "query('a > 1')", "nlargest(2, 'a')", "dropna()",
        "nsmallest(1, columns='a')", "drop_duplicates()", "drop_duplicates(['a'])",
        "dropna(axis=1)",
        "drop(0)", "drop([0, 1], axis=0)", "drop('a', axis=1)", "drop(columns=['a', 'b'])",
        "drop(index=0, columns='a')", "drop('q', axis=1, errors='ignore')", "sample(2)", "T",
        "sample(1, axis=1)", "assign(q=1)", "set_index('a')", "reset_index()",
        "reset_index(drop=True)",
        "rename(columns={'a': 'q'})", "rename(index={0: 5})", "groupby('b').sum()", "describe()",
        "groupby('b').cumsum()", "shift(1)", "shift([0, 1])", "pct_change()", "apply(len)",
        "melt()",
    )),
    *(f"df.{call}" for call in (
        "fillna(0, inplace=True)", "sort_values('a', inplace=True)", "drop(0, inplace=True)",
        "drop('a', axis=1, inplace=True)", "dropna(inplace=True)", "reset_index(inplace=True)",
        "drop_duplicates('b', inplace=True)", "rename(columns={'b': 'q'}, inplace=True)",
        "set_index('b', inplace=True)", "insert(0, 'q', 1)", "pop('a')",
        "query('a > 1', inplace=True)",
    )),
    "df['a'] = df['a'] * 2", "df['b'] += 1", "df['q'] = 1", "df['q'] = df['a']", "del df['a']",
    "df['q'] = 1\ndel df['q']\ndf['q'] = 2", "df['a'] = 5", "df.loc[df.a > 1, 'a'] = 9",
    "df.loc[df.a > 1, 'q'] = 9", "df.loc[9] = 1", "df.loc[9, 'a'] = 1", "df.iloc[0] = 1",
    "df[df == 1] = 0",
    "df.columns = ['u', 'v']", "df.index = df.index + 1", "df = df[df.a > 1]", "df = df[['b']]",
    "df = df[['a', 'b']]", "df = df * 2", "df = -df", "df = df == 1", "df *= 2", "df = df[:2]",
    "df = pd.concat([df, df])", "df = df.T", "s = s.map({1: 2})", "s = s * 2",
    "s = s[s > 1]", "s = s.sort_values()", "s[9] = 1", "s = s.drop(0)", "s = s.to_frame()",
]  # fmt: skip
OF_OTHERS = [
    "x[0] = 5", "x[1:] = 0", "x[x > 1] = 0", "x *= 2", "x = x * 2", "x = 2 ** x", "x = -x",
    "x.sort()",
    "x.fill(1)", "x.resize(2)", "x.shape = (3, 1)", "x = np.sqrt(x)", "x = np.zeros_like(x)",
    "x[0] += 3",
    "x = np.append(x, 1)", "x = x[:2]", "x = x > 1", "x = x[[0, 1]]", "x = np.diff(x)",
    "x = x.reshape(3, 1)",
    "rows[0] = 5", "rows[-1] = 5", "rows[0:2] = []", "rows.sort()", "rows.reverse()",
    "rows.append(1)",
    "rows += [1]", "rows = rows[1:]", "del rows[0]", "rows.pop()", "rows = rows * 2",
    "rows.clear()",
]  # fmt: skip
ASKED = [
    "df.shape",
    "df.shape[0]",
    "len(df)",
    "df.columns",
    "len(s)",
    "x.shape",
    "len(x)",
    "len(rows)",
]


def _number(sources: list[str]) -> bytes:
    numbering = Numbering()
    return [numbering.run(Item(cell_effects(source))) for source in sources][-1].number


@pytest.mark.parametrize("change", [*OF_TABLES, *OF_OTHERS])
def test_a_form_that_is_said_to_stay_stays(change: str) -> None:
    np, pd = pytest.importorskip("numpy"), pytest.importorskip("pandas")
    same = [a for a in ASKED if _number([WORLD, change, a]) == _number([WORLD, a])]
    random_ = random.Random(change)
    for _ in range(20):
        n = random_.randint(3, 6)
        table = {c: [random_.choice([0, 1, 2.5, np.nan]) for _ in range(n)] for c in "ab"}
        world: dict[str, Any] = {"np": np, "pd": pd, "df": pd.DataFrame(table)}
        exec(WORLD.replace("df = pd.read_csv", "# "), world)
        before = {a: repr(eval(a, world)) for a in same}
        try:
            exec(change, world)
        except Exception:
            continue
        assert {a: repr(eval(a, world)) for a in same} == before


@pytest.mark.parametrize("change", ["df = df.fillna(0)", "df['a'] = df['a'] * 2", "x[0] = 1"])
def test_a_form_stays(change: str) -> None:
    asked = "x.shape" if change.startswith("x") else "df.shape"
    assert _number([WORLD, change, asked]) == _number([WORLD, asked])


# ---- places -------------------------------------------------------------------------------------

STORED = ["0", "1", "-1", "-2", "0, 0", "1, -1", "2, 1", "-1, 0"]
READ = [*STORED, "2", "0:1", ":2", "1:3", "0, 1", "2, -1", "1:2, 0", "0, 1:2", ":1, :1", "0, -1"]


def _place(index: str) -> Place | None:
    node = ast.parse(f"x[{index}]", mode="eval").body
    assert isinstance(node, ast.Subscript)
    return place_of(node.slice)


@pytest.mark.parametrize("read", READ)
def test_a_store_at_another_place_is_no_matter(read: str) -> None:
    np = pytest.importorskip("numpy")
    place = _place(read)
    assert place is not None
    for stored, rows, columns in itertools.product(STORED, range(1, 5), range(1, 4)):
        other = _place(stored)
        x = np.arange(float(rows * columns)).reshape(rows, columns)
        try:
            before = x[eval(f"np.s_[{read}]", {"np": np})].copy()
            exec(f"x[{stored}] = -9", {"x": x})
        except IndexError:
            continue
        same = np.array_equal(before, x[eval(f"np.s_[{read}]", {"np": np})])
        assert same or not are_apart(place, other or ())


@pytest.mark.parametrize("index", ["i", "1:", "::2", "...", "None", "True", "1.0", "[0]", "0, i"])
def test_what_is_no_place(index: str) -> None:
    assert _place(index) is None


# ---- what functions do with their parameters ----------------------------------------------------

STORING = [
    "t['c'] = t['a'] * 2",
    "t['c'] = t['a'] * 2\n    t['d'] = t['c'] + 1",
    "t['a'] += 1",
    "t['c'], t['d'] = t['a'], 1\n    return t['c'].sum()",
    "total = t['a'].sum()\n    t['c'] = t['a'] / total\n    return total",
    "'''Text.'''\n    return t['a'].max(), t['b'].min()",
    "for value in t['a']:\n        value\n    t['c'] = [v * 2 for v in t['a']]",
    "if t['a'].sum() > 3:\n        return 0\n    return t['b'].sum()",
    "t['c'] = 1\n    return t",
    "return t[k].sum()",
    "t[k] = t['a'] * 2\n    return t[k].max()",
    "t['c'] = t[k] + t['b']\n    return t[['b', k]].sum()",
]
NOT_KNOWN = [
    "t.drop(columns='a', inplace=True)",
    "t['c'] = len(t)",
    "u = t\n    u['c'] = 1",
    "if t['a'].sum() > 3:\n        t['c'] = 1",
    "if t['a'].sum() > 3:\n        return\n    t['c'] = 1",
    "for k in 'cd':\n        t[k] = 1",
    "for _ in t['a']:\n        t['c'] = 1",
    "return lambda: t['a']",
    "del t['a']",
    "t = t['a']",
    "match 1:\n        case t:\n            t['a']",
    "yield t['a']",
    "[0 for t['c'] in 'xy']",
    "print(t)",
    "t[k + 'x']",
    "k = 'c'\n    t[k]",
    "[t[k] for k in 'ab']",
    "t[['a', 'b']] = 0",
    "t[len(k)]",
]


def _fields(body: str) -> ParameterFields | None:
    (function,) = ast.parse(f"def f(t, k):\n    {body}").body
    assert isinstance(function, ast.FunctionDef)
    return parameter_fields(function)[0]


@pytest.mark.parametrize("body", STORING)
def test_a_function_reads_and_stores_the_fields_that_it_is_said_to(body: str) -> None:
    pd = pytest.importorskip("pandas")
    fields = _fields(body)
    assert fields is not None
    random_ = random.Random(body)
    world: dict[str, Any] = {}
    exec(f"def f(t, k):\n    {body}", world)
    for _ in range(30):
        n = random_.randint(1, 4)
        columns = {c: [random_.randint(1, 3) for _ in range(n)] for c in "abcd"}
        other = {c: [random_.randint(1, 3) for _ in range(n)] for c in "abcd"}
        k = random_.choice("abcd")
        reads, stores = named_fields(fields.reads, {1: k}), named_fields(fields.stores, {1: k})
        assert reads is not None
        assert stores is not None
        one = pd.DataFrame(columns)
        two = pd.DataFrame({**other, **{c: columns[c] for c in reads}})
        untouched = {c: two[c].tolist() for c in two if c not in stores}
        given = [world["f"](one, k), world["f"](two, k)]
        assert fields.gives or repr(given[0]) == repr(given[1])
        assert all(one[c].tolist() == two[c].tolist() for c in stores)
        assert {c: two[c].tolist() for c in untouched} == untouched


@pytest.mark.parametrize("body", NOT_KNOWN)
def test_what_more_is_done_with_a_parameter(body: str) -> None:
    assert _fields(body) is None
