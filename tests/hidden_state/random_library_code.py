"""Random cells that use numpy, pandas, matplotlib and scikit-learn, and plain Python between them.

As in `random_code`, names have types by pool, so that most statements run; what is a view of what,
what is stored through which name, and what is drawn into which axes is random.
"""

from __future__ import annotations

from .random_code import FUNCTIONS, NUMBERS, SETUP, Vocabulary, Writer, indented

ARRAYS = ("x", "y", "z")
MATRICES = ("mat", "grid")
FRAMES = ("df", "sub")
COLUMNS = ("col", "ser")  # a column or a row
AXES = ("ax", "ax2")
DRAWS = ("rng", "rng2")
ESTIMATORS = ("est", "pipe")
SCALERS = ("scaler",)
BOXES = ("box",)  # instances of a class that keeps a table and an array
PILES = ("pile",)  # lists of arrays
SHELVES = ("shelf",)  # a dict of arrays
CHANGERS = ("zero", "part", "clean", "tidy", "noise")
NAMES = "abk"

LIBRARY_SETUP = (
    "import numpy as np",
    "import pandas as pd",
    "import matplotlib.pyplot as plt",
    "from sklearn.linear_model import LinearRegression, SGDRegressor",
    "from sklearn.preprocessing import StandardScaler",
    "from sklearn.pipeline import make_pipeline",
    "from sklearn.tree import DecisionTreeRegressor",
    "from sklearn.base import clone",
    "np.random.seed(4)",
    "x = np.arange(4)",
    "y = np.array([5.0, 2.0, 7.0])",
    "z = x",
    "mat = np.arange(6).reshape(2, 3)",
    "grid = np.ones((2, 2))",
    'df = pd.DataFrame({"a": [1, 2, 3, 4], "b": [4.0, 1.0, 3.0, 2.0], "k": list("ppqq")})',
    "sub = df",
    'col = df["a"]',
    "ser = pd.Series([3, 1, 2])",
    "fig, ax = plt.subplots()",
    "ax2 = ax",
    "rng = np.random.default_rng(2)",
    "rng2 = rng",
    "est = LinearRegression()",
    "scaler = StandardScaler()",
    "pipe = make_pipeline(scaler, LinearRegression())",
    "pile = [x, y]",
    'shelf = {"k": x, "j": np.zeros(2)}',
    "def zero(v):\n    v[:1] = 0\n    return v",
    "def part(v):\n    return v[1:]",
    'def clean(v):\n    v["c"] = v["a"] + a\n    return v',
    'def tidy(v):\n    v = v.copy()\n    v["c"] = n\n    return v',
    "def noise(v):\n    return v + np.random.rand()",
    "def draw(v, w):\n    v.plot(w)",
    "class Box:\n    def __init__(self, t, v):\n        self.t, self.v = t, v\n"
    '    def add(self):\n        self.t["c"] = n\n        return self.v\n'
    "    def put(self, w):\n        self.v[:1] = w\n        return self.t",
    "box = Box(df, x)",
)


