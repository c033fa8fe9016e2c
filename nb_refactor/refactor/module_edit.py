"""Adding imports and definitions to a module's text: all that stood in it is kept as it was, but
for an import of names that takes more of them."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import libcst as cst

from nb_refactor.refactor.import_block import (
    as_statement,
    blank,
    from_import,
    inserted,
    place_of_imports,
    with_imports,
)

BOM = "\ufeff"
FUTURE = "__future__"


@dataclass(frozen=True)
class ImportBinding:
    """One name that an import binds: `import module [as alias]` where `name` is `None`, else
    `from module import name [as alias]`."""

    module: str
    name: str | None = None
    alias: str | None = None

    @property
    def bound(self) -> str:
        return self.alias or self.name or self.module.partition(".")[0]

    @property
    def order(self) -> tuple[str, str, str]:
        """Sorts imports of one kind by the alphabet."""
        return (self.module, self.name or "", self.alias or "")

    @property
    def statement(self) -> str:
        renamed = f" as {self.alias}" if self.alias else ""
        if self.name is None:
            return f"import {self.module}{renamed}"
        return f"from {self.module} import {self.name}{renamed}"


def import_bindings(statement: ast.stmt) -> tuple[ImportBinding, ...]:
    """What an import statement binds; nothing for other statements, `*` and relative imports."""
    if isinstance(statement, ast.Import):
        return tuple(
            ImportBinding(alias.name, None, _real_alias(alias)) for alias in statement.names
        )
    if isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
        return tuple(
            ImportBinding(statement.module, alias.name, _real_alias(alias))
            for alias in statement.names
            if alias.name != "*"
        )
    return ()


def _real_alias(alias: ast.alias) -> str | None:
    return alias.asname if alias.asname != alias.name else None


# ---- what a module's text already holds -------------------------------------------------------


@dataclass(frozen=True)
class ModuleNames:
    """What the top level of a module binds: by import, by other statements, and whether names
    come from `import *`. `read` are all names that its code mentions."""

    imports: frozenset[ImportBinding]
    others: frozenset[str]
    starred: bool
    read: frozenset[str]

    @property
    def bound(self) -> frozenset[str]:
        return self.others | {binding.bound for binding in self.imports}


def module_names(existing: str | None) -> ModuleNames | None:
    """The names of a module's text; `None` where the text is not Python."""
    try:
        tree = ast.parse((existing or "").removeprefix(BOM))
        _parsed((existing or "").removeprefix(BOM))
    except (SyntaxError, ValueError, cst.ParserSyntaxError):
        return None
    imports: set[ImportBinding] = set()
    others: set[str] = set()
    starred = False
    for statement in tree.body:
        found = import_bindings(statement)
        imports.update(found)
        if isinstance(statement, ast.ImportFrom):
            starred = starred or any(alias.name == "*" for alias in statement.names)
            if statement.level:
                others.update(alias.asname or alias.name for alias in statement.names)
        elif not found:
            others.update(_bound_by(statement))
    read = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return ModuleNames(frozenset(imports), frozenset(others), starred, frozenset(read))


def _bound_by(statement: ast.stmt) -> set[str]:
    """Names that a top-level statement binds in the module, on any path through it."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {statement.name}
    bound: set[str] = set()
    pending: list[ast.AST] = [statement]
    while pending:
        node = pending.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            bound.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound.add(node.id)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            bound.update(alias.asname or alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            bound.add(node.name)
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            pending.extend(ast.iter_child_nodes(node))
    return bound


@lru_cache(maxsize=16)
def _parsed(text: str) -> cst.Module:
    return cst.parse_module(text)


def indentation_of(existing: str | None) -> str:
    """The module's own indentation (tabs or spaces), four spaces for a new one."""
    if not existing:
        return "    "
    return _parsed(existing.removeprefix(BOM)).default_indent


# ---- the edit ---------------------------------------------------------------------------------


def edit_module(
    existing: str | None,
    *,
    docstring: str,
    imports: Iterable[ImportBinding],
    definitions: Sequence[str],
    constants: Sequence[str] = (),
) -> str:
    """The module's text with `imports`, below them `constants`, and, at its end, `definitions`
    (each the text of one or more top-level statements, lines ending in LF). Imports that it has
    are not repeated; a new module begins with `docstring`. Line ends, byte-order mark and all
    other text stay."""
    text = existing.removeprefix(BOM) if existing else ""
    if not text.strip():
        ordered = sorted(set(imports), key=lambda b: b.order)
        made = _new_module(docstring, ordered, constants, definitions)
        return BOM + made if existing and existing.startswith(BOM) else made
    names = module_names(text)
    assert existing is not None
    assert names is not None
    module = _parsed(text)
    wanted = sorted(set(imports) - names.imports, key=lambda b: b.order)
    with_imports = _insert_imports(module, wanted)
    complete = _insert_constants(with_imports, constants)
    edited = _append(complete, definitions) if definitions else complete.code
    return BOM + edited if existing.startswith(BOM) else edited


