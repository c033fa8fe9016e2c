"""Statements that are called repeatable are really run: a second time on their own result, and once
more behind another one that is said to keep what they did."""

from __future__ import annotations

import ast
import itertools
import random
import warnings
from functools import cache
from types import CodeType
from typing import Any

import pytest

from nb_refactor.dataflow.idempotence import Repeatable
from nb_refactor.dataflow.repeatable_statements import repeatable

TABLE = [
    'df["a"] = df["a"].fillna(0)',
    'df["a"].fillna("x", inplace=False)\ndf = df.fillna(0)',
    "df = df.fillna(0)",
    "df.fillna(1, inplace=True)",
    'df["a"] = df["a"].astype(str)',
    "df = df.astype(object)",
    "df = df.round(1)",
    'df["b"] = df["b"].clip(0, 2)',
    'df["b"] = df["b"].abs()',
    'df["s"] = df["s"].str.strip()',
    'df["s"] = df["s"].str.lower()',
    'df["s"] = df["s"].str.title()',
    'df["s"] = df["s"].str.replace("x", "")',
    'df["s"] = df["s"].replace("x", "y")',
    'df["b"] = df["b"].replace(0, 5)',
    'df = df.replace({0: 7, "x": "z"})',
    "df.replace(1, 2, inplace=True)",
    "df = df.dropna()",
    'df = df.dropna(subset=["b"])',
    "df = df.dropna(thresh=3)",
    "df.dropna(how='all', inplace=True)",
    "df = df.drop_duplicates()",
    'df = df.drop_duplicates(["a"], keep="last")',
    'df.drop_duplicates("s", keep=False, inplace=True)',
    "df = df.dropna(axis=1)",
    "df = df.dropna(axis='columns', how='all')",
    "df = df.dropna(axis=1, thresh=4)",
    "df = df.sort_index()",
    "df.sort_index(ascending=False, inplace=True)",
    'df = df.sort_values(["b", "c"])',
    'df = df.sort_values("b", kind="stable")',
    "df = df.head(4)",
    "df = df.tail(3)",
    "df = df[:5]",
    "df = df.ffill()",
    "df = df.bfill()",
    'df["b"] = df["b"].ffill()',
    "df = df.reset_index(drop=True)",
    "df.reset_index(drop=True, inplace=True)",
    "df = df.convert_dtypes()",
    "df = df.infer_objects()",
    "df = df.copy()",
    'df = df.rename_axis("i")',
    'df = df.rename(columns={"c": "d"})',
    'df.rename(columns={"c": "e", "s": "t"}, inplace=True)',
    "df.columns = df.columns.str.upper()",
    "df.columns = df.columns.str.strip()",
    'df = df[["a", "b", "s"]]',
    'df["a"] = pd.to_numeric(df["a"], errors="coerce")',
    'df["b"] = pd.to_numeric(df["b"], downcast="integer")',
    'df["a"] = pd.to_numeric(df["a"], errors="ignore")',
    'df["b"] = pd.to_datetime(df["b"])',
    'df["s"] = pd.Categorical(df["s"])',
    'df["s"] = df["s"].astype("category")',
    'df = df[df["b"] > 0]',
    "df = df[df.b >= 0]",
    'df = df[(df["b"] > 0) & ~df["s"].isin(["x"])]',
    'df = df[df["a"].notna() | (df["c"] + 1 > 2)]',
    'df = df[df["s"].str.len() > 1]',
    "df = df[df.index > 1]",
    'df = df.loc[df["c"] != 0]',
    'df = df[df["c"] > df["b"]]',
    'df = df.drop(df[df["b"] > 1].index)',
    'df.drop(df[df["c"] == 0].index, inplace=True)',
    'df.loc[df["b"] > 1, "b"] = 1',
    'df.loc[df["b"].isna(), "c"] = 0',
    'df.loc[df["s"] == "x", "a"] = "none"',
    'df = df.loc[:, "a":"c"]',
    'df = df.loc[:, ["a", "s"]]',
    "df = df.iloc[:4]",
    "df = df.iloc[:, :2]",
    "df = df.iloc[:, 0:3]",
    'df["b"] = df["b"].replace(-1.26, np.nan)',
    "df = df.replace({0: np.nan})",
    "df = df[df.b != np.inf]",
    "df = df[~df.b.isin([np.nan, -np.inf, 2])]",
    "df = df.assign(b=lambda x: x.b.replace(0, np.nan), c=lambda x: x['c'].replace(-1, 1))",
    'df = df.assign(b=lambda x: x.b.clip(0, 2), s=lambda t: t["s"].str.strip())',
    "df = df.assign(a=lambda x: pd.to_numeric(x.a, errors='coerce'), b=lambda x: x.b.fillna(0))",
    'df["b"] = df["b"].fillna(df["b"].mean())',
    'df["b"] = df.b.fillna(value=df.b.median())',
    'df["s"] = df["s"].fillna(df["s"].mode()[0])',
    'df["a"] = df["a"].fillna(df["c"].max())',
    'df["b"] = df["b"].fillna(df["c"])',
    'df["b"] = df["b"].fillna(df.groupby("c")["b"].transform("mean"))',
    'df["b"].fillna(df["b"].min(), inplace=True)',
    'df.fillna({"b": df["b"].mean(), "s": "none"}, inplace=True)',
    "df = df.fillna(df.mean(numeric_only=True))",
    "df = df.fillna(df.mode().iloc[0])",
]
COLUMN = [
    "s = s[s > 0]",
    "s = s[s.notna()]",
    "s = s.dropna()",
    "s = s.fillna(0)",
    "s = s.drop_duplicates()",
    "s = s.sort_index()",
    's = s.sort_values(kind="stable")',
    "s = s.reset_index(drop=True)",
    "s[s < 0] = 0",
    "s = s.round()",
    "s = s.clip(0, 2)",
    "s = s.head(3)",
    "s = s.ffill()",
    "s = s.replace(0, 3)",
    "s = s.replace({1: 2, 3: 4})",
    "s = s[s.index < 4]",
    "s = s.convert_dtypes()",
    "s = s.fillna(s.mean())",
    "s.fillna(s.median(), inplace=True)",
]
ARRAY = [
    "x = x[x > 0]",
    "x[x < 0] = 0",
    "x = x.reshape(-1, 1)",
    "x = x.reshape((2, -1))",
    "x = x.ravel()",
    "x = x.flatten()",
    "x = x.round(1)",
    "x = np.round(x, 1)",
    "x = abs(x)",
    "x = np.abs(x)",
    "x = np.asarray(x)",
    "x = x.astype(int)",
    "x = x.clip(0, 2)",
    "x.sort()",
    "x = np.nan_to_num(x)",
    "x = x[:3]",
    "x = x.copy()",
    "x = x[x % 2 == 0]",
]
LIST = [
    "x.sort()",
    "x = sorted(x)",
    "x = sorted(x, reverse=True)",
    "x = list(x)",
    "x = tuple(x)",
    "x = x[:3]",
    "x = x.copy()",
]
SET = ["z.add(3)", "z.discard(0)", "z.add(-1)"]
# What looks like one of them and is none.
OTHERS = [
    "x = set(x)",
    "df = df.ffill(limit=1)",
    "df = df.fillna(0, limit=1)",
    'df = df.sort_values("a")',
    'df = df.sort_values(["a"])',
    "df = df.head(-2)",
    "df = df.reset_index()",
    'df = df.rename(columns={"a": "b", "b": "c"})',
    "df = df.replace({0: 1, 1: 2})",
    'df["s"] = df["s"].str.replace("ab", "")',
    'df["s"] = df["s"].str.replace("a", "aa")',
    'df["s"] = df["s"].str.replace(".", "", regex=True)',
    'df = df[df["b"] > df["b"].mean()]',
    'df = df[df["b"] > limit]',
    'df = df[other["b"] > 0]',
    'df = df[["a", "a"]]',
    'df = df.drop(df[df["b"] > df["b"].mean()].index)',
    'df.loc[df["b"] > 1, "b"] = df["c"]',
    'df.loc[df["b"] > df["b"].mean(), "b"] = 0',
    'df.loc[df["b"] > 1, "b"] += 1',
    'df = df.loc[:, "b"]',
    "df = df.iloc[:, 1:]",
    "df = df.iloc[2]",
    "df = df.iloc[::2]",
    'df = df.loc["a":"c"]',
    "df = df.assign(b=lambda x: x.c.replace(0, 1))",
    "df = df.assign(b=lambda x: x.b.fillna(x.b.mean()))",
    "df = df.assign(b=lambda x: x.b.abs(), c=3)",
    "df = df.assign(b=lambda x: x.b.ffill())",
    "df = df.assign(**made)",
    "df = df.assign(b=lambda x, y=1: x.b.abs())",
    "df = other.assign(b=lambda x: x.b.abs())",
    "x = x[1:]",
    "x = x[::2]",
    "x = x[x > x.mean()]",
    "x = x[y > 0]",
    "x = x.tolist()",
    "x = x.unique()",
    "x = v.normalize()",
    "x = sorted(y)",
    "z.add(x)",
    "z.pop()",
    "z.remove(3)",
    "x = x.reshape(n, 1)",
    'df["b"] = df["b"].fillna(limit)',
    'df["b"] = df["b"].fillna(other["b"].mean())',
    'df["b"] = df["b"].fillna(df["b"].sample(1).mean())',
    'df["b"] = df["b"].fillna(df["b"].mean(), limit=1)',
    'df["b"] = df["b"].fillna(np.random.rand())',
    'df["b"] = df["c"].fillna(df["b"].mean())',
    'df.loc[df.index > 1, "b"] = 0',
]


