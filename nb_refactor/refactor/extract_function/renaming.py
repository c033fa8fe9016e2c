"""Other names for a function's own variables."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Iterator, Mapping, Set

import libcst as cst

from nb_refactor.change import Refusal
from nb_refactor.dataflow import scope
from nb_refactor.refactor.extract_function.builtin_names import BUILTINS
from nb_refactor.refactor.extract_function.names_in_tree import names_bound, names_mentioned
from nb_refactor.refactor.refusal import refusal
from nb_refactor.text import text

_SCOPES = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda,
    ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp,
)  # fmt: skip


def rename_refusals(
    body: str, variables: frozenset[str], taken: Set[str], names: Mapping[str, str]
) -> Iterator[Refusal]:
    """Why the `variables` of a function with this body cannot have the other `names` (old to new);
    `taken` are names that the module gives a meaning."""
    tree = ast.parse(body)
    # Two variables may change their names with each other: all are renamed at once.
    mentioned = ((names_mentioned(ast.walk(tree)) | variables) - set(names)) | taken
    news = list(names.values())
    for old, new in names.items():
        if not new.isidentifier() or keyword.iskeyword(new):
            yield refusal(
                "name-invalid",
                text("`{name}` is not a name that a variable can have", name=new[:80]),
            )
        elif new in BUILTINS:
            yield refusal(
                "name-clash",
                text(
                    "`{new}` is a name of Python's own: choose another for `{old}`",
                    new=new,
                    old=old,
                ),
            )
        elif new in mentioned or news.count(new) > 1:
            yield refusal(
                "name-clash",
                text(
                    "the function already uses the name `{new}`: choose another for `{old}`",
                    new=new,
                    old=old,
                ),
            )
        elif why := _stands_in_the_way(tree, old):
            yield refusal(
                "name-clash",
                text("`{old}` cannot be called `{new}`: {why}", old=old, new=new, why=why),
            )


def _stands_in_the_way(tree: ast.Module, name: str) -> str | None:
    """What else than a plain variable the name is in the code, or who else can see it."""
    for node in ast.walk(tree):
        if isinstance(node, _SCOPES) and name in _own_names(node):
            return text(
                "line {lineno} gives the name `{name}` another meaning",
                lineno=node.lineno,
                name=name,
            )
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            if node.name == name:
                return text("line {lineno} defines it", lineno=node.lineno)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            if any(scope.imported_name(alias) == name for alias in node.names):
                return text("line {lineno} imports it", lineno=node.lineno)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if re.search(rf"@{name}\b", node.value):
                return text("a string (line {lineno}) names it", lineno=node.lineno)
        elif isinstance(node, ast.Call) and _evaluates(node, name):
            return text("a string (line {lineno}) names it", lineno=node.lineno)
    if _names_itself(tree, name):
        return text("an f-string shows its name")
    return None


def _own_names(node: ast.AST) -> frozenset[str]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
            return scope.local_names(node)
        case ast.ClassDef():
            return frozenset(scope.bound_names(node.body))
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            targets = [generator.target for generator in node.generators]
            return frozenset().union(*(names_bound(target) for target in targets))
        case _:
            return frozenset()


def _evaluates(call: ast.Call, name: str) -> bool:
    called = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    texts = [a.value for a in call.args if isinstance(a, ast.Constant)]
    return called in {"query", "eval"} and any(
        isinstance(text, str) and re.search(rf"\b{name}\b", text) for text in texts
    )


def _names_itself(tree: ast.Module, name: str) -> bool:
    """`f"{name=}"`: the parser leaves the text `name=` in front of the value."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.JoinedStr):
            continue
        before = ""
        for value in node.values:
            mentioned = names_mentioned(ast.walk(value))
            if before.rstrip().endswith("=") and name in mentioned:
                return True
            before = str(value.value) if isinstance(value, ast.Constant) else ""
    return False


def renamed(body: str, names: Mapping[str, str]) -> str:
    """The statements of a function's body with its variables renamed, where nothing stands in the
    way of it (see `rename_refusals`)."""
    changed = {old: new for old, new in names.items() if old != new}
    return cst.parse_module(body).visit(_Renamer(changed)).code if changed else body


class _Renamer(cst.CSTTransformer):
    def __init__(self, names: Mapping[str, str]) -> None:
        super().__init__()
        self._names = names

    def leave_Attribute(self, original: cst.Attribute, updated: cst.Attribute) -> cst.Attribute:
        return updated.with_changes(attr=original.attr)

    def leave_Arg(self, original: cst.Arg, updated: cst.Arg) -> cst.Arg:
        return updated.with_changes(keyword=original.keyword)

    def leave_MatchKeywordElement(
        self, original: cst.MatchKeywordElement, updated: cst.MatchKeywordElement
    ) -> cst.MatchKeywordElement:
        return updated.with_changes(key=original.key)

    def leave_Name(self, original: cst.Name, updated: cst.Name) -> cst.Name:
        return updated.with_changes(value=self._names.get(original.value, original.value))
