"""Names of Python's own, and what `from module import *` does to them."""

from __future__ import annotations

import builtins

BUILTINS = frozenset(dir(builtins)) | {"display"}

# Names of Python's own that `from module import *` is known to replace.
_STARRED = {
    "math": frozenset({"pow"}),
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
    "typing": frozenset(),
    "itertools": frozenset(),
    "collections": frozenset(),
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


def may_come_from(module: str, name: str) -> bool:
    """Whether `from module import *` may give the name its meaning."""
    return name not in BUILTINS or name in _STARRED.get(module, _LIKELY)
