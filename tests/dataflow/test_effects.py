"""What a cell reads from outside, binds and unbinds, construct by construct."""

import sys

import pytest

from nb_refactor.dataflow.exposure import CellEffects, cell_effects


def reads(effects: CellEffects) -> set[str]:
    return {use.name for use in effects.whole.uses}


def binds(effects: CellEffects) -> set[str]:
    """The names bound; those that only some ways bind end in a question mark."""
    return {d.name + ("" if d.certain else "?") for d in effects.whole.definitions}


# source, names read, names bound, names unbound
TABLE = [
    ("x = y", "y", "x", ""),
    ("x += 1", "x", "x", ""),
    ("x: int", "int", "", ""),
    ("x: T = y", "T y", "x", ""),
    ("a, (b, *c) = z", "z", "a b c", ""),
    ("d.e, f[0] = z", "d f z", "", ""),
    ("x = x + 1\nprint(x)", "x print", "x", ""),
    ("x = 1\nprint(x)", "print", "x", ""),
    ("del x", "x", "", "x"),
    ("del d['k']", "d", "", ""),
    ("x = 1\ndel x", "", "", "x"),
    # comprehensions
    ("[i for i in xs if i > k]", "xs k", "", ""),
    ("[[j for j in i] for i in xs]", "xs", "", ""),
    ("{k: v for k, v in d.items()}", "d", "", ""),
    ("sum(i for i in xs)", "sum xs", "", ""),
    ("[y := i for i in xs]", "xs", "y?", ""),
    ("[i for i in i]", "i", "", ""),
    # class bodies
    ("class C:\n    k = 1\n    def m(self): return k", "k", "C", ""),
    ("class C:\n    k = 1\n    w = k + z", "z", "C", ""),
    ("class C(B, metaclass=M):\n    pass", "B M", "C", ""),
    ("@deco\nclass C:\n    x: T = 1", "deco T", "C", ""),
    # functions
    ("def f(a, b=d, *c, **e):\n    return a + g", "d g", "f", ""),
    ("def f():\n    x = 1\n    return x", "", "f", ""),
    ("def f():\n    global x\n    x = y", "y", "f", ""),
    ("def f():\n    n = 0\n    def g():\n        nonlocal n\n        n += k", "k", "f", ""),
    ("@deco(a)\ndef f(x: T) -> R: pass", "deco a T R", "f", ""),
    ("f = lambda x, y=z: x + k", "z k", "f", ""),
    ("def f(): return k\nk = 1\nf()", "", "f k", ""),
    ("async def f():\n    await g(x)", "g x", "f", ""),
    # strings
    ("f'{x:{w}} {y!r}'", "x w y", "", ""),
    # branches
    ("if a:\n    x = 1\nprint(x)", "a x print", "x?", ""),
    ("if a:\n    x = 1\nelse:\n    x = 2\nprint(x)", "a print", "x", ""),
    ("if a:\n    raise E\nelse:\n    x = 2", "a E", "x", ""),
    ("for i in xs:\n    y = i\nprint(y)", "xs y print", "i? y?", ""),
    ("for i in xs:\n    pass\nelse:\n    z = 1", "xs", "i? z", ""),
    ("while True:\n    x = 1\n    break\nprint(x)", "print", "x", ""),
    ("while a:\n    x = 1", "a", "x?", ""),
    ("with open(p) as h:\n    x = h.read()", "open p", "h x", ""),
    ("try:\n    x = f()\nexcept E:\n    x = 0", "f E", "x", ""),
    ("try:\n    x = f()\nexcept E:\n    pass\nprint(x)", "f E x print", "x?", ""),
    ("try:\n    f()\nexcept E as e:\n    print(e)", "f E print", "", "e"),
    ("try:\n    f()\nfinally:\n    x = 1", "f", "x", ""),
    ("match p:\n    case [a, *b]: pass\n    case C(x=c) | D(x=c): pass", "p C D", "a? b? c?", ""),
    ("match p:\n    case {'k': v, **rest}: pass\n    case _: w = 1", "p", "v? rest? w?", ""),
    ("match p:\n    case q.R: x = 1\n    case s: x = s", "p q", "x s?", ""),
    # imports
    ("import a.b", "", "a", ""),
    ("import a.b as c", "", "c", ""),
    ("from a import b, c as d", "", "b d", ""),
    ("(y := f(x)) + y", "f x", "y", ""),
    ("await f(x)", "f x", "", ""),
    ("async for i in s:\n    pass", "s", "i?", ""),
    ("async with s as t:\n    pass", "s", "t", ""),
    ("a if b else c", "a b c", "", ""),
    ("print = 3\nprint", "", "print", ""),
    # IPython
    ("%time x = f(y)", "f y", "x", ""),
    ("%%time\nx = f(y)", "f y", "x", ""),
    ("%timeit -n 3 x = f(y)", "f y", "x", ""),
    ("%%timeit\nx = f(y)", "f y", "", ""),
    ("%%capture out\nx = y", "y", "out x", ""),
    ("files = !ls {folder}", "folder", "files", ""),
    ("!echo {x} $y", "x y", "", ""),
    ("x = %sql select 1", "", "x", ""),
    ("%%bash\nx = $y", "", "", ""),
    ("df.head?", "", "", ""),
    ("%xdel x", "", "", "x"),
    ("%matplotlib inline\nx = 1", "", "x", ""),
    # names in texts
    ("eval('a + b')", "eval a b", "", ""),
    ("exec('x = y')", "exec y", "x", ""),
    ("df.query('a > @k')", "df k", "", ""),
    ("df.query(f'a > @k and b > {n}')", "df n k", "", ""),
    ("df.query('a > @k' + rest)", "df rest k", "", ""),
    ("Out[3]", "_3", "", ""),
]
IGNORED = {"print", "open", "sum", "int", "eval", "exec", "__magic__", "__capture__"}


