"""Names in texts that a library evaluates, and looks up where it is called from: in formulas of
statistics (`smf.ols("y ~ np.log(x)", data=df)`) those that are no columns, in queries of pandas
(`text = "price > @limit"`, `df.query(text)`) those behind an `@`."""

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
_QUERYING = frozenset({"query", "eval"})
_NAME = re.compile(r"[^\W\d]\w*")
_AT_NAME = re.compile(r"@\s*([^\W\d]\w*)")


def names_looked_up(cells: Sequence[Other], module: str | None, index: int) -> frozenset[str]:
    """What the formulas and queries that the cell at `index` may evaluate look up: all that any of
    the notebook, or of the `module`, mentions, since a name does not say which text it has."""
    code = "" if cells[index].effects.problem else cells[index].effects.translation.code
    kinds = [
        *([_names_in_formulas] if _fits(code) and any(map(_imports_library, cells)) else []),
        *([_names_in_queries] if _queries(code) else []),
    ]
    if not kinds:
        return frozenset()
    trees = [parse(other.effects.translation.code) for other in cells if not other.effects.problem]
    if module:
        trees.append(ast.parse(module.removeprefix(BOM)))
    return frozenset(name for names_in in kinds for tree in trees for name in names_in(tree))


def first_look_up(code: str) -> int | None:
    """The line of the first call in some code that may evaluate such a text; `None`: there is
    none."""
    return min((call.lineno for call in (*_fits(code), *_queries(code))), default=None)


def _imports_library(other: Other) -> bool:
    return any(
        binding.module.partition(".")[0] in _LIBRARIES
        for bindings in other.imports.values()
        for binding in bindings
    )


def _fits(code: str) -> list[ast.Call]:
    """The calls of what takes a formula."""
    return [
        call
        for call in _calls(code, _FITTING)
        if getattr(call.func, "attr", getattr(call.func, "id", "")) in _FITTING
    ]


def _queries(code: str) -> list[ast.Call]:
    """The queries with a text that is not written there: of one that is, the names are known."""
    return [call for call in _calls(code, _QUERYING) if _is_query(call) and not _written(call)]


def _is_query(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr in _QUERYING and bool(call.args)


def _written(call: ast.Call) -> bool:
    return isinstance(call.args[0], ast.Constant)


def _calls(code: str, words: Iterable[str]) -> Iterator[ast.Call]:
    """The calls in code that has one of these words before a bracket."""
    if any(f"{word}(" in code for word in words):
        yield from (node for node in ast.walk(parse(code)) if isinstance(node, ast.Call))


def _texts(tree: ast.AST) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node


def _names_in_formulas(tree: ast.AST) -> Iterator[str]:
    """Names that they call, take attributes of, or mention in brackets: others are columns."""
    for text in (str(constant.value) for constant in _texts(tree)):
        for found in _NAME.finditer(text if "~" in text else ""):
            before, behind = text[: found.start()], text[found.end() :].lstrip()
            inside = before.count("(") > before.count(")")
            if not before.endswith(".") and (behind[:1] in {"(", "."} or inside):
                yield found[0]


def _names_in_queries(tree: ast.AST) -> Iterator[str]:
    """Names behind an `@`, but for texts that are written where they are asked with: these have no
    name."""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    written = {id(call.args[0]) for call in calls if _is_query(call) and _written(call)}
    for constant in _texts(tree):
        if id(constant) not in written:
            yield from _AT_NAME.findall(str(constant.value))
