"""Values that are recorded and written again are what they were, and what a test says of them holds
of them and of nothing else."""

import collections
import datetime
import decimal
import fractions
import math
import pathlib
import random
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
import pandas as pd
import pytest

from nb_refactor.adapters import value_side
from nb_refactor.refactor.unit_test import recorded_value
from nb_refactor.refactor.unit_test.agreement import same
from nb_refactor.refactor.unit_test.assertion import assertions, says_anything
from nb_refactor.refactor.unit_test.layout import WIDTH, laid_out
from nb_refactor.refactor.unit_test.literal import literal
from nb_refactor.refactor.unit_test.recorded_value import Opaque, Value, cut, is_cut, unwritable


def recorded(value: Any) -> Value:
    return msgspec.convert(value_side.record(value), recorded_value.Value)


def evaluated(value: Value) -> Any:
    written = literal(value)
    space: dict[str, Any] = {}
    exec("\n".join(each.statement for each in written.imports), space)
    return eval(laid_out(written.text, ""), space)


def holds(value: Value, other: Any) -> bool:
    """Whether what is said of the recorded value holds of another one."""
    for each in assertions("value", value):
        space: dict[str, Any] = {"value": other}
        exec("\n".join(binding.statement for binding in each.imports), space)
        try:
            exec(laid_out(each.text, ""), space)
        except Exception:
            return False
    return True


NAN = float("nan")
DAYS = pd.date_range("2024-01-30", periods=4)
VALUES: dict[str, Any] = {
    "nothing": None,
    "a number": -3,
    "a big number": 2**200,
    "a float": 0.1 + 0.2,
    "no number": NAN,
    "infinite": [math.inf, -math.inf, -0.0],
    "complex": 1 - 2j,
    "text": "it's \"so\"\n\\ é \ud800",
    "bytes": b"\x00'\"",
    "nested": {"a": [1, (2.5,), {"b": {3}}], ("k", 1): None},
    "empty": [[], (), {}, set(), frozenset()],
    "sets": [{"b", "a"}, frozenset({1, 2})],
    "collections": [
        collections.Counter("aab"),
        collections.OrderedDict(a=1),
        collections.deque([1, 2]),
    ],
    "dates": [
        datetime.date(2024, 2, 29),
        datetime.datetime(2024, 1, 1, 3, tzinfo=datetime.timezone.utc),
        datetime.timedelta(days=-1),
    ],
    "exact": [decimal.Decimal("1.10"), fractions.Fraction(1, 3)],
    "a path": pathlib.Path("data/a.csv"),
    "a range": range(2, 9, 3),
    "functions": [len, math.sqrt, int, np.mean, decimal.Decimal],
    "numbers of NumPy": [np.float64(0.1), np.int32(3), np.bool_(True), np.float64("nan")],
    "an array": np.array([[1.5, NAN], [math.inf, -2.0]]),
    "whole numbers": np.arange(5, dtype="int16"),
    "truths": np.array([True, False]),
    "texts": np.array(["a", "bcd"]),
    "times": np.array(["2024-01-01T02", "NaT"], dtype="datetime64[ns]"),
    "spans": np.array([1, 2], dtype="timedelta64[D]"),
    "objects": np.array(["a", None, 1], dtype=object),
    "no items": np.empty((0, 3)),
    "one number": np.array(2.5),
    "a frame": pd.DataFrame({"n": [1, 2], "x": [0.5, None], "t": ["a", None], 3: [True, False]}),
    "small types": pd.DataFrame({"n": [1, 2]}).astype("int8"),
    "types of pandas": pd.DataFrame(
        {
            "n": pd.array([1, None], dtype="Int64"),
            "s": pd.array(["a", None], dtype="string"),
            "b": pd.array([True, None], dtype="boolean"),
            "z": pd.to_datetime(["2024-01-01", None]).tz_localize("Europe/Berlin"),
        }
    ),
    "categories": pd.DataFrame(
        {"c": pd.Categorical(["b", None], categories=["b", "a"], ordered=True)}
    ),
    "dates in a frame": pd.DataFrame({"d": DAYS, "s": DAYS - DAYS[0]}),
    "index": pd.DataFrame({"x": [1, 2]}, index=pd.Index(["a", "b"], name="key")),
    "index of dates": pd.Series(range(4), index=DAYS, name="n"),
    "index of the rest": pd.DataFrame({"x": range(5)}).iloc[2:],
    "two levels": pd.DataFrame({"x": [1]}, index=pd.MultiIndex.from_tuples([(1, "a")])),
    "levels of several types": pd.DataFrame(
        {"k": ["a", "a", "b"], "n": pd.array([1, 2, 1], dtype="Int64"), "v": [0.5, 1.5, 2.5],
         "c": pd.Categorical(["x", "y", "x"]), "d": DAYS[:3]}
    ).groupby(["k", "n", "d"])["v"].mean(),
    "names with nan in them": {"banana": 1, ("nan",): {"nan"}},
    "a pivot table": pd.DataFrame({"a": [1, 1], "b": ["x", "y"], "v": [1, 2]}).pivot_table(
        index="a", columns="b", values="v"
    ),
    "columns of two levels": pd.DataFrame({("a", "x"): [1], ("a", "y"): [2]}),
    "no rows": pd.DataFrame({"n": [1], "t": ["a"]}).iloc[:0],
    "no columns": pd.DataFrame(index=range(3)),
    "a series": pd.Series([1.5, NAN], index=["a", "b"]),
    "moments": [pd.Timestamp("2024-01-01 02:03"), pd.NaT, pd.Timedelta("1 days")],
}  # fmt: skip


