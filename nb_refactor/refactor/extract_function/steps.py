"""Several extractions one after the other, each on what the one before has made."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from msgspec.structs import replace as changed

from nb_refactor.change import CellEdit, ChangeSet, ExtractedFunction, FileEdit
from nb_refactor.notebook import Notebook


@dataclass(frozen=True)
class Steps:
    """What has been made so far of the `notebook` and of the module at `path`, whose text was
    `before` and is `module` now."""

    notebook: Notebook
    path: str
    before: str | None
    module: str | None
    files: tuple[FileEdit, ...] = ()
    edits: dict[str, CellEdit] = field(default_factory=dict)
    functions: tuple[ExtractedFunction, ...] = ()
    warnings: tuple[str, ...] = ()
    outdated: tuple[str, ...] = ()

    def after(self, answer: ChangeSet) -> Steps:
        """With one more change set, whose last file is the module."""
        *others, module = answer.files
        more = self.with_sources({edit.cell_id: edit.after for edit in answer.cells})
        return replace(
            more,
            module=module.after,
            files=(*self.files, *others),
            functions=(*self.functions, answer.function),
            warnings=(*self.warnings, *answer.warnings),
            outdated=(*self.outdated, *answer.outdated),
        )

    def with_sources(self, sources: dict[str, str | None]) -> Steps:
        """With other sources for some cells; a cell whose source is `None` goes."""
        edits = dict(self.edits)
        for cell in self.notebook.cells:
            if cell.cell_id in sources and sources[cell.cell_id] != cell.source:
                before = edits[cell.cell_id].before if cell.cell_id in edits else cell.source
                edits[cell.cell_id] = CellEdit(cell.cell_id, before, sources[cell.cell_id])
        cells = tuple(
            changed(cell, source=source)
            for cell in self.notebook.cells
            if (source := sources.get(cell.cell_id, cell.source)) is not None
        )
        return replace(self, notebook=changed(self.notebook, cells=cells), edits=edits)

    @property
    def all_files(self) -> tuple[FileEdit, ...]:
        return (*self.files, FileEdit(self.path, self.before, self.module))
