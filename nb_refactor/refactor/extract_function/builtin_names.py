"""Names of Python's own, and what `from module import *` does to them."""

from __future__ import annotations

import builtins
from functools import lru_cache
from importlib import import_module

BUILTINS = frozenset(dir(builtins)) | {"display"}

# Names of Python's own that `from module import *` is known to replace.
_STARRED = {
    "numpy": frozenset(
        [
            "abs",
            "all",
            "any",
            "bool",
            "divmod",
            "float",
            "int",
            "long",
            "max",
            "min",
            "pow",
            "round",
            "str",
            "sum",
        ]
    ),
    "matplotlib.pyplot": frozenset(),
    "ipywidgets": frozenset(),
    "tkinter": frozenset(),
    "sympy": frozenset(),
    "os": frozenset({"open"}),
    "io": frozenset({"open"}),
    "codecs": frozenset({"open"}),
}
_STARRED["pylab"] = _STARRED["numpy"]
# Of a module that we know nothing about: what is likely to be replaced.
_LIKELY = frozenset(
    [
        "abs",
        "all",
        "any",
        "compile",
        "complex",
        "divmod",
        "filter",
        "format",
        "hash",
        "hex",
        "id",
        "input",
        "iter",
        "map",
        "max",
        "min",
        "next",
        "oct",
        "open",
        "pow",
        "range",
        "reversed",
        "round",
        "slice",
        "sorted",
        "sum",
        "type",
        "vars",
        "zip",
    ]
)


# Modules of Python's own whose names are the same wherever Python runs.
_STANDARD = frozenset(
    {
        *("bisect", "collections", "collections.abc", "contextlib", "copy", "dataclasses"),
        *("datetime", "decimal", "enum", "fractions", "functools", "heapq", "itertools", "math"),
        *("cmath", "operator", "pprint", "random", "re", "statistics", "string", "time"),
        *("typing", "abc", "textwrap"),
    }
)


def may_come_from(module: str, name: str) -> bool:
    """Whether `from module import *` may give the name its meaning, or may do so if it happens
    (`module?`)."""
    module = module.removesuffix("?")
    if module in _STANDARD:
        return name in names_of(module)
    return name not in BUILTINS or name in _STARRED.get(module, _LIKELY)


@lru_cache
def names_of(module: str) -> frozenset[str]:
    """What `from module import *` gives, of a module of Python's own; else nothing is known."""
    if module not in _STANDARD:
        return frozenset()
    found = vars(import_module(module))
    public = (name for name in found if not name.startswith("_"))
    return frozenset(found.get("__all__", public))
