"""The fingerprint of a value is the same for the same value made twice, and another for another."""

import collections
import dataclasses
import datetime
import decimal
import enum
import functools
import random
import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

from nb_refactor.adapters.fingerprint_side import fingerprints


@dataclasses.dataclass
class Point:
    x: Any
    y: Any = None


class Slotted:
    __slots__ = ("__hidden", "a")

    def __init__(self, a: Any, hidden: Any) -> None:
        self.a = a
        self.__hidden = hidden


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


def adder(by: int) -> Callable[[int], int]:
    return lambda x: x + by


def cycle(last: int) -> list[Any]:
    one: list[Any] = [1]
    one.append([one, last])
    return one


def frame(**columns: Any) -> pd.DataFrame:
    return pd.DataFrame(columns or {"a": [1, 2], "b": ["x", None]})


def generator(seed: int, drawn: int) -> np.random.Generator:
    made = np.random.default_rng(seed)
    made.random(drawn)
    return made


def fitted(slope: int) -> LinearRegression:
    return LinearRegression().fit([[0], [1], [2]], [0, slope, 2 * slope])


SHARED: list[int] = [1]
# A way to make a value, and others that make values which are not the same.
VALUES: list[tuple[Callable[[], Any], list[Callable[[], Any]]]] = [
    (lambda: 1, [lambda: 1.0, lambda: True, lambda: "1", lambda: 2, lambda: 10**5000]),
    (lambda: 10**5000, [lambda: 10**5000 + 1]),
    (lambda: float("nan"), [lambda: 0.0]),
    (lambda: 0.0, [lambda: -0.0, lambda: 0]),
    (lambda: "a", [lambda: b"a", lambda: ["a"], lambda: "a\ud800"]),
    (lambda: None, [lambda: False, lambda: ()]),
    (lambda: [1, 2], [lambda: (1, 2), lambda: [2, 1], lambda: [1], lambda: [[1, 2]]]),
    (lambda: [[1], []], [lambda: [[], [1]], lambda: [[1, []]]]),
    (lambda: [[1], [1]], [lambda: [SHARED, SHARED]]),
    (lambda: {"a": 1, "b": 2}, [lambda: {"b": 2, "a": 1}, lambda: {"a": 1, "b": 3}]),
    (lambda: {"x", "y", "z"}, [lambda: {"x", "y"}, lambda: frozenset("xyz")]),
    (lambda: {(1, "a"), (2, "b")}, [lambda: {(1, "b"), (2, "a")}]),
    (lambda: cycle(2), [lambda: cycle(3)]),
    (lambda: Point(1, [2]), [lambda: Point(1, [3]), lambda: Point(2, [2])]),
    (lambda: Slotted(1, 2), [lambda: Slotted(1, 3)]),
    (lambda: Colour.RED, [lambda: Colour.BLUE, lambda: 1]),
    (lambda: adder(1), [lambda: adder(2), lambda: (lambda x: x - 1)]),
    (lambda: functools.partial(int, base=2), [lambda: functools.partial(int, base=8)]),
    (lambda: [].append, [lambda: [1].append, lambda: [].extend]),
    (lambda: collections.Counter("aab"), [lambda: collections.Counter("abb")]),
    (lambda: collections.deque([1]), [lambda: collections.deque([2]), lambda: [1]]),
    (lambda: collections.defaultdict(list), [lambda: collections.defaultdict(set), dict]),
    (lambda: datetime.date(2020, 1, 1), [lambda: datetime.datetime(2020, 1, 1)]),
    (lambda: decimal.Decimal("1.0"), [lambda: decimal.Decimal("1.00")]),
    (lambda: Fraction(1, 3), [lambda: Fraction(2, 3)]),
    (lambda: Path("a/b"), [lambda: Path("a/c"), lambda: "a/b"]),
    (lambda: re.compile("a"), [lambda: re.compile("a", re.M)]),
    (lambda: range(3), [lambda: range(4)]),
    (lambda: random.Random(1), [lambda: random.Random(2)]),
    (lambda: np.arange(4), [lambda: np.arange(4.0), lambda: np.arange(4).reshape(2, 2),
                            lambda: np.arange(4)[::-1], lambda: [0, 1, 2, 3]]),
    (lambda: np.arange(8)[::2], [lambda: np.arange(8)[1::2]]),
    (lambda: np.array([1, "a", None], dtype=object), [lambda: np.array([1, "a", 2], dtype=object)]),
    (lambda: np.float64(1), [lambda: np.float32(1), lambda: 1.0]),
    (lambda: np.ma.array([1, 2], mask=[0, 1]), [lambda: np.ma.array([1, 2], mask=[1, 0])]),
    (lambda: np.datetime64("2020-01-01"), [lambda: np.datetime64("2020-01-02")]),
    (lambda: generator(0, 1), [lambda: generator(0, 2), lambda: generator(1, 1)]),
    (frame, [lambda: frame(a=[1, 2], b=["x", "y"]), lambda: frame(a=[1.0, 2.0], b=["x", None]),
             lambda: frame(b=["x", None], a=[1, 2]), lambda: frame().set_axis([1, 2], axis=0),
             lambda: frame().rename_axis("i")]),
    (lambda: pd.Series([1, None], name="s"), [lambda: pd.Series([1, None], name="t"),
                                             lambda: pd.Series([1, 0], name="s")]),
    (lambda: pd.Categorical(["a", "b"]), [lambda: pd.Categorical(["a", "b"], ordered=True),
                                         lambda: pd.Categorical(["a", "b"], list("bac"))]),
    (lambda: pd.MultiIndex.from_product([[1, 2], ["a"]]),
     [lambda: pd.MultiIndex.from_product([[1, 3], ["a"]])]),
    (lambda: pd.Series([[1], [2]]), [lambda: pd.Series([[1], [3]])]),
    (lambda: pd.Timestamp("2020", tz="UTC"), [lambda: pd.Timestamp("2020")]),
    (lambda: fitted(2), [lambda: fitted(3)]),
]  # fmt: skip