@pytest.mark.parametrize("case", VALUES)
def test_what_is_written_is_what_was_recorded(case: str) -> None:
    value = recorded(VALUES[case])
    assert unwritable(value) is None, unwritable(value)
    again = evaluated(value)
    assert type(again) is type(VALUES[case])
    assert same(recorded(again), value)
    assert holds(value, VALUES[case])
    assert holds(value, again)


OTHERS: dict[str, tuple[Any, Any]] = {
    "a number": (3, 4),
    "a truth": (True, False),
    "a truth and a number": (True, 1),
    "a text": ("a", "b"),
    "the beginning of a long text": ("a" * 1000, "a" * 999),
    "a float": (0.1, 0.1001),
    "a float in a list": ([0.1, 0.2], [0.1, 0.2001]),
    "a float in a dict": ({"a": 0.1}, {"a": 0.2}),
    "no number": ([NAN], [1.0]),
    "a key": ({"a": 1}, {"b": 1}),
    "a key too many": ({"a": 1}, {"a": 1, "b": 1}),
    "a kind of container": ((1, 2), [1, 2]),
    "an order": ([1, 2], [2, 1]),
    "a long list": (list(range(1000)), list(range(999))),
    "the beginning of a long list": (list(range(1000)), [5, *range(1, 1000)]),
    "a long dict": ({n: n for n in range(100)}, {n: n + 1 for n in range(100)}),
    "a long set": (set(range(100)), set(range(101))),
    "an array": (np.array([1.0, 2.0]), np.array([1.0, 2.1])),
    "a shape": (np.zeros((2, 2)), np.zeros(4)),
    "a number for an array": (np.array([1.0, 1.0]), 1.0),
    "a large array": (np.zeros(1000), np.zeros(999)),
    "a large array's values": (np.zeros((1000, 2)), np.ones((1000, 2))),
    "an array in a tuple": ((1, np.zeros(3)), (1, np.ones(3))),
    "a frame": (pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [2]})),
    "a type": (pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [1.0]})),
    "a name": (pd.Series([1], name="a"), pd.Series([1], name="b")),
    "an index": (pd.Series([1], index=["a"]), pd.Series([1], index=["b"])),
    "a large frame": (pd.DataFrame({"a": range(900)}), pd.DataFrame({"a": range(899)})),
    "a column too many": (
        pd.DataFrame({"a": range(900)}),
        pd.DataFrame({"a": range(900), "b": 1}),
    ),
    "a frame in a dict": ({"x": pd.DataFrame({"a": [1]})}, {"x": pd.DataFrame({"a": [2]})}),
    "beside what cannot be written": ([object(), 1], [object(), 2]),
}  # fmt: skip


@pytest.mark.parametrize("case", OTHERS)
def test_what_is_said_of_a_value_holds_of_no_other(case: str) -> None:
    one, other = OTHERS[case]
    assert holds(recorded(one), one)
    assert not holds(recorded(one), other)


def test_what_is_the_same_to_the_last_digits_agrees_at_any_depth() -> None:
    one = recorded({"a": [0.1 + 0.2, np.array([0.3, NAN])], "n": np.float64(1 / 3)})
    assert same(one, recorded({"a": [0.3, np.array([0.1 + 0.2, NAN])], "n": np.float64(1 / 3)}))
    assert not same(one, recorded({"a": [0.3, np.array([0.31, NAN])], "n": np.float64(1 / 3)}))
    assert not same(one, recorded({"a": [0.3, np.array([0.3, 0.3])], "n": np.float64(1 / 3)}))
    assert not same(recorded([1]), recorded([True]))


def test_a_value_and_its_beginning_agree_but_for_their_extent() -> None:
    whole = {"a": np.arange(48.0), "b": pd.DataFrame({"x": range(900)}), "c": [1.5] * 900}
    beginning = cut(recorded(whole), 5)
    again = recorded(evaluated(beginning))
    assert same(again, beginning, extent=False)
    assert not same(again, beginning)
    assert not same(cut(recorded(whole), 4), beginning, extent=False)


def test_last_digits_do_not_count() -> None:
    value = recorded({"a": [0.1 + 0.2, np.float64(1 / 3)], "b": np.array([0.3])})
    assert holds(value, {"a": [0.3, np.float64(1 / 3 + 1e-15)], "b": np.array([0.1 + 0.2])})


