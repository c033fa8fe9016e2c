import type { CodeEditor } from '@jupyterlab/codeeditor';
import type { NotebookPanel } from '@jupyterlab/notebook';

import { cellIdOf } from './document';

/** A place in one cell; lines count from 1, columns from 0 and in characters (code points). */
export interface CellPlace {
  cellId: string;
  line: number;
  column: number;
}

/** Makes the cell active in command mode, in sight, with the keyboard on the notebook. */
export function showCell(panel: NotebookPanel, cellId: string): void {
  const notebook = panel.content;
  const index = indexOf(panel, cellId);
  if (index < 0) {
    return;
  }
  notebook.deselectAll();
  notebook.activeCellIndex = index;
  notebook.mode = 'command';
  notebook.activate();
  void notebook.scrollToItem(index, 'auto').catch(() => undefined);
}

/** Puts the cursor at the place. */
export function goToLine(panel: NotebookPanel, place: CellPlace): void {
  const notebook = panel.content;
  showCell(panel, place.cellId);
  notebook.mode = 'edit';
  const editor: CodeEditor.IEditor | null = notebook.activeCell?.editor ?? null;
  const line = place.line - 1;
  const before = [...(editor?.getLine(line) ?? '')].slice(0, place.column);
  editor?.setCursorPosition({ line, column: before.join('').length });
  editor?.focus();
}

function indexOf(panel: NotebookPanel, cellId: string): number {
  return panel.content.widgets.findIndex(
    cell => cellIdOf(cell.model) === cellId
  );
}
