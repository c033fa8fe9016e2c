import { Notification } from '@jupyterlab/apputils';
import type { CodeCell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { DisposableDelegate } from '@lumino/disposable';
import type { IDisposable } from '@lumino/disposable';

import { cellIdOf } from '../document';
import { showCell } from '../navigate';
import { undoChange } from './apply';
import type { AppliedChange } from './apply';
import { keptCells } from './run_after';
import { sharedModel, workplace } from './workplace';
import type { ExtractionContext } from './workplace';

/** How long (ms) a sentence about what was not done stays in sight. */
const WARNING_TIME = 15000;

/** The Undo button of the notification. */
export function undoAction(
  panel: NotebookPanel,
  context: ExtractionContext,
  applied: AppliedChange,
  watch: IDisposable
): Notification.IAction {
  const { trans } = context;
  return {
    label: trans.__('Undo'),
    caption: trans.__('Take back both the cell and the module'),
    callback: () => {
      watch.dispose();
      void undo(panel, context, applied);
    }
  };
}

/** Takes an applied change back and tells how that went. */
export async function undo(
  panel: NotebookPanel,
  context: ExtractionContext,
  applied: AppliedChange
): Promise<void> {
  const { trans } = context;
  if (panel.isDisposed) {
    Notification.warning(
      trans.__('Nothing was undone: the notebook was closed.'),
      { autoClose: WARNING_TIME }
    );
    return;
  }
  const place = workplace(panel, context, 'path');
  const result = await undoChange(place, applied);
  if (result.kind === 'unchanged') {
    Notification.warning(result.message, { autoClose: WARNING_TIME });
    return;
  }
  void showCell(panel, applied.changes.cells[0].cell_id);
  Notification.info(
    trans.__('The cell and %1 are as they were.', applied.module),
    { autoClose: 5000 }
  );
}

/**
 * Calls `act`, once, when the person undoes the cell by key: until then, or until this is disposed of.
 * Whoever undoes it, what the new cell still prints does not get among the outputs of the old one.
 */
export function watchUndo(
  panel: NotebookPanel,
  applied: AppliedChange,
  act: () => void
): IDisposable {
  const { undoManager } = sharedModel(panel);
  const popped = (event: { stackItem: unknown; type: 'undo' | 'redo' }) => {
    if (event.type === 'undo' && event.stackItem === applied.swap.undoItem) {
      undoManager.off('stack-item-popped', popped);
      leaveRuns(panel, applied);
      if (!watch.isDisposed) {
        act();
      }
    }
  };
  const watch = new DisposableDelegate(() => undefined);
  undoManager.on('stack-item-popped', popped);
  return watch;
}

/** Outputs of runs of the cells that are still to come are shown nowhere. */
function leaveRuns(panel: NotebookPanel, { changes }: AppliedChange): void {
  const kept = keptCells(changes);
  for (const cell of panel.content.widgets) {
    if (cell.model.type === 'code' && kept.includes(cellIdOf(cell.model))) {
      (cell as CodeCell).outputArea.future?.dispose();
    }
  }
}

/** The cell is back, the function stays in its module: offer to remove it. */
export function offerRemoval(
  panel: NotebookPanel,
  context: ExtractionContext,
  applied: AppliedChange
): void {
  const { trans } = context;
  const { changes, module } = applied;
  // The notebook puts its active cell elsewhere first.
  setTimeout(() => void showCell(panel, changes.cells[0].cell_id));
  Notification.info(
    changes.functions.length > 1
      ? trans.__(
          'The cells are as they were. Their functions are still in %1.',
          module
        )
      : trans.__(
          'The cell is as it was. The function %1 is still in %2.',
          changes.function.name,
          module
        ),
    {
      autoClose: 10000,
      actions: [
        {
          label:
            changes.functions.length > 1
              ? trans.__('Remove them')
              : trans.__('Remove it'),
          callback: () => void undo(panel, context, applied)
        }
      ]
    }
  );
}
