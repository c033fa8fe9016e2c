"""What random notebooks are made of besides plain statements: each template is some lines of a
cell. `$name` stands for a variable that holds a number, `$expr` for a number, `$list` and `$dict`
for variables, `$items` for a list, `$func` for a function of one number; with a digit (`$name1`)
it is the same one throughout the template."""

from __future__ import annotations

CONSTRUCTS = (
    # ---- functions -------------------------------------------------------------------------
    """
def counter(total):
    def step(v):
        nonlocal total
        total = (total + v) % 91
        return total
    return step
$func = counter($expr)""",
    """
def shifted(function):
    def inner(v):
        return function(v) + $name
    return inner
@shifted
def $func(v):
    return v * 2""",
    """
def counting(v):
    yield v
    yield $name
    for i in range(2):
        yield i + $name
print(list(counting($expr)))""",
    """
def $func(v, seen=[]):
    seen.append(v)
    return len(seen)""",
    """
def $func(v, *rest, w=$name, **more):
    return v + w + len(rest) + len(more)""",
    """
@functools.lru_cache(maxsize=None)
def $func(v):
    return v + 1""",
    """
def $func(v):
    return 0 if v < 1 else 1 + $func(min(v - 1, 3))""",
    """
def $func(v):
    def inner(w):
        global $name1
        $name1 = w % 7
        return w
    return inner(v) + 1""",
    "$func1, $func2 = $func2, $func1",
    "$func = functools.partial(max, $expr)",
    "$func = [lambda v, i=i: v + i for i in range(3)][$name % 3]",
    "for i in range(2):\n    ops.append(lambda v: v + i)",
    "print($func($func(2)), list(map($func, $items[:3])))",
    "print(sorted($items, key=$func)[:3])",
    # ---- classes ---------------------------------------------------------------------------
    """
class Sub(Box):
    def get(self):
        return super().get() + $name
print(Sub($expr).get())""",
    """
class Table:
    size = 2
    rows = [$name + i for i in range(size)]
    @property
    def first(self):
        return self.rows[0] + $name
    @classmethod
    def made(cls):
        return cls()
    @staticmethod
    def twice(v):
        return v * 2
print(Table.made().first, Table.twice($expr))""",
    """
@dataclasses.dataclass
class Point:
    x: int
    y: int = $name
print(Point($expr), Point(1) == Point(1))""",
    """
class Colour(enum.Enum):
    RED = 1
    BLUE = 2
print(Colour(1 + $name % 2).name)""",
    "Pair = collections.namedtuple('Pair', 'left right')\n$name = Pair($expr, 2).left",
    "Box.get = lambda self: self.v * 2\nprint(box.get())",
    "setattr(box, 'v', $expr)\n$name = getattr(box, 'v')",
    "for box.v in range($name % 3):\n    $name = box.v",
    "box.v, $name = $name, box.v",
    """
class Guard:
    def __enter__(self):
        $list.append(1)
        return $expr
    def __exit__(self, *told):
        print('left')
        return True
with Guard() as $name1:
    $name2 = 1 // ($name1 % 2)
print($name2)""",
    # ---- objects that go on where they were --------------------------------------------------
    "feed = iter($items)\n$name = next(feed, 3)",
    "$name = next(feed, 4)",
    "print(list(feed))",
    "rng = random.Random($name)",
    "$name = rng.randrange(9)",
    "random.seed($name)\n$name = random.randrange(9)",
    "$name = random.randrange(9)",
    "pending = zip($list, $items)",
    "print([*pending])",
    # ---- awaiting --------------------------------------------------------------------------
    """
async def waiting(v):
    await asyncio.sleep(0)
    return v + $name
$name = await waiting($expr)""",
    """
async def ticking():
    for i in range(2):
        yield i + $name
async for i in ticking():
    $name = i
print([v async for v in ticking()])""",
    "found = await asyncio.gather(asyncio.sleep(0, $expr), asyncio.sleep(0, 2))\nprint(found)",
    # ---- names that are looked up -----------------------------------------------------------
    "globals()['$name'] = $expr",
    "$name = eval('$name + 1')",
    "exec('$name = 3')",
    "$name = vars()['$name'] + 1",
    "if 'cache' not in globals():\n    cache = {}\ncache[$name % 5] = $expr\nprint(len(cache))",
    "if 'late' not in locals():\n    late = $expr\nprint(late)",
    "try:\n    late\nexcept NameError:\n    late = $expr\n$name = late",
    "if 'late' in dir():\n    $name = late",
    "def told(v):\n    global $name1\n    $name1 = v\ntold($expr)",
    "len = lambda v: 3\nprint(len([$name]))\ndel len",
    "abs = $func\n$name = abs($expr)\ndel abs",
    "import math as calc, io as streams\n$name = calc.floor($expr / 2)",
    "from math import floor as $func",
    # ---- targets ---------------------------------------------------------------------------
    "$list1 = $list2 = $items",
    "$dict[1] = $dict.get(1, 0) + 1\n$dict.pop($name, None)",
    "$dict1[3] = $name\n$dict1[3] += $expr\ndel $dict1[3]",
    "$list1[:1], $name = [$expr], 5",
    "for $dict[0] in range($name % 3): pass",
    "for _ in range(2): $name += 1",
    "_, $name = divmod($expr, 5)",
    "($name, *_), $list = [$expr, 2], $items",
    "while $list1 and len($list1) > 3:\n    $name = $list1.pop()",
    "while ($name1 := $name1 // 2) > 3: pass",
    "$name = [w := $expr, w + 1][1]",
    "print({**$dict, $name: 1}, *$list[:2], sep='-')",
    "print(f'{$name!r:>{6}} {[v for v in $list[:2]]}')",
    "print($list is $list, $dict is $dict)",
    "seen = {$name}\nseen |= {$expr}\nprint(len(seen))",
    "assert $list is not None, 'none'",
    # ---- ways through ----------------------------------------------------------------------
    """
try:
    raise ExceptionGroup('both', [ValueError($name), KeyError()])
except* ValueError as group:
    $name = len(group.exceptions)
except* KeyError:
    $name = 2""",
    """
try:
    $name = $dict[99]
except (KeyError, TypeError):
    $name = $expr
else:
    $name = 1
finally:
    $list.append(0)""",
    """
for i, v in enumerate($items[:3]):
    if v > $name:
        $name1 = i
        break
else:
    $name1 = -1""",
    """
@contextlib.contextmanager
def noted(v):
    print('in')
    yield v + $name
    print('out')
with noted($expr) as $name, contextlib.suppress(KeyError):
    $name = $dict[98]""",
    """
match $dict:
    case {1: $name, **rest}:
        print(len(rest))
    case {} if $name > 3:
        $name = 2""",
    """
match box:
    case Box(v=0 | 1 as $name):
        pass
    case Box(v=other):
        $name = other""",
    "if ($name1 := $expr) > 3 and (found_it := $name1): print(found_it)",
)