def _of(text: str) -> Repeatable | None:
    return repeatable(ast.parse(text).body[-1])


def _table(random_: random.Random, pd: Any) -> Any:
    n = random_.randint(1, 8)

    def column(values: list[Any], dtype: object = None) -> Any:
        return pd.Series([random_.choice(values) for _ in range(n)], dtype=dtype)

    index = [random_.randint(0, 6) for _ in range(n)] if random_.random() < 0.5 else range(n)
    table = pd.DataFrame(
        {
            "a": column([1, None, "x", 2.5, "3"], object),
            "b": column([-1.26, 0.0, float("nan"), 2.0, 3.0]),
            "c": column([0, 1, 2]),
            "s": column(["x", " xy", "Ab x", None], object),
        }
    )
    table.index = pd.Index(list(index))
    return table


def _worlds(name: str, random_: random.Random) -> dict[str, Any]:
    np, pd = pytest.importorskip("numpy"), pytest.importorskip("pandas")
    if name == "df":
        value: Any = _table(random_, pd)
    elif name == "s":
        value = _table(random_, pd)[random_.choice("bc")]
    elif name == "z":
        value = {random_.randint(-2, 3) for _ in range(random_.randint(0, 5))}
    elif random_.random() < 0.5:
        value = np.array(
            [random_.choice([-2, 0, 1.26, 3, 4]) for _ in range(random_.randint(1, 6))]
        )
    else:
        value = [random_.randint(-2, 3) for _ in range(random_.randint(0, 5))]
    return {"np": np, "pd": pd, name: value}