@pytest.mark.parametrize(("source", "read", "bound", "unbound"), TABLE, ids=[t[0] for t in TABLE])
def test_effects(source: str, read: str, bound: str, unbound: str) -> None:
    effects = cell_effects(source)
    assert effects.problem is None
    assert reads(effects) - IGNORED == set(read.split()) - IGNORED
    assert binds(effects) == set(bound.split())
    assert set(effects.whole.kills) == set(unbound.split())


@pytest.mark.skipif(sys.version_info < (3, 12), reason="Python 3.12 brought it")
@pytest.mark.parametrize(
    ("source", "read", "bound"),
    [
        ("type P = list[Q]", set(), {"P"}),
        ("def f[T](x: T) -> U: return k", {"U", "k"}, {"f"}),
        ("class C[T](B[T]): pass", {"B"}, {"C"}),
        ("f'{x!r:{'a' 'b'}}'", {"x"}, set()),
    ],
)
def test_type_parameters(source: str, read: set[str], bound: set[str]) -> None:
    effects = cell_effects(source)
    assert effects.problem is None
    immediate = {use.name for use in effects.whole.uses}
    assert immediate == read or immediate == read | {"Q"}
    assert binds(effects) == bound


@pytest.mark.parametrize(
    "source",
    ["%run other.py", "%load_ext mine", "%store -r x", "exec(code)", "globals()[key] = 1"],
)
def test_what_may_bind_anything_is_said_to(source: str) -> None:
    assert [o.binds for o in cell_effects(source).whole.opaque] == [True]


@pytest.mark.parametrize("source", ["from m import *", "%pylab inline"])
def test_star_imports(source: str) -> None:
    assert cell_effects(source).whole.stars


@pytest.mark.parametrize(
    "source", ["x = = 3", "print 'two'", "def f(:", "x = 1\n  y = 2", "\x00", "(" * 1000]
)
def test_what_cannot_be_read_has_a_problem(source: str) -> None:
    assert cell_effects(source).problem


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("x = 1", "x=1  # one\n\n", True),
        ("x = 1", "x = 2", False),
        ("%time x = 1", "%time x = 2", False),
        ("!ls", "!ls -l", False),
        ("%%bash\nls", "%%bash\nls -l", False),
        ("%matplotlib inline", "%matplotlib widget", False),
    ],
)
def test_versions(one: str, other: str, same: bool) -> None:
    assert (cell_effects(one).digest == cell_effects(other).digest) == same
