"""Which cells come to another number when cells ran in another order than they stand in.

Each row: the cells, in the order in which they stand; the order in which they ran; and the cells
whose last execution is not what a run from top to bottom gives. A cell named in capitals ran and
was deleted.
"""

from dataclasses import dataclass

import pytest

from nb_refactor.dataflow.exposure import cell_effects
from nb_refactor.dataflow.value_numbering import Item, Numbered, Numbering


@dataclass(frozen=True)
class Row:
    what: str
    cells: dict[str, str]
    ran: str
    differ: str


PANDAS = "import pandas as pd\ndf = pd.DataFrame({'p': [1, 2], 'q': [3, 4]})"
NUMPY = "import numpy as np\nx = np.zeros(3)"

ROWS = [
    # names
    Row("a rerun", {"a": "n = 1", "b": "m = n"}, "a b a b", ""),
    Row("a counter", {"a": "n = 1", "b": "n += 1"}, "a b b", "b"),
    Row("a deleted binding", {"a": "n = 1", "B": "n = 2", "c": "print(n)"}, "a B c", "c"),
    Row("another name", {"a": "n = 1", "B": "k = 2", "c": "print(n)"}, "a B c", ""),
    Row("del", {"a": "n = 1", "b": "print(n)", "C": "del n"}, "a C b", "b"),
    Row("for leaves its name", {"a": "xs = [1]", "b": "for i in xs: pass", "C": "i = 9", "d": "i"}, "a b C d", "d"),
    Row("no time round", {"a": "i = 0", "B": "i = 5", "c": "xs = []\nfor i in xs: pass", "d": "i"}, "a B c d", "c d"),
    Row("some ways only", {"a": "n = 0", "B": "n = 1", "c": "if len('a') > 2:\n    n = 3", "d": "n"}, "a B c d", "c d"),
    Row("except kills its name", {"A": "e = 1", "b": "try:\n    int('x')\nexcept ValueError as e:\n    pass", "c": "print(e)"}, "A b c", "c"),
    Row("walrus", {"a": "(n := 3)", "B": "n = 4", "c": "n"}, "a B c", "c"),
    Row("a class body reads the global", {"a": "k = 1", "B": "k = 2", "c": "class C:\n    k = 9\n    v = [k for _ in 'a']"}, "a B c", "c"),
    Row("a default is taken when defined", {"a": "k = 1", "b": "def f(v=k): return v", "C": "k = 2", "d": "f()"}, "a b C d", ""),
    Row("a body is read when called", {"a": "k = 1", "b": "def f(): return k", "C": "k = 2", "d": "f()"}, "a b C d", "d"),
    Row("through another function", {"a": "k = 1", "b": "def f(): return k\ndef g(): return f()", "C": "k = 2", "d": "g()"}, "a b C d", "d"),
    Row("through a method", {"a": "k = 1", "b": "class P:\n    def m(self): return k\np = P()", "C": "k = 2", "d": "p.m()"}, "a b C d", "d"),
    Row("through a decorator", {"a": "k = 1", "b": "def deco(f):\n    def w(): return f() + k\n    return w\n@deco\ndef g(): return 1", "C": "k = 2", "d": "g()"}, "a b C d", "d"),
    Row("as a callback", {"a": "k = 1", "b": "def f(v): return v + k", "C": "k = 2", "d": "list(map(f, [1]))"}, "a b C d", "d"),
    Row("a lambda", {"a": "k = 1", "b": "f = lambda: k", "C": "k = 2", "d": "f()"}, "a b C d", "d"),
    Row("global in a function", {"a": "n = 0\ndef f():\n    global n\n    n = 1", "B": "f()", "c": "n"}, "a B c", "c"),
    Row("a function that is not called", {"a": "n = 0", "B": "def f():\n    global n\n    n = 1", "c": "n"}, "a B c", ""),
    Row("imports again", {"a": "import math", "b": "math.pi"}, "a a b", ""),
    Row("two star imports", {"a": "from math import *", "B": "from cmath import *", "c": "sqrt(2)"}, "a B c", "c"),
    Row("a builtin is hidden", {"B": "sum = max", "c": "sum([1, 2])"}, "B c", "c"),
    # objects
    Row("an item", {"a": "d = {}", "B": "d['k'] = 1", "c": "d"}, "a B c", "c"),
    Row("an attribute", {"a": "class P: pass\np = P()", "B": "p.v = 1", "c": "p.v"}, "a B c", "c"),
    Row("a method that changes", {"a": "xs = [1]", "B": "xs.append(2)", "c": "xs"}, "a B c", "c"),
    Row("a method that does not", {"a": "xs = [1]", "B": "xs.count(1)", "c": "xs"}, "a B c", ""),
    Row("an alias", {"a": "xs = [1]\nys = xs", "B": "ys.append(2)", "c": "xs"}, "a B c", "c"),
    Row("a copy", {"a": "xs = [1]\nys = list(xs)", "B": "ys.append(2)", "c": "xs"}, "a B c", ""),
    Row("in a container", {"a": "xs = [1]\nm = [xs]", "B": "m[0].append(2)", "c": "xs"}, "a B c", "c"),
    Row("out of a container", {"a": "m = {'k': []}", "B": "m['k'].append(2)", "c": "m"}, "a B c", "c"),
    Row("chained assignment", {"a": "xs = ys = []", "B": "ys.append(2)", "c": "xs"}, "a B c", "c"),
    Row("a function changes its argument", {"a": "def f(v): v.append(1)\nxs = []", "B": "f(xs)", "c": "xs"}, "a B c", "c"),
    Row("a function that only reads", {"a": "def f(v): return len(v)\nxs = []", "B": "f(xs)", "c": "xs"}, "a B c", ""),
    Row("a bound method", {"a": "xs = []\nadd = xs.append", "B": "add(1)", "c": "xs"}, "a B c", "c"),
    Row("a class attribute", {"a": "class P:\n    made = []\np = P()", "B": "p.made.append(1)", "c": "P.made"}, "a B c", "c"),
    Row("a method changes its object", {"a": "class P:\n    def __init__(self): self.n = 0\n    def up(self): self.n += 1\np = P()", "B": "p.up()", "c": "p.n"}, "a B c", "c"),
    Row("a patched module", {"a": "import math", "B": "math.pi = 3", "c": "math.pi"}, "a B c", "c"),
    # libraries
    Row("a new column twice", {"a": PANDAS, "b": "df['r'] = df['p'] * 2"}, "a b b", ""),
    Row("a column upon itself", {"a": PANDAS, "b": "df['p'] = df['p'] * 2"}, "a b b", "b"),
    Row("another column", {"a": PANDAS, "B": "df['r'] = 1", "c": "df['p'].sum()"}, "a B c", ""),
    Row("inplace", {"a": PANDAS, "B": "df.drop(columns='q', inplace=True)", "c": "df"}, "a B c", "c"),
    Row("not in place", {"a": PANDAS, "B": "df.drop(columns='q')", "c": "df"}, "a B c", ""),
    Row("loc", {"a": PANDAS, "B": "df.loc[0, 'p'] = 9", "c": "df['p']"}, "a B c", "c"),
    Row("columns", {"a": PANDAS, "B": "df.columns = ['u', 'v']", "c": "df"}, "a B c", "c"),
    Row("a view", {"a": NUMPY + "\nv = x[:2]", "B": "v[0] = 1", "c": "x"}, "a B c", "c"),
    Row("a reshaped array", {"a": NUMPY + "\nv = x.reshape(3, 1)", "B": "v[0] = 1", "c": "x"}, "a B c", "c"),
    Row("an array in place", {"a": NUMPY, "b": "x += 1"}, "a b b", "b"),
    Row("an estimator is trained again", {"a": "from sklearn.svm import SVC\nm = SVC()", "b": "m.fit([[1], [2]], [0, 1])"}, "a b b", ""),
    Row("an estimator is trained", {"a": "from sklearn.svm import SVC\nm = SVC()", "B": "m.fit([[1], [2]], [0, 1])", "c": "m.predict([[1]])"}, "a B c", "c"),
    # what is advanced
    Row("next", {"a": "it = iter([1, 2])", "b": "next(it)"}, "a b b", "b"),
    Row("a for loop", {"a": "it = iter([1, 2])", "B": "for v in it:\n    break", "c": "list(it)"}, "a B c", "c"),
    Row("a comprehension", {"a": "it = iter([1, 2])", "B": "[0 for _ in it]", "c": "list(it)"}, "a B c", "c"),
    Row("unpacking", {"a": "it = iter([1, 2])", "B": "p, q = it", "c": "list(it)"}, "a B c", "c"),
    Row("a generator", {"a": "def g():\n    yield 1\n    yield 2\nit = g()", "b": "next(it)"}, "a b b", "b"),
    Row("a generator reads late", {"a": "k = 1", "b": "it = (v + k for v in [1])", "C": "k = 2", "d": "list(it)"}, "a b C d", "d"),
    Row("a zip of iterators", {"a": "it = iter([1, 2])\nz = zip(it, 'ab')", "B": "next(z)", "c": "list(it)"}, "a B c", "c"),
    Row("a file", {"a": "h = open('f')", "b": "h.readline()"}, "a b b", "b"),
    Row("a random generator", {"a": "import numpy as np\nr = np.random.default_rng(1)", "b": "r.random()"}, "a b b", "b"),
    Row("shuffled", {"a": "import random\nr = random.Random(1)\nxs = [1, 2]", "B": "r.shuffle(xs)", "c": "xs"}, "a B c", "c"),
    # state of the process
    Row("seeded elsewhere", {"a": "import random\nrandom.seed(1)", "b": "random.random()"}, "a b b", "b"),
    Row("seeded in the cell", {"a": "import random", "b": "random.seed(1)\nrandom.random()"}, "a b b", ""),
    Row("numpy's state", {"a": "import numpy as np\nnp.random.seed(1)", "B": "np.random.rand()", "c": "np.random.rand()"}, "a B c", "c"),
    Row("drawn with a seed of its own", {"a": PANDAS, "b": "df.sample(1, random_state=1)"}, "a b b", ""),
    Row("the working directory", {"a": "import os", "B": "os.chdir('data')", "c": "open('f').read()"}, "a B c", "c"),
    Row("environment variables", {"a": "import os", "B": "os.environ['K'] = '1'", "c": "os.environ['K']"}, "a B c", "c"),
    Row("environment variables by function", {"a": "import os", "B": "os.environ['K'] = '1'", "c": "os.getenv('K')"}, "a B c", "c"),
    Row("the search path", {"a": "import sys", "B": "sys.path.append('src')", "c": "sys.path"}, "a B c", "c"),
    Row("matplotlib's options", {"a": "import matplotlib.pyplot as plt", "B": "plt.rcParams['lines.linewidth'] = 3", "c": "plt.plot([1])"}, "a B c", "c"),
    Row("matplotlib's style", {"a": "import matplotlib.pyplot as plt", "B": "plt.style.use('ggplot')", "c": "plt.plot([1])"}, "a B c", "c"),
    Row("pandas' options", {"a": PANDAS, "B": "pd.set_option('display.precision', 2)", "c": "df"}, "a B c", "c"),
    Row("pandas' options as attributes", {"a": PANDAS, "B": "pd.options.display.precision = 2", "c": "print(df)"}, "a B c", "c"),
    Row("an option set again", {"a": PANDAS, "b": "pd.set_option('display.precision', 2)", "c": "print(df)"}, "a b b c", ""),
    Row("a file written", {"a": PANDAS, "B": "df.to_csv('f.csv')", "c": "pd.read_csv('f.csv')"}, "a B c", "c"),
    Row("another file written", {"a": PANDAS, "B": "df.to_csv('g.csv')", "c": "pd.read_csv('f.csv')"}, "a B c", ""),
    Row("a file written with open", {"a": "n = 1", "B": "open('f', 'w').write('x')", "c": "open('f').read()"}, "a B c", "c"),
    Row("a file written in a with", {"a": "n = 1", "B": "with open('f', 'w') as h:\n    h.write('x')", "c": "open('f').read()"}, "a B c", "c"),
    Row("a file written by a magic", {"B": "%%writefile f.txt\nhello", "c": "open('f.txt').read()"}, "B c", "c"),
    # IPython
    Row("what the cell above showed", {"a": "1 + 1", "b": "_ + 1"}, "a b", ""),
    Row("what another cell showed", {"a": "1 + 1", "C": "5", "b": "_ + 1"}, "a C b", "b"),
    Row("a semicolon shows nothing", {"a": "1 + 1", "C": "5;", "b": "_ + 1"}, "a C b", ""),
    Row("print shows nothing to keep", {"a": "1 + 1", "C": "print(5)", "b": "_ + 1"}, "a C b", ""),
    Row("by count", {"a": "1 + 1", "b": "_1 + 1"}, "a b", ""),
    Row("by a count that is another cell's", {"a": "n = 1", "C": "5", "b": "_2 + 1"}, "a C b", "b"),
    Row("Out", {"a": "n = 1", "C": "5", "b": "Out[2] + 1"}, "a C b", "b"),
    Row("an underscore of one's own", {"a": "_, n = 1, 2", "C": "5", "b": "_ + 1"}, "a C b", ""),
    Row("%reset", {"a": "n = 1", "B": "%reset -f", "c": "n"}, "a B c", "c"),
    Row("%run may define anything", {"A": "%run setup.py", "b": "helper()"}, "A b", "b"),
    Row("%%timeit binds nothing", {"a": "n = 1", "B": "%%timeit\nn = 2", "c": "n"}, "a B c", ""),
    Row("%%time binds", {"a": "n = 1", "B": "%%time\nn = 2", "c": "n"}, "a B c", "c"),
    Row("a shell line's result", {"a": "files = 1", "B": "files = !ls", "c": "files"}, "a B c", "c"),
    Row("exec of a text", {"a": "n = 1", "B": "exec('n = 2')", "c": "n"}, "a B c", "c"),
    Row("globals()", {"a": "n = 1", "B": "k = 5", "c": "globals()['n']"}, "a B c", "c"),
]  # fmt: skip


def numbers(sources: list[str]) -> list[Numbered]:
    numbering = Numbering()
    return [numbering.run(Item(cell_effects(s), count=i)) for i, s in enumerate(sources, 1)]


@pytest.mark.parametrize("row", ROWS, ids=[row.what for row in ROWS])
def test_value_numbers(row: Row) -> None:
    ran = row.ran.split()
    live = dict(zip(ran, numbers([row.cells[cell] for cell in ran]), strict=True))
    standing = [cell for cell in row.cells if cell.islower()]
    fresh = dict(zip(standing, numbers([row.cells[cell] for cell in standing]), strict=True))
    differ = [c for c in standing if c in live and live[c].number != fresh[c].number]
    assert differ == row.differ.split()
