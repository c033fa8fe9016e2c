import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';

import { cellIdOf } from './document';
import type { Span } from './messages';
import { positionAt, rangeOf } from './places';

/** The place of a cell in its notebook, or -1. */
export function indexOf(panel: NotebookPanel, cellId: string): number {
  return panel.content.widgets.findIndex(
    cell => cellIdOf(cell.model) === cellId
  );
}

/**
 * Makes the cell active in command mode at once, with the keyboard on the notebook, and scrolls it
 * into sight. Gives the cell, or null where it is no longer there.
 */
export async function showCell(
  panel: NotebookPanel,
  cellId: string
): Promise<Cell | null> {
  const notebook = panel.content;
  const index = indexOf(panel, cellId);
  if (index === -1) {
    return null;
  }
  notebook.deselectAll();
  notebook.activeCellIndex = index;
  notebook.mode = 'command';
  notebook.activate();
  // A notebook that is closed meanwhile has nothing to scroll.
  await notebook.scrollToItem(index, 'smart').catch(() => undefined);
  return notebook.widgets[index] ?? null;
}

/** Shows the cell and selects the place in it. */
export async function reveal(
  panel: NotebookPanel,
  cellId: string,
  at: Span | null = null
): Promise<void> {
  const cell = await showCell(panel, cellId);
  if (!cell || !at) {
    return;
  }
  await cell.ready;
  const source = cell.model.sharedModel.getSource();
  const range = rangeOf(source, at);
  if (!range || !cell.editor) {
    return;
  }
  panel.content.mode = 'edit';
  cell.editor.focus();
  cell.editor.setSelection({
    start: positionAt(source, range.from),
    end: positionAt(source, range.to)
  });
}
