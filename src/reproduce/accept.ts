import type { YNotebook } from '@jupyter/ydoc';
import type * as nbformat from '@jupyterlab/nbformat';

import type { FreshOutputs } from '../messages';

/** The notebook's shared model, as far as outputs are written to it. */
export type SharedNotebook = Pick<
  YNotebook,
  'cells' | 'transact' | 'insertCell' | 'deleteCell' | 'undo' | 'undoManager'
>;

/** What became of accepting: the cells whose outputs were written, and those that were left. */
export interface Accepted {
  written: string[];
  /** They were edited or removed since the run began, or their outputs were too large to keep. */
  left: string[];
  /** What lay on top of the notebook's undo stack right after; null where nothing was written. */
  undoItem: unknown;
}

/**
 * Writes what the chosen cells gave in a fresh run into the notebook, in one transaction: one undo
 * brings the old outputs back. Sources and execution counts stay as they are. A cell that was
 * edited since the run began is left alone: its outputs would be those of other code.
 */
export function acceptOutputs(
  notebook: SharedNotebook,
  fresh: readonly FreshOutputs[],
  chosen: ReadonlySet<string>
): Accepted {
  const cells = new Map(notebook.cells.map(cell => [cell.getId(), cell]));
  const wanted = fresh.filter(each => chosen.has(each.cell_id));
  const [written, left] = partition(
    wanted,
    each =>
      !each.dropped && cells.get(each.cell_id)?.getSource() === each.source
  );
  if (written.length) {
    const ids = notebook.cells.map(cell => cell.getId());
    const replaced = written.map(({ cell_id, outputs }) => ({
      index: ids.indexOf(cell_id),
      cell: withOutputs(cells.get(cell_id)!.toJSON(), outputs)
    }));
    // Not by setOutputs: the views take a stream that is replaced for one that goes on.
    inOneUndoStep(notebook, () => {
      for (const { index, cell } of replaced) {
        notebook.deleteCell(index);
        notebook.insertCell(index, cell);
      }
    });
  }
  const found = new Set(fresh.map(each => each.cell_id));
  const unknown = [...chosen].filter(id => !found.has(id));
  const { undoStack } = notebook.undoManager;
  return {
    written: written.map(each => each.cell_id),
    left: [...left.map(each => each.cell_id), ...unknown],
    undoItem: written.length ? undoStack[undoStack.length - 1] : null
  };
}

/** Whether the outputs are still what was undone last: then the notebook's undo takes them back. */
export function canTakeBack(
  notebook: SharedNotebook,
  { undoItem }: Accepted
): boolean {
  const { undoStack } = notebook.undoManager;
  return undoItem !== null && undoStack[undoStack.length - 1] === undoItem;
}

/** Yjs joins what happens within half a second into one undo step: keep ours apart. */
function inOneUndoStep(notebook: SharedNotebook, change: () => void): void {
  notebook.undoManager.stopCapturing();
  notebook.transact(change);
  notebook.undoManager.stopCapturing();
}

/** The same cell with what its code gave in the fresh run; a result carries the cell's own count. */
function withOutputs(cell: nbformat.ICell, outputs: FreshOutputs['outputs']) {
  const count = (cell.execution_count ?? null) as number | null;
  return {
    ...cell,
    cell_type: 'code' as const,
    // Without the mark the whole notebook would lose its trust.
    metadata: { ...cell.metadata, trusted: true },
    execution_count: count,
    outputs: outputs.map(output =>
      output.output_type === 'execute_result'
        ? { ...output, execution_count: count }
        : output
    ) as nbformat.IOutput[]
  };
}

function partition<T>(
  items: readonly T[],
  holds: (item: T) => boolean
): [T[], T[]] {
  return [items.filter(holds), items.filter(item => !holds(item))];
}
