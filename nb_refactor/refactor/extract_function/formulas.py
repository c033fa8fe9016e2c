"""Names in the formulas of statistics (`smf.ols("y ~ np.log(x)", data=df)`): the library looks
those that are no columns up where it is called from."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence

from nb_refactor.dataflow.magics import parse
from nb_refactor.refactor.extract_function.surroundings import Other
from nb_refactor.refactor.module_edit import BOM

_LIBRARIES = frozenset({"statsmodels", "patsy", "formulaic", "linearmodels", "bambi"})
_FITTING = frozenset(
    {
        *("ols", "wls", "gls", "glsar", "glm", "rlm", "logit", "probit", "poisson", "quantreg"),
        *("mixedlm", "mnlogit", "negativebinomial", "gee", "phreg", "ordinal_gee", "nominal_gee"),
        *("dmatrix", "dmatrices", "from_formula", "model_matrix"),
    }
)
_NAME = re.compile(r"[^\W\d]\w*")


def names_looked_up(cells: Sequence[Other], module: str | None, index: int) -> frozenset[str]:
    """What the formulas that the cell at `index` may evaluate look up: all that any formula of the
    notebook, or of the `module`, mentions, since the text does not say which one it is."""
    if not _evaluates(cells[index]) or not any(map(_imports_library, cells)):
        return frozenset()
    trees = [parse(other.effects.translation.code) for other in cells if not other.effects.problem]
    if module:
        trees.append(ast.parse(module.removeprefix(BOM)))
    return frozenset(name for tree in trees for name in _names_in(ast.walk(tree)))


def _imports_library(other: Other) -> bool:
    return any(
        binding.module.partition(".")[0] in _LIBRARIES
        for bindings in other.imports.values()
        for binding in bindings
    )


def _evaluates(other: Other) -> bool:
    """Whether the cell calls what takes a formula."""
    code = other.effects.translation.code
    if other.effects.problem or not any(f"{word}(" in code for word in _FITTING):
        return False
    called = (node.func for node in ast.walk(parse(code)) if isinstance(node, ast.Call))
    return any(getattr(f, "attr", getattr(f, "id", "")) in _FITTING for f in called)


def _names_in(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Names that formulas call, take attributes of, or mention in brackets: others are columns."""
    for node in nodes:
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        text = node.value if "~" in node.value else ""
        for found in _NAME.finditer(text):
            before, behind = text[: found.start()], text[found.end() :].lstrip()
            inside = before.count("(") > before.count(")")
            if not before.endswith(".") and (behind[:1] in {"(", "."} or inside):
                yield found[0]