def _state(value: Any) -> object:
    """A value as something that compares: type, types of columns, labels, elements."""
    kind = type(value).__name__
    if kind in ("DataFrame", "Series"):
        types = [str(t) for t in value.dtypes] if kind == "DataFrame" else str(value.dtype)
        cells = value.to_numpy(dtype=object).tolist()
        index = (type(value.index).__name__, list(value.index), value.index.name)
        return kind, types, repr(cells), index, list(getattr(value, "columns", []))
    if kind == "ndarray":
        return kind, str(value.dtype), value.shape, repr(value.tolist())
    return kind, repr(value)


@cache
def _code(text: str) -> CodeType:
    return compile(text, "<statement>", "exec")


def _runs(text: str, world: dict[str, Any]) -> bool:
    try:
        exec(_code(text), world)
    except Exception:
        return False
    return True


def _all(statements: list[str], name: str) -> list[tuple[str, str]]:
    return [(text, name) for text in statements]


STATEMENTS = (
    _all(TABLE, "df") + _all(COLUMN, "s") + _all(ARRAY, "x") + _all(LIST, "x") + _all(SET, "z")
)


@pytest.mark.parametrize(("text", "name"), STATEMENTS)
@pytest.mark.filterwarnings("ignore")
def test_a_second_run_changes_nothing(text: str, name: str) -> None:
    assert _of(text) is not None
    if 'errors="ignore"' in text and pytest.importorskip("pandas").__version__ >= "3":
        pytest.skip("pandas 3 knows no such argument")
    random_ = random.Random(text)
    ran = 0
    for _ in range(20):
        world = _worlds(name, random_)
        if not _runs(text, world):
            continue
        ran += 1
        once = _state(world[name])
        exec(text, world)
        assert _state(world[name]) == once
    assert ran


@pytest.mark.parametrize(
    ("statements", "name"), [(TABLE, "df"), (COLUMN, "s"), (ARRAY + LIST, "x"), (SET, "z")]
)
def test_what_is_kept_is_kept(statements: list[str], name: str) -> None:
    random_ = random.Random(7)
    warnings.simplefilter("ignore")
    for first, second in itertools.product(statements, statements):
        did, does = _of(first), _of(second)
        assert did is not None
        assert does is not None
        if not does.keeps(did):
            continue
        for _ in range(3):
            world = _worlds(name, random_)
            if _runs(first, world) and _runs(second, world):
                before = _state(world[name])
                assert _runs(first, world), (first, second)
                assert _state(world[name]) == before, (first, second)


@pytest.mark.parametrize("text", OTHERS)
def test_what_only_looks_like_it(text: str) -> None:
    assert _of(text) is None
