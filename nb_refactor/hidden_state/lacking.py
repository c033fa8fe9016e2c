"""What a notebook needs and another machine, or this one, does not have: noted quietly like the
other hazards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from nb_refactor.dataflow.effects import Bind, Call
from nb_refactor.hidden_state.finding import Finding
from nb_refactor.hidden_state.hazards import facts_of
from nb_refactor.text import text


@dataclass(frozen=True, slots=True)
class Lacking:
    """Dotted modules that are not installed; files, by the path that the notebook gives for them,
    that are not there (`files`), or are there and not in the repository (`unshared`)."""

    modules: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    unshared: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.modules or self.files or self.unshared)


@lru_cache(maxsize=4096)
def lacking_hazards(source: str, lacking: Lacking) -> tuple[Finding, ...]:
    """The hazards of a cell with this source; each file and each module once."""
    facts = facts_of(source)
    found = [*_modules(facts.binds, lacking), *_files(facts.calls, lacking)]
    return tuple({finding.message: finding for finding in reversed(found)}.values())[::-1]


def _modules(binds: tuple[Bind, ...], lacking: Lacking) -> Iterator[Finding]:
    for bind in binds:
        parts = bind.module.split(".") if bind.module is not None else []
        prefixes = [".".join(parts[:end]) for end in range(1, len(parts) + 1)]
        missing = next((name for name in prefixes if name in lacking.modules), None)
        if missing is not None:
            message = text(
                "`{module}` is not installed here: a fresh run stops at the import.",
                module=missing,
            )
            yield Finding("missing-package", "info", message, bind.name, bind.at)


def _files(calls: tuple[Call, ...], lacking: Lacking) -> Iterator[Finding]:
    for call in calls:
        name = call.arguments[0].literal if call.arguments else None
        if not isinstance(name, str):
            continue
        if name in lacking.files:
            message = text("The file `{name}` is not there: a fresh run stops here.", name=name)
            yield Finding("missing-file", "info", message, None, call.at)
        elif name in lacking.unshared:
            message = text(
                "The file `{name}` is not in the repository: others do not have it.", name=name
            )
            yield Finding("missing-file", "info", message, None, call.at)
