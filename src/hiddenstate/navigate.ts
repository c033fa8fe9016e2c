import type { NotebookPanel } from '@jupyterlab/notebook';

import { cellIdOf } from '../document';
import type { Span } from '../messages';
import { positionAt, rangeOf } from './places';

/** The place of a cell in its notebook, or -1. */
export function indexOf(panel: NotebookPanel, cellId: string): number {
  return panel.content.widgets.findIndex(
    cell => cellIdOf(cell.model) === cellId
  );
}

/** Scrolls to a cell and selects it, and in it the place. */
export async function reveal(
  panel: NotebookPanel,
  cellId: string,
  at: Span | null = null
): Promise<void> {
  const index = indexOf(panel, cellId);
  const notebook = panel.content;
  if (index === -1) {
    return;
  }
  notebook.deselectAll();
  notebook.activeCellIndex = index;
  await notebook.scrollToItem(index, 'smart');
  const cell = notebook.widgets[index];
  await cell.ready;
  const source = cell.model.sharedModel.getSource();
  const range = at ? rangeOf(source, at) : null;
  if (!range || !cell.editor) {
    notebook.mode = 'command';
    notebook.activate();
    return;
  }
  notebook.mode = 'edit';
  cell.editor.focus();
  cell.editor.setSelection({
    start: positionAt(source, range.from),
    end: positionAt(source, range.to)
  });
}
