import type { YCodeCell, YNotebook } from '@jupyter/ydoc';
import type * as nbformat from '@jupyterlab/nbformat';
import { JSONExt } from '@lumino/coreutils';

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

/** What a cell shows of its last run. */
type Run = Pick<nbformat.ICodeCell, 'outputs' | 'execution_count'>;

/**
 * Gives the cells their new versions and deletes those that have none, in one transaction: one undo
 * brings the old versions back with their outputs. The new ones have not run: they have neither
 * outputs nor an execution count. Throws where `canSwap` does not hold.
 *
 * The cells themselves stay: for a new one the notebook draws all its cells anew.
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
    before.set(edit.cell_id, jsonOf(notebook, edit.cell_id));
  }
  const kept = swappedCells(notebook, edits);
  inOneUndoStep(notebook, () => {
    for (const { edit, index } of fromTheEnd(notebook, edits)) {
      if (edit.after === null) {
        notebook.deleteCell(index);
      }
    }
    kept.forEach(({ cell, after }) => cell.setSource(after));
  });
  for (const { cell } of kept) {
    showRun(cell, UNRUN);
    forgetTyping(notebook, cell);
  }
  const stack = notebook.undoManager.undoStack;
  const swap = { edits, before, undoItem: stack[stack.length - 1] };
  followUndo(notebook, swap);
  return swap;
}

/** The cells that get a new version, and its source. */
function swappedCells(
  notebook: SharedNotebook,
  edits: readonly CellEdit[]
): { cell: YCodeCell; after: string }[] {
  return edits.flatMap(({ cell_id, after }) => {
    const cell = notebook.cells.find(each => each.getId() === cell_id);
    return cell && after !== null ? [{ cell: cell as YCodeCell, after }] : [];
  });
}

/** How a cell shows that it has not run. */
const UNRUN: Run = { outputs: [], execution_count: null };

/** Shows what a run gave. That is no step to be undone, as with every run. */
function showRun(cell: YCodeCell, { outputs, execution_count }: Run): void {
  if (!JSONExt.deepEqual(cell.getOutputs(), outputs)) {
    // One after the other: where both come at once, the notebook joins streams that it is to remove.
    cell.setOutputs([]);
    cell.setOutputs(outputs);
  }
  cell.execution_count = execution_count;
}

/** What was typed into the old version cannot be undone in the new one. */
function forgetTyping(notebook: SharedNotebook, cell: YCodeCell): void {
  if (cell.undoManager !== notebook.undoManager) {
    cell.clearUndoHistory();
  }
}

/**
 * Sees to it that an undo of the swap gives the old versions with their outputs, and a redo the new
 * ones, and nothing else: outputs, and what was typed meanwhile, are not in the notebook's undo stack.
 */
function followUndo(notebook: SharedNotebook, swap: Swap): void {
  const { undoManager } = notebook;
  let item = swap.undoItem;
  const follow = (event: { stackItem: unknown; type: 'undo' | 'redo' }) => {
    const { undoStack, redoStack } = undoManager;
    if (event.stackItem === item) {
      // What takes this back again is on top of the other stack by now.
      const other = event.type === 'undo' ? redoStack : undoStack;
      item = other[other.length - 1];
      showVersions(notebook, swap, event.type === 'undo');
    } else if (![...undoStack, ...redoStack].some(each => each === item)) {
      undoManager.off('stack-item-popped', follow);
    }
  };
  undoManager.on('stack-item-popped', follow);
}

/** Shows the old versions of the cells that were kept, or the new ones. */
function showVersions(
  notebook: SharedNotebook,
  swap: Swap,
  areOld: boolean
): void {
  for (const { cell, after } of swappedCells(notebook, swap.edits)) {
    const old = swap.before.get(cell.getId()) as nbformat.ICodeCell;
    const source = areOld ? String(old.source) : after;
    if (cell.getSource() !== source) {
      notebook.transact(() => cell.setSource(source), false);
    }
    showRun(cell, areOld ? old : UNRUN);
  }
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

function jsonOf(notebook: SharedNotebook, id: string): nbformat.ICell {
  const cell = notebook.cells.find(each => each.getId() === id);
  return { ...(cell?.toJSON() as nbformat.ICell), id };
}

function sourceOf(notebook: SharedNotebook, id: string): string | undefined {
  return notebook.cells.find(cell => cell.getId() === id)?.getSource();
}
