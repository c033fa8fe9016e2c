"""Names in the file of the tests: which are free, and which it binds to something else."""

from __future__ import annotations

from collections.abc import Collection

from nb_refactor.refactor.module_edit import ImportBinding, module_names


def name_of_test(function: str, existing: str | None, others: Collection[str] = ()) -> str:
    """A name for the function's test that the file does not have."""
    names = module_names(existing)
    taken = {*others, *(names.bound if names else ())}
    wish = f"test_{function.lstrip('_')}"
    name, number = wish, 2
    while name in taken:
        name, number = f"{wish}_{number}", number + 1
    return name


def taken_imports(
    existing: str | None, imports: Collection[ImportBinding]
) -> frozenset[ImportBinding]:
    """Of the imports those whose names the file binds to something else."""
    names = module_names(existing)
    if names is None:
        return frozenset()
    return frozenset(b for b in imports if b.bound in names.bound and b not in names.imports)