@pytest.mark.parametrize(
    "value",
    [
        object(),
        (n for n in ()),
        lambda: 1,
        [print, open],
        pd.DataFrame([[1, 2]], columns=["a", "a"]),
        np.array([(1, 2)], dtype=[("a", int), ("b", int)]),
        np.ma.array([1], mask=[True]),
        pd.DataFrame({"a": [1]}).groupby("a"),
        collections.defaultdict(list),
        {NAN: 1},
        type("Own", (dict,), {})(),
        pd.Series(pd.period_range("2024", periods=2, freq="M")),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_cannot_be_written_is_told(value: Any) -> None:
    value = value if not isinstance(value, list) else [value[0], object()]
    assert isinstance(unwritable(recorded(value)), Opaque)


def test_what_contains_itself_is_told() -> None:
    xs: list[Any] = [1]
    xs.append(xs)
    assert unwritable(recorded(xs))


def test_of_what_is_large_the_beginning_is_recorded() -> None:
    frame = recorded(pd.DataFrame({"a": range(10_000), "b": "x"}))
    assert is_cut(frame)
    assert evaluated(cut(frame, 3)).equals(pd.DataFrame({"a": [0, 1, 2], "b": "x"}))
    assert evaluated(cut(recorded(np.arange(1000)), 2)).tolist() == [0, 1]
    assert evaluated(cut(recorded(list(range(1000))), 2)) == [0, 1]
    assert unwritable(recorded({n: n for n in range(1000)})) == Opaque("dict of 1,000", True)
    assert unwritable(recorded("x" * 1000)) == Opaque("str of 1,000 characters", True)
    assert unwritable(recorded(np.zeros((3, 5000)))) == Opaque("array of shape (3, 5000)", True)


def test_lines_are_no_longer_than_they_need_be() -> None:
    value = recorded({"key": list(range(20)), "other": [[1.5] * 9] * 9, "text": "y" * 60})
    text = laid_out(literal(value).text, "    ")
    assert max(map(len, text.split("\n"))) <= WIDTH
    assert eval(text) == {"key": list(range(20)), "other": [[1.5] * 9] * 9, "text": "y" * 60}


# ---- random values ----------------------------------------------------------------------------


def random_atom(chance: random.Random) -> Any:
    return chance.choice(
        [
            lambda: None,
            lambda: chance.random() < 0.5,
            lambda: chance.randrange(-(10**9), 10**9),
            lambda: chance.choice([0.0, -0.0, 1e300, 5e-324, NAN, math.inf, chance.gauss(0, 1)]),
            lambda: "".join(chr(chance.randrange(1, 0x2FF)) for _ in range(chance.randrange(6))),
            lambda: bytes(chance.randrange(256) for _ in range(chance.randrange(4))),
        ]
    )()


def random_key(chance: random.Random) -> Any:
    key = random_atom(chance)
    return key if key == key else "not a number"


def random_value(chance: random.Random, depth: int = 3) -> Any:
    makers: list[Callable[[], Any]] = [lambda: random_atom(chance)]
    if depth:
        size = chance.randrange(4)
        makers += [
            lambda: [random_value(chance, depth - 1) for _ in range(size)],
            lambda: tuple(random_value(chance, depth - 1) for _ in range(size)),
            lambda: {random_key(chance): random_value(chance, depth - 1) for _ in range(size)},
            lambda: {random_key(chance) for _ in range(size)},
            lambda: np.array([chance.gauss(0, 9) for _ in range(size)]).reshape(1, -1),
            lambda: random_frame(chance),
        ]
    return chance.choice(makers)()


def random_frame(chance: random.Random) -> pd.DataFrame:
    rows = chance.randrange(1, 6)
    columns: dict[Any, Any] = {}
    for place in range(chance.randrange(1, 4)):
        columns[f"c{place}"] = chance.choice(
            [
                lambda: [chance.randrange(100) for _ in range(rows)],
                lambda: [chance.choice([NAN, chance.random()]) for _ in range(rows)],
                lambda: [chance.choice(["a", "b", None]) for _ in range(rows)],
                lambda: pd.to_datetime([f"2024-01-{1 + chance.randrange(28)}"] * rows),
                lambda: pd.Categorical([chance.choice("xy") for _ in range(rows)]),
                lambda: pd.array([chance.choice([1, None]) for _ in range(rows)], dtype="Int64"),
                lambda: [random_atom(chance) for _ in range(rows)],
            ]
        )()
    index = chance.choice([None, None, list(range(3, 3 + rows)), [f"r{n}" for n in range(rows)]])
    return pd.DataFrame(columns, index=index)


@pytest.mark.parametrize("seed", range(400))
def test_random_values_are_written_as_they_were(seed: int) -> None:
    chance = random.Random(seed)
    value = random_value(chance)
    told = recorded(value)
    assert unwritable(told) is None, (value, told)
    assert same(recorded(evaluated(told)), told), value
    assert holds(told, value), value
    other = random_value(chance)
    if says_anything(told) and not same(recorded(other), told) and not alike(other, value):
        assert not holds(told, other), (value, other)


def alike(one: Any, other: Any) -> bool:
    """What `==` takes for equal, or cannot tell apart (`0.0` and `-0.0`, `1` and `True`)."""
    try:
        return bool(one == other) or (not one and not other)
    except Exception:
        return False