def told(value: Any) -> dict[str, Any]:
    return dict(fingerprints({"v": value})["variables"]["v"])


@pytest.mark.parametrize(("make", "others"), VALUES)
def test_the_same_value_has_the_same_fingerprint_and_another_has_not(
    make: Callable[[], Any], others: list[Callable[[], Any]]
) -> None:
    first, second = told(make()), told(make())
    assert first == second
    assert first["digest"]
    assert not first["is_opaque"]
    for other in others:
        assert told(other())["digest"] != first["digest"]


def test_what_nobody_can_compare_is_opaque_wherever_it_lies(tmp_path: Path) -> None:
    (tmp_path / "f").touch()
    with (tmp_path / "f").open() as file:
        for value in (file, (x for x in "a"), iter([1]), object(), memoryview(b"a")):
            for wrapped in (value, [value], {"a": value}, Point(value)):
                assert told(wrapped)["is_opaque"], value


def test_a_value_without_end_is_given_up() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert told(deep)["is_opaque"]
    assert told(list(map(str, range(400_000)))) == {
        "digest": "", "kind": "list of 400000", "shown": "", "is_opaque": True, "is_code": False
    }  # fmt: skip


class Nasty:
    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError(name)


class Shapeless:
    shape = property(lambda self: 1 / 0)


def test_objects_that_raise_when_looked_at_do_no_harm() -> None:
    answer = fingerprints({"a": Nasty(), "b": Shapeless(), "c": 1})["variables"]
    assert answer["a"]["is_opaque"]
    assert answer["c"]["shown"] == "1"


def test_where_variables_meet() -> None:
    rows = [1]
    array = np.arange(4)
    table = frame()
    names = {
        "a": rows, "b": rows, "c": {"k": rows}, "d": [1], "e": array, "f": array[1:],
        "g": array.copy(), "h": table, "i": table, "j": table.copy(), "k": Point(rows), "s": "text",
        "t": "text", "l": len, "m": len, "p": (rows,), "_q": rows,
    }  # fmt: skip
    assert fingerprints(names)["shared"] == [
        ["a", "b", "c['k']", "k.x", "p[0]"], ["e", "f"], ["h", "i"]
    ]  # fmt: skip


def test_names_of_the_session_are_passed_over() -> None:
    names = {"In": [], "Out": {}, "_": 1, "_i1": "", "get_ipython": len, "x": 1}
    assert list(fingerprints(names)["variables"]) == ["x"]
