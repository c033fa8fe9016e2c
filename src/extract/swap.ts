import type { YNotebook } from '@jupyter/ydoc';
import type * as nbformat from '@jupyterlab/nbformat';

import type { CellEdit } from '../messages';

/** The notebook's shared model, as far as a swap needs it. */
export type SharedNotebook = Pick<
  YNotebook,
  'cells' | 'transact' | 'insertCell' | 'deleteCell' | 'undo' | 'undoManager'
>;

/** A swap that was made: what is needed to take it back. */
export interface Swap {
  edits: readonly CellEdit[];
  /** The cells as they were, outputs included, by id. */
  before: ReadonlyMap<string, nbformat.ICell>;
  /** What lay on top of the notebook's undo stack right after the swap. */
  undoItem: unknown;
}

/** Which of the two versions of the edited cells the notebook shows; neither is `touched`. */
export type SwapState = 'swapped' | 'original' | 'touched';

/** Whether every edit still finds its cell as it was when the edit was made. */
export function canSwap(
  notebook: SharedNotebook,
  edits: readonly CellEdit[]
): boolean {
  return edits.every(edit => sourceOf(notebook, edit.cell_id) === edit.before);
}

/**
 * Puts the new cells in the place of the old ones, under the same ids, in one transaction: one
 * undo brings the old cells back with their outputs. The new cells have not run: they have
 * neither outputs nor an execution count. Throws where `canSwap` does not hold.
 */
export function swapCells(
  notebook: SharedNotebook,
  edits: readonly CellEdit[]
): Swap {
  if (!canSwap(notebook, edits)) {
    throw new Error('A cell is not what the edit was made for.');
  }
  const before = new Map<string, nbformat.ICell>();
  for (const edit of edits) {
    before.set(edit.cell_id, cellOf(notebook, edit.cell_id));
  }
  inOneUndoStep(notebook, () => {
    for (const { edit, index } of fromTheEnd(notebook, edits)) {
      notebook.deleteCell(index);
      if (edit.after !== null) {
        const old = before.get(edit.cell_id) as nbformat.ICell;
        notebook.insertCell(index, newVersion(old, edit.after));
      }
    }
  });
  const stack = notebook.undoManager.undoStack;
  return { edits, before, undoItem: stack[stack.length - 1] };
}

/** How the edited cells stand now: as the swap left them, as they were before it, or changed. */
export function swapState(notebook: SharedNotebook, swap: Swap): SwapState {
  if (
    swap.edits.every(
      edit => sourceOf(notebook, edit.cell_id) === (edit.after ?? undefined)
    )
  ) {
    return 'swapped';
  }
  return canSwap(notebook, swap.edits) ? 'original' : 'touched';
}

/**
 * Brings the old cells back, with their outputs. Where nothing was done to the list of cells since,
 * that is the notebook's own undo, so that a redo brings the swap back; else it is a new step.
 * Does nothing where the cells are not as the swap left them.
 */
export function takeSwapBack(notebook: SharedNotebook, swap: Swap): void {
  if (swapState(notebook, swap) !== 'swapped') {
    return;
  }
  const stack = notebook.undoManager.undoStack;
  if (stack.length && stack[stack.length - 1] === swap.undoItem) {
    notebook.undo();
    return;
  }
  inOneUndoStep(notebook, () => restore(notebook, swap));
}

/** Old cells that the swap had deleted come back below the one that stands for them all. */
function restore(notebook: SharedNotebook, swap: Swap): void {
  const ids = notebook.cells.map(cell => cell.getId());
  const runs = groupByKept(swap.edits);
  const places = runs
    .map(run => ({ run, index: ids.indexOf(run[0].cell_id) }))
    .sort((a, b) => b.index - a.index);
  for (const { run, index } of places) {
    notebook.deleteCell(index);
    run.forEach((edit, offset) => {
      const old = swap.before.get(edit.cell_id) as nbformat.ICell;
      notebook.insertCell(index + offset, old);
    });
  }
}

/** Each edit that keeps its cell, with the deleting edits that follow it. */
function groupByKept(edits: readonly CellEdit[]): CellEdit[][] {
  const groups: CellEdit[][] = [];
  const leading: CellEdit[] = [];
  for (const edit of edits) {
    if (edit.after !== null) {
      groups.push([edit]);
    } else {
      (groups[groups.length - 1] ?? leading).push(edit);
    }
  }
  groups[0]?.unshift(...leading);
  return groups;
}

/**
 * The edits with the places of their cells, last first, so that the places of those still to come
 * hold. They are read before the transaction: within it the list of cells is stale.
 */
function fromTheEnd(
  notebook: SharedNotebook,
  edits: readonly CellEdit[]
): { edit: CellEdit; index: number }[] {
  const ids = notebook.cells.map(cell => cell.getId());
  return edits
    .map(edit => ({ edit, index: ids.indexOf(edit.cell_id) }))
    .sort((a, b) => b.index - a.index);
}

/** Yjs joins what happens within half a second into one undo step: keep ours apart. */
function inOneUndoStep(notebook: SharedNotebook, change: () => void): void {
  notebook.undoManager.stopCapturing();
  notebook.transact(change);
  notebook.undoManager.stopCapturing();
}

/** The same cell with another source. Without the mark of trust the notebook would lose its own. */
function newVersion(old: nbformat.ICell, source: string) {
  return {
    ...old,
    cell_type: 'code' as const,
    source,
    metadata: { ...old.metadata, trusted: true },
    outputs: [],
    execution_count: null
  };
}

function cellOf(notebook: SharedNotebook, id: string): nbformat.ICell {
  const cell = notebook.cells.find(each => each.getId() === id);
  return { ...(cell?.toJSON() as nbformat.ICell), id };
}

function sourceOf(notebook: SharedNotebook, id: string): string | undefined {
  return notebook.cells.find(cell => cell.getId() === id)?.getSource();
}
