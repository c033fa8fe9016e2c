"""Where a function goes, and what is known of that place."""

from __future__ import annotations

from dataclasses import dataclass

from nb_refactor.change import FileEdit


@dataclass(frozen=True)
class Destination:
    """`module` is dotted, `path` the module's file relative to the repository's root (with `/`),
    `existing` that file's text (`None`: it is created), and `extra_files` what else has to be
    created so that the module can be imported. `unavailable` are dotted modules, `missing_files`
    the files that the notebook's environment is known not to have (a file by the path that the
    notebook gives for it). `coming` are names that are on their way into the module as well.
    `placed` are modules that are found only behind lines of the notebook which say where;
    `places_known`: there are no others for which that may hold."""

    module: str
    function: str
    path: str
    existing: str | None = None
    extra_files: tuple[FileEdit, ...] = ()
    unavailable: frozenset[str] = frozenset()
    missing_files: frozenset[str] = frozenset()
    coming: frozenset[str] = frozenset()
    placed: frozenset[str] = frozenset()
    places_known: bool = False

    @property
    def not_at_the_top(self) -> frozenset[str]:
        """The modules that this one must not import at its top level."""
        return self.unavailable | self.placed

    @property
    def docstring(self) -> str:
        """What a new module says about itself."""
        words = self.module.rpartition(".")[2].replace("_", " ").strip() or "module"
        return f"{words[:1].upper()}{words[1:]}: code of the project's notebooks."