def _new_module(
    docstring: str,
    imports: Sequence[ImportBinding],
    constants: Sequence[str],
    definitions: Sequence[str],
) -> str:
    top = [f'"""{docstring}"""']
    groups = import_groups(imports)
    if groups:
        top.append("\n\n".join("\n".join(group) for group in groups))
    if constants:
        top.append("\n".join(constants))
    return "\n\n\n".join(["\n\n".join(top), *(text.strip("\n") for text in definitions)]) + "\n"


def import_groups(imports: Sequence[ImportBinding]) -> list[list[str]]:
    """Import statements in the usual order: from the future, standard library, then all others; in
    each group `import a` before `from a import b`; names of one module joined."""
    chosen: tuple[list[ImportBinding], ...] = ([], [], [])
    for binding in imports:
        chosen[_group(binding)].append(binding)
    return [import_statements(group) for group in chosen if group]


def _group(binding: ImportBinding) -> int:
    if binding.module == FUTURE:
        return 0
    return 1 if _root(binding) in sys.stdlib_module_names else 2


def _root(binding: ImportBinding) -> str:
    return binding.module.partition(".")[0]


def import_statements(imports: Iterable[ImportBinding]) -> list[str]:
    """One statement for each `import a`, then one for each module of `from a import b, c`."""
    chosen = sorted(set(imports), key=lambda b: b.order)
    plain = [binding.statement for binding in chosen if binding.name is None]
    joined: dict[str, list[str]] = {}
    for binding in chosen:
        if binding.name is not None:
            renamed = f" as {binding.alias}" if binding.alias else ""
            joined.setdefault(binding.module, []).append(binding.name + renamed)
    return plain + [from_import(module, names) for module, names in joined.items()]


def _insert_imports(module: cst.Module, imports: Sequence[ImportBinding]) -> cst.Module:
    first = [binding for binding in imports if binding.module == FUTURE]
    if first:
        at = 0 if module.get_docstring(clean=False) is None else 1
        module = inserted(module, import_statements(first), at, after_import=False)
    rest = [binding for binding in imports if binding.module != FUTURE]
    return with_imports(module, import_statements(rest))


def _insert_constants(module: cst.Module, constants: Sequence[str]) -> cst.Module:
    """Below the imports, and below the constants that stand there."""
    if not constants:
        return module
    at, after_import = place_of_imports(module)
    first = at
    while at < len(module.body) and _is_assignment(module.body[at]):
        at += 1
    added = [as_statement(text, module) for text in constants]
    if at == first and (after_import or at > 0):
        added[0] = added[0].with_changes(leading_lines=[blank()])
    return module.with_changes(body=[*module.body[:at], *added, *module.body[at:]])


def _is_assignment(statement: cst.BaseStatement | cst.BaseSmallStatement) -> bool:
    return isinstance(statement, cst.SimpleStatementLine) and all(
        isinstance(part, (cst.Assign, cst.AnnAssign)) for part in statement.body
    )


def _append(module: cst.Module, definitions: Sequence[str]) -> str:
    """The module's text with the definitions behind all other code, but before a closing
    `if __name__ == …` block. Their text goes in as it is, line ends apart."""
    whole, tail = module.code, ""
    if module.body and _is_main_guard(module.body[-1]):
        footer = "".join(module.code_for_node(line) for line in module.footer)
        tail = module.code_for_node(module.body[-1]) + footer
        whole = whole[: len(whole) - len(tail)]
    blocks = [whole.rstrip("\r\n"), *(text.strip("\n") for text in definitions)]
    if tail.strip():
        blocks.append(tail.strip("\r\n"))
    newline = module.default_newline
    gap = newline * 3
    texts = [blocks[0], *(text.replace("\n", newline) for text in blocks[1:-1])]
    last = blocks[-1] if tail.strip() else blocks[-1].replace("\n", newline)
    return gap.join([*texts, last] if len(blocks) > 1 else texts) + newline


def _is_main_guard(statement: cst.BaseStatement | cst.BaseSmallStatement) -> bool:
    return isinstance(statement, cst.If) and any(
        isinstance(side, cst.Name) and side.value == "__name__"
        for side in (
            [statement.test.left, *(c.comparator for c in statement.test.comparisons)]
            if isinstance(statement.test, cst.Comparison)
            else []
        )
    )
