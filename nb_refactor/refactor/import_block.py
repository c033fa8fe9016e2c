"""The imports that open a module: a new one goes where it stands in the order that they keep."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TypeAlias

import libcst as cst
from libcst.helpers import get_full_name_for_node

Statement: TypeAlias = cst.SimpleStatementLine | cst.BaseCompoundStatement
# From the future, standard library, all others, the package itself; `import a` before
# `from a import b`; the alphabet.
_Order: TypeAlias = tuple[int, int, str]


def from_import(module: str, names: Sequence[str]) -> str:
    """`from module import names`, wrapped as the formatters do where it is long."""
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= 88:
        return line
    return f"from {module} import (\n" + "".join(f"    {name},\n" for name in names) + ")"


def with_imports(module: cst.Module, lines: Sequence[str]) -> cst.Module:
    """The module with these import statements: joined with one of the same module, where that is
    a plain line, or in its place among imports that are in order, or else behind all imports."""
    behind: list[str] = []
    for line in lines:
        added = as_statement(line, module)
        changed = _joined(module, added) or _in_order(module, added)
        if changed is None:
            behind.append(line)
        else:
            module = changed
    return inserted(module, behind, *place_of_imports(module))


def place_of_imports(module: cst.Module) -> tuple[int, bool]:
    """The index behind the last import of the block that opens the module, and whether an import
    stands before it."""
    place, after_import = 0, False
    for index, each in enumerate(module.body):
        if index == 0 and module.get_docstring(clean=False) is not None:
            place = 1
        elif _is_import(each):
            place, after_import = index + 1, True
        elif not isinstance(each, (cst.If, cst.Try)):
            break
    return place, after_import


def inserted(module: cst.Module, lines: Sequence[str], at: int, after_import: bool) -> cst.Module:
    """The module with the statements before the one at `at`."""
    if not lines:
        return module
    added = [as_statement(line, module) for line in lines]
    if not after_import and at > 0:
        added[0] = added[0].with_changes(leading_lines=[blank()])
    body = list(module.body)
    header = module.header
    if at < len(body) and not after_import:
        body[at] = _apart(body[at])
    if at == 0 and header and header[-1].comment:
        header = (*header, blank())
    return module.with_changes(header=header, body=[*body[:at], *added, *body[at:]])


def as_statement(line: str, module: cst.Module) -> Statement:
    return cst.parse_statement(
        line.replace("\n", module.default_newline) + module.default_newline,
        module.config_for_parsing,
    )


def blank() -> cst.EmptyLine:
    return cst.EmptyLine(indent=False)


# ---- joined with one that is there ------------------------------------------------------------


def _joined(module: cst.Module, added: Statement) -> cst.Module | None:
    new = _from_import(added)
    if new is None:
        return None
    for index, each in enumerate(module.body[: place_of_imports(module)[0]]):
        there = _from_import(each)
        if there is None or there.lpar or _module_of(there) != _module_of(new):
            continue
        if each.trailing_whitespace.comment:  # type: ignore[union-attr]
            continue
        old, more = _names_of(there, module), _names_of(new, module)
        names = sorted({*old, *more}) if old == sorted(old) else [*old, *more]
        made = as_statement(from_import(_module_of(new), names), module)
        made = made.with_changes(leading_lines=each.leading_lines)
        body = [*module.body[:index], made, *module.body[index + 1 :]]
        return module.with_changes(body=body)
    return None


def _from_import(each: cst.BaseStatement | cst.BaseSmallStatement) -> cst.ImportFrom | None:
    """The import of names of a module, where the statement is nothing else."""
    match each:
        case cst.SimpleStatementLine(body=[cst.ImportFrom(relative=[]) as found]):
            return None if isinstance(found.names, cst.ImportStar) else found
        case _:
            return None


def _module_of(found: cst.ImportFrom) -> str:
    return (get_full_name_for_node(found.module) or "") if found.module else ""


def _names_of(found: cst.ImportFrom, module: cst.Module) -> list[str]:
    assert not isinstance(found.names, cst.ImportStar)
    return [
        module.code_for_node(alias.with_changes(comma=cst.MaybeSentinel.DEFAULT))
        for alias in found.names
    ]


# ---- in its place -----------------------------------------------------------------------------


def _in_order(module: cst.Module, added: Statement) -> cst.Module | None:
    """`None`, where the imports are in no such order, or there are none."""
    first = 0 if module.get_docstring(clean=False) is None else 1
    end, after_import = place_of_imports(module)
    block = module.body[first:end]
    orders = [order for each in block if (order := _order_of(each)) is not None]
    own = _order_of(added)
    if not after_import or len(orders) < len(block) or orders != sorted(orders) or own is None:
        return None
    place = sum(order <= own for order in orders)
    if place == 0 and first == 0:
        return None  # what stands above it belongs to the file
    before = orders[place - 1][0] if place else None
    body = list(module.body)
    at = first + place
    if place < len(orders):
        if orders[place][0] != own[0]:
            body[at] = _apart(body[at])
        elif before != own[0]:
            body[at] = _close(body[at])
    if before != own[0]:
        added = _apart(added)
    return module.with_changes(body=[*body[:at], added, *body[at:]])


def _order_of(each: cst.BaseStatement | cst.BaseSmallStatement) -> _Order | None:
    match each:
        case cst.SimpleStatementLine(body=[cst.Import(names=[alias, *_])]):
            name = get_full_name_for_node(alias.name) or ""
            return _group(name), 0, name
        case cst.SimpleStatementLine(body=[cst.ImportFrom(relative=[]) as found]):
            return _group(_module_of(found)), 1, _module_of(found)
        case cst.SimpleStatementLine(body=[cst.ImportFrom() as found]):
            return 3, 1, _module_of(found)
        case _:
            return None


def _group(name: str) -> int:
    root = name.partition(".")[0]
    if root == "__future__":
        return 0
    return 1 if root in sys.stdlib_module_names else 2


def _is_import(each: cst.BaseStatement | cst.BaseSmallStatement) -> bool:
    return isinstance(each, cst.SimpleStatementLine) and all(
        isinstance(part, (cst.Import, cst.ImportFrom)) for part in each.body
    )


def _apart(each: Statement) -> Statement:
    """The statement with a blank line above it."""
    leading = list(each.leading_lines)
    if leading and leading[0].comment is None:
        return each
    return each.with_changes(leading_lines=[blank(), *leading])


def _close(each: Statement) -> Statement:
    """The statement without the blank line above it."""
    leading = list(each.leading_lines)
    if leading and leading[0].comment is None:
        return each.with_changes(leading_lines=leading[1:])
    return each
