"""Functions that are sent to a kernel as text, with their module, and run there in a namespace of
their own: no name is left behind."""

from __future__ import annotations

from pathlib import Path


def evaluated(module: str, call: str) -> str:
    """A Python expression that evaluates `call` among the definitions of the module of this
    package's folder. `call` may read `notebook`, the namespace of the cells."""
    source = Path(__file__).with_name(f"{module}.py").read_text(encoding="utf-8")
    return (
        "(lambda space: (__import__('builtins').exec("
        f"{source!r}, space), __import__('builtins').eval({call!r}, space))[1])"
        f"({{'__name__': 'nb_refactor_{module}', 'notebook': __import__('builtins').globals()}})"
    )
