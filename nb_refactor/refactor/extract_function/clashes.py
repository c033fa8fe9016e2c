"""Names that mean one thing in the notebook and another in the module."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nb_refactor.change import Refusal
from nb_refactor.refactor.extract_function.builtin_names import BUILTINS
from nb_refactor.refactor.module_edit import ImportBinding, ModuleNames
from nb_refactor.refactor.refusal import refusal
from nb_refactor.text import text


def is_taken(binding: ImportBinding, names: ModuleNames) -> bool:
    """Whether the module means something else by the name."""
    if binding in names.imports and binding.bound not in names.others:
        return False
    same = {b for b in names.imports if b.bound == binding.bound}
    plain = all(b.name is None and b.alias is None for b in {*same, binding})
    return binding.bound in names.others or (bool(same) and not plain)


def module_clashes(
    module: str,
    found: ModuleNames,
    imports: Iterable[ImportBinding],
    names: Sequence[str],
    reads: Iterable[str],
) -> list[Refusal]:
    """Why code cannot go to `module`, which has the names `found`: it brings `imports`, defines
    `names` and reads `reads`."""
    clashes = []
    for name in names:
        if name in found.bound or name in found.read & BUILTINS:
            clashes.append(
                refusal(
                    "name-clash",
                    text(
                        "`{module}` already has a `{name}`: choose another module",
                        module=module,
                        name=name,
                    ),
                )
            )
    for binding in imports:
        if binding.module == module:
            continue
        if is_taken(binding, found) or binding.bound in found.read & BUILTINS - found.bound:
            clashes.append(
                refusal(
                    "module-shadows",
                    text(
                        "`{module}` means something else by `{bound}` than the notebook "
                        "(`{statement}`): choose another module",
                        module=module,
                        bound=binding.bound,
                        statement=binding.statement,
                    ),
                )
            )
    for name in sorted(set(reads) & BUILTINS & found.bound - set(names)):
        if name != "display":
            clashes.append(
                refusal(
                    "module-shadows",
                    text(
                        "`{module}` means something else by `{name}` than Python: choose another "
                        "module",
                        module=module,
                        name=name,
                    ),
                )
            )
    return clashes
