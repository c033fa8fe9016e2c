import { Notification } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IRefactorClient } from '../client';
import { acceptOutputs, canTakeBack } from './accept';
import type { Accepted, SharedNotebook } from './accept';
import type { RunModel } from './model';

/** Writes what the chosen cells gave into the notebook, and offers to undo it. */
export async function acceptInto(
  panel: NotebookPanel,
  model: RunModel,
  cellIds: readonly string[],
  client: Pick<IRefactorClient, 'outputs'>,
  trans: TranslationBundle
): Promise<void> {
  let accepted: Accepted;
  const notebook = sharedModel(panel);
  try {
    const { cells } = await client.outputs(model.view.runId);
    const { activeCellIndex } = panel.content;
    accepted = acceptOutputs(notebook, cells, new Set(cellIds));
    panel.content.activeCellIndex = activeCellIndex;
  } catch (error) {
    Notification.error(error instanceof Error ? error.message : String(error));
    return;
  }
  model.mark(accepted.written, true);
  follow(notebook, model, accepted);
  // In command mode the notebook's own undo takes the outputs back.
  panel.content.mode = 'command';
  tell(notebook, accepted, trans);
}

function tell(
  notebook: SharedNotebook,
  accepted: Accepted,
  trans: TranslationBundle
): void {
  const { written, left } = accepted;
  const spared = left.length
    ? trans._n(
        'One cell was edited since the run and is left as it is.',
        '%1 cells were edited since the run and are left as they are.',
        left.length
      )
    : '';
  if (!written.length) {
    Notification.warning(spared, { autoClose: 8000 });
    return;
  }
  const done = trans._n(
    'The new outputs of one cell are in the notebook.',
    'The new outputs of %1 cells are in the notebook.',
    written.length
  );
  Notification.success([done, spared].filter(Boolean).join(' '), {
    autoClose: 10000,
    actions: [
      {
        label: trans.__('Undo'),
        caption: trans.__('Bring the old outputs back'),
        callback: () => {
          if (canTakeBack(notebook, accepted)) {
            notebook.undo();
          } else {
            Notification.warning(
              trans.__(
                'The notebook was changed since: undo those changes first.'
              ),
              { autoClose: 8000 }
            );
          }
        }
      }
    ]
  });
}

/** Keeps the report in step with the notebook's undo and redo. */
function follow(
  notebook: SharedNotebook,
  model: RunModel,
  accepted: Accepted
): void {
  const { undoManager } = notebook;
  const { runId } = model.view;
  let item = accepted.undoItem;
  const popped = (event: { stackItem: unknown; type: 'undo' | 'redo' }) => {
    if (model.view.runId !== runId) {
      undoManager.off('stack-item-popped', popped);
    } else if (event.stackItem === item) {
      model.mark(accepted.written, event.type === 'redo');
      // What undoes an undo is a new item on the other stack.
      const stack =
        event.type === 'undo' ? undoManager.redoStack : undoManager.undoStack;
      item = stack[stack.length - 1];
    }
  };
  undoManager.on('stack-item-popped', popped);
}

/** The model's interface hides the undo manager that every notebook has. */
function sharedModel(panel: NotebookPanel): SharedNotebook {
  return panel.context.model.sharedModel as unknown as SharedNotebook;
}