class LibraryWriter(Writer):
    """Writes random statements that are about library objects most of the time."""

    # ---- expressions -------------------------------------------------------------------------

    def number(self, depth: int = 0) -> str:
        if self.rng.random() < 0.7:
            return super().number(depth)
        return self.pick(
            lambda: f"int({self.array(depth + 1)}.sum() % 97)",
            lambda: f"int({self.one(ARRAYS)}[0])",
            lambda: f"len({self.one(FRAMES)})",
            lambda: f'int({self.one(FRAMES)}["{self.column()}"].sum() % 97)',
            lambda: f"int({self.one(DRAWS)}.integers(9))",
            lambda: "np.random.randint(9)",
            lambda: f"{self.one(MATRICES)}.shape[0]",
            lambda: f"int({self.one(COLUMNS)}.size)",
        )

    def column(self) -> str:
        return self.rng.choice(("a", "a", "b", "c"))

    def at(self) -> str:
        return self.rng.choice(("0", "0", "-1", "1"))

    def array(self, depth: int = 0) -> str:
        if depth > 2:
            return self.one(ARRAYS)
        inner = depth + 1
        return self.pick(
            lambda: self.one(ARRAYS),
            lambda: self.one(ARRAYS),
            lambda: self.one(ARRAYS),
            lambda: f"{self.one(ARRAYS)}[{self.rng.choice(('1:', ':2', '::-1', ':', '::2'))}]",
            lambda: f"{self.one(MATRICES)}[{self.at()}]",
            lambda: f"{self.one(MATRICES)}[:, {self.at()}]",
            lambda: f"{self.one(MATRICES)}.T[0]",
            lambda: f"{self.one(MATRICES)}.ravel()",
            lambda: f"{self.one(MATRICES)}.flatten()",
            lambda: f"{self.one(MATRICES)}.diagonal().copy()",
            lambda: f"{self.array(inner)}.copy()",
            lambda: f"{self.array(inner)}.view()",
            lambda: f"{self.array(inner)}.reshape(-1)",
            lambda: f"np.asarray({self.array(inner)})",
            lambda: f"np.array({self.array(inner)})",
            lambda: f"np.array({self.array(inner)}, copy=False)",
            lambda: f"np.ravel({self.array(inner)})",
            lambda: f"np.atleast_1d({self.array(inner)})",
            lambda: f"np.flip({self.array(inner)})",
            lambda: f"{self.array(inner)}.astype(float)",
            lambda: f"{self.array(inner)}.astype(float, copy=False)",
            lambda: f"({self.array(inner)} * {self.number(2)})",
            lambda: f"({self.array(inner)} + {self.one(NUMBERS)})",
            lambda: f"({self.array(inner)}[:1] + {self.array(inner)}[:1])",
            lambda: f"{self.one(ARRAYS)}[{self.one(ARRAYS)} > {self.one(NUMBERS)}]",
            lambda: f"{self.one(ARRAYS)}[[0, 1]]",
            lambda: f"np.sort({self.array(inner)})",
            lambda: f"np.where({self.one(ARRAYS)} > 2, {self.number(2)}, 1)",
            lambda: f"np.concatenate([{self.array(inner)}, {self.array(inner)}])[:5]",
            lambda: f"np.clip({self.array(inner)}, 0, {self.one(NUMBERS)})",
            lambda: f"np.arange({self.rng.randrange(2, 5)})",
            lambda: f"np.zeros({self.rng.randrange(2, 5)})",
            lambda: f"np.array([{self.number(2)}, {self.number(2)}])",
            lambda: f"np.random.rand({self.rng.randrange(1, 4)})",
            lambda: f"{self.one(DRAWS)}.normal(size=3)",
            lambda: f"{self.one(DRAWS)}.permutation({self.one(ARRAYS)})",
            lambda: f'{self.one(FRAMES)}["{self.column()}"].values',
            lambda: f'{self.one(FRAMES)}["{self.column()}"].to_numpy()',
            lambda: f'np.asarray({self.one(FRAMES)}["a"])',
            lambda: f"{self.one(COLUMNS)}.to_numpy()",
            lambda: f"part({self.array(inner)})",
            lambda: f"zero({self.array(inner)})",
            lambda: f"noise({self.array(inner)})",
            lambda: f"same({self.array(inner)})",
            lambda: f"{self.one(PILES)}[{self.at()}]",
            lambda: f'{self.one(SHELVES)}["{self.key()}"]',
            lambda: f'{self.one(SHELVES)}.get("{self.key()}", {self.one(ARRAYS)})',
            lambda: f"{self.one(BOXES)}.v",
            lambda: f"{self.one(BOXES)}.add()",
            lambda: f"({self.one(ARRAYS)} if {self.test()} else {self.array(inner)})",
            lambda: f"np.split({self.one(MATRICES)}.ravel(), 2)[0]",
            lambda: f"list({self.one(PILES)})[0]",
            lambda: f"next(iter({self.one(PILES)}))",
            lambda: f"{self.one(ESTIMATORS)}.coef_",
            lambda: f"{self.one(SCALERS)}.mean_",
        )

    def matrix(self) -> str:
        return self.pick(
            lambda: self.one(MATRICES),
            lambda: f"{self.one(MATRICES)}.T",
            lambda: f"{self.one(MATRICES)}[:, 1:]",
            lambda: f"{self.one(MATRICES)}[:1]",
            lambda: f"{self.one(MATRICES)}.copy()",
            lambda: f"{self.one(MATRICES)} * {self.one(NUMBERS)}",
            lambda: f"np.vstack([{self.one(ARRAYS)}, {self.one(ARRAYS)}])",
            lambda: f"np.atleast_2d({self.one(ARRAYS)})",
            lambda: f"{self.one(ARRAYS)}[:, None]",
            lambda: f"{self.one(ARRAYS)}.reshape(1, -1)",
            lambda: "np.eye(2)",
            lambda: f'{self.one(FRAMES)}[["a", "b"]].to_numpy()',
            lambda: f'{self.one(FRAMES)}[["a", "b"]].values',
        )

    def frame(self, depth: int = 0) -> str:
        if depth > 1:
            return self.one(FRAMES)
        one = self.one(FRAMES)
        return self.pick(
            lambda: one,
            lambda: one,
            lambda: f"{one}.copy()",
            lambda: f"{one}.copy(deep=False)",
            lambda: f'{one}[["a", "b"]]',
            lambda: f'{one}[{one}["{self.column()}"] > {self.one(NUMBERS)}]',
            lambda: f"{one}[{one}.a > 1]",
            lambda: f"{one}[:3]",
            lambda: f"{one}.head(3)",
            lambda: f"{one}.iloc[:3]",
            lambda: f"{one}.iloc[1:]",
            lambda: f'{one}.loc[:, ["a", "b"]]',
            lambda: f'{one}.loc[:, "a":"b"]',
            lambda: f"{one}.loc[{one}.a > 1, :]",
            lambda: f"{one}.dropna()",
            lambda: f"{one}.drop_duplicates()",
            lambda: f'{one}.sort_values("{self.column()}")',
            lambda: f"{one}.sort_index()",
            lambda: f"{one}.reset_index(drop=True)",
            lambda: f'{one}.rename(columns={{"c": "b2"}})',
            lambda: f"{one}.assign(c={self.array(2)}[0])",
            lambda: f'{one}.assign(c=lambda t: t["a"] * {self.one(NUMBERS)})',
            lambda: f'{one}.drop(columns="c", errors="ignore")',
            lambda: f"{one}.fillna({self.number(2)})",
            lambda: f"{one}.query('a > {self.rng.randrange(3)}')",
            lambda: f"{one}.query('a > @n')",
            lambda: f"pd.concat([{one}, {self.one(FRAMES)}]).reset_index(drop=True)[:5]",
            lambda: f"pd.concat([{one}, {self.one(FRAMES)}], ignore_index=True).head()",
            lambda: f"{one}.sample(2)",
            lambda: f"{one}.sample(2, random_state={self.rng.randrange(3)})",
            lambda: f"{one}.sample(2, random_state={self.one(DRAWS)})",
            lambda: f'pd.DataFrame({{"a": {self.array(2)}[:2], "b": {self.number(2)}, "k": "p"}})',
            lambda: f'pd.DataFrame({{"a": {self.one(COLUMNS)}, "b": 1.0, "k": "q"}})',
            lambda: f"pd.DataFrame({one})",
            lambda: f'pd.DataFrame({self.one(MATRICES)}).rename(columns={{0: "a", 1: "b"}})',
            lambda: f"clean({self.frame(depth + 1)})",
            lambda: f"tidy({self.frame(depth + 1)})",
            lambda: f"same({self.frame(depth + 1)})",
            lambda: f"{one}.pipe(tidy)",
            lambda: f"{one}.pipe(clean)",
            lambda: f"{self.one(BOXES)}.t",
            lambda: f'{one}.set_index("k").reset_index()',
            lambda: f'{one}.merge({self.one(FRAMES)}[["k"]].drop_duplicates(), on="k")',
            lambda: f'dict(list({one}.groupby("k")))["p"]',
        )

    def series(self, depth: int = 0) -> str:
        one = self.one(FRAMES)
        return self.pick(
            lambda: self.one(COLUMNS),
            lambda: f'{one}["{self.column()}"]',
            lambda: f'{one}["{self.column()}"]',
            lambda: f"{one}.{self.rng.choice(('a', 'b'))}",
            lambda: f'{one}["{self.column()}"].copy()',
            lambda: f'{one}["{self.column()}"] * {self.number(2)}',
            lambda: f'{one}["a"] + {one}["b"]',
            lambda: f'{one}["a"][:2]',
            lambda: f"{one}.loc[0]",
            lambda: f"{one}.iloc[-1]",
            lambda: f'{one}.loc[:, "a"]',
            lambda: f"{one}.iloc[:, 0]",
            lambda: f'{one}.get("a")',
            lambda: f"pd.Series({self.array(1)})",
            lambda: f"pd.Series({self.list(2)}, dtype=float)",
            lambda: f"{self.one(COLUMNS)}.copy()",
            lambda: f"{self.one(COLUMNS)}[:2]",
            lambda: f"{self.one(COLUMNS)}.iloc[:2]",
            lambda: f"{self.one(COLUMNS)}.reset_index(drop=True)",
            lambda: f"{self.one(COLUMNS)}.rename('q')",
            lambda: f"{self.one(COLUMNS)}.fillna({self.one(NUMBERS)})",
            lambda: f"{self.one(COLUMNS)}.sort_values()",
            lambda: f"{self.one(COLUMNS)}.apply(lambda v: v)",
            lambda: f'{one}["a"].map(lambda v: v + {self.one(NUMBERS)})',
            lambda: f'{one}["a"].apply({self.one(FUNCTIONS)})',
            lambda: f'{one}.groupby("k")["{self.column()}"].sum()',
            lambda: f'{one}.groupby("k")["a"].transform("max")',
            lambda: f'{one}.pop("c")',
        )

    def features(self) -> str:
        return self.pick(
            lambda: f'{self.one(FRAMES)}[["a"]]',
            lambda: f'{self.one(FRAMES)}[["a", "b"]]',
            lambda: f"{self.one(ARRAYS)}.reshape(-1, 1)",
        )

    def shown(self) -> str:
        if self.rng.random() < 0.2:
            return super().shown()
        one = self.one(FRAMES)
        return self.pick(
            lambda: self.array(),
            lambda: self.array(),
            lambda: f"{self.array()}.sum()",
            lambda: f"list({self.array()})",
            lambda: f"{self.matrix()}",
            lambda: f"print({self.one(MATRICES)})",
            lambda: self.frame(),
            lambda: one,
            lambda: one,
            lambda: f'{one}["{self.column()}"].sum()',
            lambda: f"{one}.{self.rng.choice(('a', 'b'))}.mean()",
            lambda: f"len({self.frame()})",
            lambda: f"{one}.shape",
            lambda: f"list({one}.columns)",
            lambda: f"{one}.describe()",
            lambda: f"{one}.index.tolist()",
            lambda: f'{one}[["a"]]',
            lambda: f"{one}.loc[0]",
            lambda: f'{one}.loc[{one}.a > 1, "b"]',
            lambda: f'{one}.groupby("k").size()',
            lambda: f'{one}.groupby("k").agg({{"{self.column()}": "sum"}})',
            lambda: f'{one}.pivot_table(index="k", values="{self.column()}")',
            lambda: f'{one}["k"].value_counts()',
            lambda: f"{one}.dtypes",
            lambda: f"{one}.isna().sum()",
            lambda: self.series(),
            lambda: self.one(COLUMNS),
            lambda: f"{self.one(COLUMNS)}.tolist()",
            lambda: f"print({self.one(COLUMNS)}.name)",
            lambda: "fig",
            lambda: f"{self.one(AXES)}.get_title()",
            lambda: f"{self.one(AXES)}.get_xlim()",
            lambda: f"len({self.one(AXES)}.lines)",
            lambda: f"{self.one(AXES)}.figure",
            lambda: f"{self.one(ESTIMATORS)}.predict({self.features()})",
            lambda: f"{self.one(ESTIMATORS)}.get_params()",
            lambda: self.one(ESTIMATORS),
            lambda: f"{self.one(SCALERS)}.transform({self.features()})",
            lambda: f"{self.one(DRAWS)}.integers(99)",
            lambda: "np.random.rand()",
            lambda: f"{self.one(PILES)}",
            lambda: f"{self.one(SHELVES)}",
            lambda: f"{self.one(BOXES)}.t",
            lambda: f"{self.one(BOXES)}.v",
        )

    # ---- statements --------------------------------------------------------------------------

    def statement(self, depth: int = 0) -> str:
        if self.rng.random() < 0.25:
            return super().statement(depth)
        return self.rng.choice(
            (
                *([self.array_assigned] * 3),
                *([self.array_changed] * 6),
                *([self.frame_assigned] * 3),
                *([self.frame_changed] * 7),
                *([self.series_changed] * 3),
                *([self.drawn] * 3),
                *([self.trained] * 2),
                self.seeded,
                self.kept,
                *([self.walked] * 2),
                *([self.helper] if depth == 0 else []),
            )
        )()

    def array_assigned(self) -> str:
        return self.pick(
            lambda: f"{self.one(ARRAYS)} = {self.array()}",
            lambda: f"{self.one(ARRAYS)} = {self.array()}",
            lambda: f"{self.one(ARRAYS)} = {self.array()}",
            lambda: f"{self.one(MATRICES)} = {self.matrix()}",
            lambda: f"{self.one(ARRAYS)}, {self.one(ARRAYS)} = {self.array()}, {self.array()}",
            lambda: f"{self.one(ARRAYS)} = {self.one(ARRAYS)} = {self.array()}",
            lambda: f"{self.one(ARRAYS)}, {self.one(ARRAYS)} = np.zeros((2, 3))",
            lambda: f"{self.one(ARRAYS)}, {self.one(ARRAYS)} = {self.one(MATRICES)}[:2]",
        )

    def array_changed(self) -> str:
        one, other = self.one(ARRAYS), self.one(ARRAYS)
        return self.pick(
            lambda: f"{one}[{self.at()}] = {self.number(1)}",
            lambda: f"{one}[{self.at()}] = {self.number(1)}",
            lambda: f"{one}[{self.at()}] += {self.number(1)}",
            lambda: f"{one}[{self.one(NUMBERS)} % 2] = {self.number(1)}",
            lambda: f"{one}[1:3] = {self.number(1)}",
            lambda: f"{one}[:1] = {other}[:1]",
            lambda: f"{one}[:] = {self.number(1)}",
            lambda: f"{one}[...] = {self.number(1)}",
            lambda: f"{one}[1:][0] = {self.number(1)}",
            lambda: f"{one}[{one} > {self.one(NUMBERS)}] = {self.number(1)}",
            lambda: f"{one}[[0, 1]] = {self.number(1)}",
            lambda: f"{one} += {self.rng.randrange(3)}",
            lambda: f"{one} *= 2",
            lambda: f"{one}[:2] += 1",
            lambda: f"{one}.sort()",
            lambda: f"{one}.fill({self.number(1)})",
            lambda: f"{one}.partition(0)",
            lambda: f"{one}.put([0], {self.number(1)})",
            lambda: f"{one}.flat[0] = {self.number(1)}",
            lambda: f"{one}.setflags(write=True)",
            lambda: f"{one}.shape = (-1,)",
            lambda: f"np.put({one}, [0], {self.number(1)})",
            lambda: f"np.copyto({one}, {self.number(1)})",
            lambda: f"np.add({one}, 1, out={one})",
            lambda: f"np.add({one}, {self.one(NUMBERS)}, {one})",
            lambda: f"np.maximum({one}, {self.one(NUMBERS)}, out={one})",
            lambda: f"np.clip({one}, 0, 5, out={one})",
            lambda: f"{one}.clip(0, 5, out={one})",
            lambda: f"np.add.at({one}, [0], {self.number(1)})",
            lambda: f"np.random.shuffle({one})",
            lambda: f"{self.one(DRAWS)}.shuffle({one})",
            lambda: f"{one}[0], {other}[-1] = {other}[-1], {one}[0]",
            lambda: f"{self.array(1)}[{self.at()}] = {self.number(1)}",
            lambda: f"{self.array(1)}[:1] = {self.number(1)}",
            lambda: f"{self.array(1)}.sort()",
            lambda: f"{self.array(1)}.fill({self.number(1)})",
            lambda: f"zero({self.array(1)})",
            lambda: f"part({one})[:] = {self.number(1)}",
            lambda: f"{self.one(MATRICES)}[0, {self.at()}] = {self.number(1)}",
            lambda: f"{self.one(MATRICES)}[:, {self.at()}] = {self.number(1)}",
            lambda: f"{self.one(MATRICES)}[{self.at()}][0] = {self.number(1)}",
            lambda: f"{self.one(MATRICES)}[{self.at()}] = {self.number(1)}",
            lambda: f"{self.one(MATRICES)}[{self.at()}] += 1",
            lambda: f"{self.one(MATRICES)} -= 1",
            lambda: f"{self.one(MATRICES)}.T[0] = {self.number(1)}",
            lambda: f"np.fill_diagonal({self.one(MATRICES)}, {self.number(1)})",
            lambda: f"{self.one(MATRICES)}.sort(axis=0)",
            lambda: f"w = {self.array(1)}\nw[{self.at()}] = {self.number(1)}",
            lambda: f"w = {self.one(MATRICES)}[0]\nw += {self.number(1)}",
        )

    def frame_assigned(self) -> str:
        return self.pick(
            lambda: f"{self.one(FRAMES)} = {self.frame()}",
            lambda: f"{self.one(FRAMES)} = {self.frame()}",
            lambda: f"{self.one(COLUMNS)} = {self.series()}",
            lambda: f"{self.one(COLUMNS)} = {self.series()}",
            lambda: f"df, sub = {self.frame()}, {self.frame()}",
            lambda: self.again(lambda name: f"{name} = {name}.dropna()"),
            lambda: self.again(lambda name: f'{name} = {name}.sort_values(["a", "b"])'),
            lambda: self.again(lambda name: f"{name} = {name}.head(3)"),
            lambda: self.again(lambda name: f"{name} = {name}.reset_index(drop=True)"),
            lambda: self.again(lambda name: f'{name}["a"] = {name}["a"].astype(float)'),
            lambda: self.again(lambda name: f'{name}["b"] = {name}["b"].fillna(0)'),
            lambda: self.again(lambda name: f"{name} = {name}[{name}.a > 1]"),
            lambda: self.again(lambda name: f"{name} = {name}.copy()"),
        )

    def again(self, written: object) -> str:
        """A statement that gives a name something made of its own value."""
        assert callable(written)
        return str(written(self.one(FRAMES)))

    def frame_changed(self) -> str:
        one, column = self.one(FRAMES), self.column()
        return self.pick(
            lambda: f'{one}["{column}"] = {self.number(1)}',
            lambda: f'{one}["{column}"] = {one}["{self.column()}"] * {self.one(NUMBERS)}',
            lambda: f'{one}["c"] = {self.series()}',
            lambda: f'{one}["c"] = {self.array()}[0]',
            lambda: f"{one}.a = {self.number(1)}",
            lambda: f'{one}["{column}"] += {self.number(1)}',
            lambda: f"{one}.b *= 2",
            lambda: f'{one}[["a", "b"]] = {self.number(1)}',
            lambda: f"{one}[{one}.a > 2] = 0",
            lambda: f'{one}.loc[0, "{column}"] = {self.number(1)}',
            lambda: f'{one}.loc[{one}["a"] > {self.one(NUMBERS)}, "{column}"] = {self.number(1)}',
            lambda: f'{one}.loc[:, "{column}"] = {self.number(1)}',
            lambda: f'{one}.loc[0] = [{self.number(2)}, 1.0, "p"]',
            lambda: f'{one}.loc[len({one})] = [{self.number(2)}, 1.0, "q"]',
            lambda: f"{one}.iloc[0, {self.at()}] = {self.number(1)}",
            lambda: f"{one}.iloc[:2, 0] = {self.number(1)}",
            lambda: f'{one}.at[0, "{column}"] = {self.number(1)}',
            lambda: f"{one}.iat[0, 0] = {self.number(1)}",
            lambda: f'{one}["{column}"][0] = {self.number(1)}',
            lambda: f'{one}["{column}"].iloc[0] = {self.number(1)}',
            lambda: f'{one}["{column}"].values[0] = {self.number(1)}',
            lambda: f"{one}.values[0] = {self.number(1)}",
            lambda: f'{one}["{column}"].fillna({self.number(2)}, inplace=True)',
            lambda: f'{one}["{column}"].replace(1, {self.number(2)}, inplace=True)',
            lambda: f"{one}.fillna({self.number(2)}, inplace=True)",
            lambda: f"{one}.replace(2, {self.number(2)}, inplace=True)",
            lambda: f"{one}.dropna(inplace=True)",
            lambda: f"{one}.drop_duplicates(inplace=True)",
            lambda: f'{one}.sort_values("{column}", inplace=True)',
            lambda: f"{one}.sort_index(inplace=True)",
            lambda: f"{one}.reset_index(drop=True, inplace=True)",
            lambda: f'{one}.rename(columns={{"c": "a2"}}, inplace=True)',
            lambda: f'{one}.drop(columns="c", errors="ignore", inplace=True)',
            lambda: f"{one}.drop(index=0, errors='ignore', inplace=True)",
            lambda: f'{one}.eval("c = a + b", inplace=True)',
            lambda: f'{one}.query("a > 0", inplace=True)',
            lambda: f"{one}.update(pd.DataFrame({{'a': [{self.number(2)}]}}))",
            lambda: f'{one}.insert(0, "z{self.rng.randrange(9)}", {self.number(1)})',
            lambda: f'{one}.pop("c")',
            lambda: f'del {one}["c"]',
            lambda: f"{one}.index = {one}.index + 1",
            lambda: f"{one}.columns = list({one}.columns)",
            lambda: f'{one}.index.name = "{self.one(("i", "o"))}"',
            lambda: f"{one}.iloc[:2]['a'] = {self.number(1)}",
            lambda: f"{one}[{one}.a > 1]['b'] = {self.number(1)}",
            lambda: f"{one}.where({one} != 3, 0, inplace=True)",
            lambda: f"clean({self.frame()})",
            lambda: f"{self.one(BOXES)}.add()",
            lambda: f'{self.one(BOXES)}.t["{column}"] = {self.number(1)}',
            lambda: f"{self.one(BOXES)}.put({self.number(1)})",
        )

    def series_changed(self) -> str:
        one = self.one(COLUMNS)
        return self.pick(
            lambda: f"{one}.iloc[{self.at()}] = {self.number(1)}",
            lambda: f"{one}[0] = {self.number(1)}",
            lambda: f"{one}.loc[0] = {self.number(1)}",
            lambda: f"{one}[{one} > {self.one(NUMBERS)}] = {self.number(1)}",
            lambda: f"{one}[:] = {self.number(1)}",
            lambda: f"{one} += 1",
            lambda: f'{one}["a"] = {self.number(1)}',
            lambda: f"{one}.fillna({self.number(2)}, inplace=True)",
            lambda: f"{one}.replace(2, {self.number(2)}, inplace=True)",
            lambda: f"{one}.sort_values(inplace=True)",
            lambda: f"{one}.reset_index(drop=True, inplace=True)",
            lambda: f"{one}.clip(0, 5, inplace=True)",
            lambda: f"{one}.update(pd.Series([{self.number(2)}]))",
            lambda: f'{one}.name = "{self.one(("q", "w"))}"',
            lambda: f"{one}.values[:1] = {self.number(1)}",
            lambda: f"{one}.index = range(len({one}))",
            lambda: f"w = {self.series()}\nw.iloc[0] = {self.number(1)}",
        )

    def drawn(self) -> str:
        ax = self.one(AXES)
        return self.pick(
            lambda: "fig, ax = plt.subplots()",
            lambda: "fig, ax = plt.subplots()",
            lambda: "fig, (ax, ax2) = plt.subplots(1, 2)",
            lambda: "fig, axs = plt.subplots(1, 2)\nax, ax2 = axs",
            lambda: "fig, axs = plt.subplots(2, 2)\nax = axs[0, 1]\nax2 = axs.flat[0]",
            lambda: f"{ax}.plot({self.array()})",
            lambda: f"{ax}.plot({self.array()})",
            lambda: f"{ax}.plot({self.one(COLUMNS)}.tolist(), label='q')\n{ax}.legend()",
            lambda: f"{ax}.hist({self.array()}, bins=2)",
            lambda: f"{ax}.set_title('{self.one(('t', 'tt'))}')",
            lambda: f"{ax}.set_title({self.text(1)})",
            lambda: f"{ax}.set_xlabel(str({self.one(NUMBERS)}))",
            lambda: f"{ax}.set_xlim(0, {self.rng.randrange(1, 9)})",
            lambda: f"{ax}.set(title={self.text(1)}, ylabel='q')",
            lambda: f"{ax}.axhline({self.one(NUMBERS)})",
            lambda: f"{ax}.text(0, 0, {self.text(1)})",
            lambda: f"{ax}.clear()",
            lambda: f"{ax}.lines[0].set_color('red')",
            lambda: f"{ax}.set_xscale('log')",
            lambda: f"line, = {ax}.plot({self.one(ARRAYS)}[:2])\nline.set_ydata([1, 2])",
            lambda: f"{self.one(AXES)} = {ax}",
            lambda: f"{self.one(AXES)} = fig.axes[0]",
            lambda: f"{self.one(AXES)} = plt.gca()",
            lambda: f"ax2 = {ax}.twinx()",
            lambda: "fig = plt.figure()\nax = fig.add_subplot(1, 1, 1)",
            lambda: "fig.suptitle('s')",
            lambda: f"fig.axes[0].set_title({self.text(1)})",
            lambda: f"plt.plot({self.array()})",
            lambda: f"plt.plot({self.one(ARRAYS)})\nplt.title({self.text(1)})",
            lambda: f"plt.sca({ax})\nplt.plot({self.one(ARRAYS)})",
            lambda: f"plt.figure()\nplt.plot({self.one(ARRAYS)})\nplt.show()",
            lambda: f'{self.one(FRAMES)}["a"].plot()',
            lambda: f'{self.one(FRAMES)}["a"].plot(ax={ax})',
            lambda: f'ax = {self.one(FRAMES)}.plot(x="a", y="b")',
            lambda: f"draw({ax}, {self.array()})",
        )

    def trained(self) -> str:
        one = self.one(ESTIMATORS)
        target = f"{self.one(FRAMES)}['b']"
        return self.pick(
            lambda: f"{one}.fit({self.features()}, {target})",
            lambda: f"{one}.fit({self.features()}, {target})",
            lambda: f"{self.one(SCALERS)}.fit({self.features()})",
            lambda: f"{self.one(ARRAYS)} = {self.one(SCALERS)}.fit_transform({self.features()})[0]",
            lambda: "est = LinearRegression()",
            lambda: f"est = LinearRegression().fit({self.features()}, {target})",
            lambda: "est.set_params(fit_intercept=False)",
            lambda: f"est.fit_intercept = {self.rng.choice(('True', 'False'))}",
            lambda: f"est.coef_[0] = {self.number(1)}",
            lambda: f"est = DecisionTreeRegressor(max_depth={self.rng.randrange(1, 3)})",
            lambda: "est = DecisionTreeRegressor(max_features=1, random_state=1)",
            lambda: "est = DecisionTreeRegressor(max_features=1, splitter='random')",
            lambda: "est = SGDRegressor(max_iter=3, tol=None)",
            lambda: f"est.partial_fit({self.features()}, {target})",
            lambda: "pipe = make_pipeline(StandardScaler(), est)",
            lambda: "pipe = make_pipeline(scaler, LinearRegression())",
            lambda: f"pipe.set_params(standardscaler__with_mean={self.one(('True', 'False'))})",
            lambda: "scaler = pipe[0]",
            lambda: "scaler = pipe.named_steps['standardscaler']",
            lambda: "scaler = StandardScaler()",
            lambda: f"est = clone({one})",
            lambda: f"est = {one}",
        )

    def seeded(self) -> str:
        return self.pick(
            lambda: f"np.random.seed({self.rng.randrange(3)})",
            lambda: f"rng = np.random.default_rng({self.rng.randrange(3)})",
            lambda: f"{self.one(DRAWS)} = {self.one(DRAWS)}",
            lambda: (
                f"rng = np.random.RandomState({self.rng.randrange(3)})\nrng.integers = rng.randint"
            ),
            lambda: f"{self.one(ARRAYS)} = {self.one(DRAWS)}.choice([1, 2, 3], 2)",
            lambda: f"{self.one(ARRAYS)} = np.random.permutation({self.rng.randrange(2, 5)})",
            lambda: f"{self.one(ARRAYS)} = np.random.choice({self.one(ARRAYS)}, 2)",
            lambda: f'{self.one(FRAMES)}["c"] = np.random.rand()',
            lambda: f'{self.one(FRAMES)}["c"] = {self.one(DRAWS)}.integers(9)',
            lambda: "state = np.random.get_state()\nnp.random.rand()\nnp.random.set_state(state)",
            lambda: f"{self.one(DRAWS)} = {self.one(DRAWS)}.spawn(1)[0]",
            lambda: "pd.set_option('display.precision', 3)",
            lambda: "plt.rcParams['lines.linewidth'] = 2",
        )

    def kept(self) -> str:
        return self.pick(
            lambda: f"pile = [{self.array(1)}, {self.array(1)}]",
            lambda: f"pile[0] = {self.array(1)}",
            lambda: f"pile[{self.at()}][{self.at()}] = {self.number(1)}",
            lambda: f"pile.append({self.one(ARRAYS)})",
            lambda: f"pile += [{self.array(1)}]",
            lambda: f'shelf["{self.key()}"] = {self.array(1)}',
            lambda: f'shelf["{self.key()}"][0] = {self.number(1)}',
            lambda: f'shelf["{self.key()}"] += 1',
            lambda: f'shelf = {{"k": {self.array(1)}, "j": {self.array(1)}}}',
            lambda: f"box = Box({self.frame()}, {self.array(1)})",
            lambda: f"box.v = {self.array(1)}",
            lambda: f"box.t = {self.frame()}",
            lambda: f"box.v[0] = {self.number(1)}",
        )

    def walked(self) -> str:
        one = self.one(FRAMES)
        return self.pick(
            lambda: f"for w in pile:\n    w[:1] = {self.number(1)}",
            lambda: f"for w in ({self.array(1)}, {self.array(1)}):\n    w[:1] = {self.number(1)}",
            lambda: f"for w in {self.one(MATRICES)}:\n    w += 1",
            lambda: f"for w in {self.one(MATRICES)}.T:\n    w[0] = {self.number(1)}",
            lambda: f"for i in range(len({self.one(ARRAYS)})):\n    {self.one(ARRAYS)}[i % 2] = i",
            lambda: f"for w in shelf.values():\n    w[0] = {self.number(1)}",
            lambda: f'for w in [df, sub]:\n    w["c"] = {self.number(1)}',
            lambda: f"for w in ['a', 'b']:\n    {one}[w] = {one}[w] * 2",
            lambda: f"for w in {one}[['a', 'b']].columns:\n    {one}[w] += 1",
            lambda: f"for i, w in {one}.iterrows():\n    w['a'] = {self.number(1)}",
            lambda: f"for i, w in {one}.iterrows():\n    {one}.at[i, 'a'] = {self.number(1)}",
            lambda: f"for w, t in {one}.groupby('k'):\n    t['a'] = {self.number(1)}",
            lambda: f"for w, t in {one}.items():\n    t[:1] = {self.number(1)}",
            lambda: f"for w in (ax, ax2):\n    w.set_title({self.text(1)})",
            lambda: f"for w in fig.axes:\n    w.plot({self.one(ARRAYS)})",
            lambda: f"[w.fill({self.number(1)}) for w in pile]",
            lambda: f"if {self.test()}:\n{indented(self.array_changed())}",
            lambda: f"if {self.test()}:\n{indented(self.frame_changed())}",
            lambda: f"try:\n{indented(self.frame_changed())}\nexcept Exception:\n    pass",
            lambda: f"for i in range(2):\n{indented(self.array_changed())}",
            lambda: f"with np.errstate(all='ignore'):\n{indented(self.array_changed())}",
        )

    def helper(self) -> str:
        number, array = self.one(NUMBERS), self.one(ARRAYS)
        return self.pick(
            lambda: f"def zero(v):\n    w = v[:1]\n    w[:] = {number}\n    return v",
            lambda: f"def zero(v):\n    v.fill({number})\n    return v.copy()",
            lambda: f"def zero(v):\n    v += 1\n    return {array}",
            lambda: f"def zero(v):\n    np.copyto(v, {number})\n    return v",
            lambda: "def zero(v):\n    v = v * 2\n    v[:1] = 0\n    return v",
            lambda: f"def part(v):\n    return {array}[1:]",
            lambda: "def part(v):\n    return v.reshape(-1)[::-1]",
            lambda: "def part(v):\n    return v[v > 1]",
            lambda: "def part(v):\n    w = np.asarray(v)\n    return w[:2]",
            lambda: (
                "def clean(v):\n    v.drop(columns='c', inplace=True, errors='ignore')\n"
                "    return v"
            ),
            lambda: f'def clean(v):\n    w = v[v["a"] > 0]\n    w["c"] = {number}\n    return w',
            lambda: f'def clean(v):\n    v.loc[v.a > 1, "b"] = {number}\n    return v',
            lambda: "def clean(v):\n    return v.rename(columns={'c': 'd'})",
            lambda: f"def tidy(v):\n    return v.assign(c={number})",
            lambda: "def tidy(v):\n    v = v.dropna()\n    v['c'] = len(v)\n    return v",
            lambda: "def tidy(v):\n    for w in ['a', 'b']:\n        v[w] = v[w] + 1\n    return v",
            lambda: f"def noise(v):\n    return v + {self.one(DRAWS)}.random()",
            lambda: "def noise(v, r=rng):\n    return v + r.random()",
            lambda: "def noise(v):\n    np.random.seed(1)\n    return v + np.random.rand()",
            lambda: f"def draw(v, w):\n    v.set_title('d')\n    v.plot(w * {number})",
            lambda: "def draw(v, w):\n    global ax\n    ax = v\n    v.hist(w)",
        )


LIBRARIES = Vocabulary((*SETUP, *LIBRARY_SETUP), LibraryWriter, libraries=True)
