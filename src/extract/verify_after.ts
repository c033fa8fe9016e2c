import { Notification } from '@jupyterlab/apputils';
import type { INotebookContent } from '@jupyterlab/nbformat';
import type { NotebookPanel } from '@jupyterlab/notebook';

import { cellIdOf, pathOf } from '../document';
import type { ChangeRunRequest, ChangeSet } from '../messages';
import { reveal } from '../navigate';
import { extractedName } from './extracted_name';
import type { Finished } from './run_after';
import { undo } from './undo';
import { follow, originalContent } from './verification';
import type { Verified } from './verification';
import type { ExtractionContext } from './workplace';

/** How long (ms) the badge of a verification stays in sight. */
const BADGE_TIME = 15000;

/** The notebook's JSON as it stands, as a verification needs it. */
export function contentOf(panel: NotebookPanel): INotebookContent {
  const { model } = panel.context;
  const ids = [...model.cells].map(cellIdOf);
  return originalContent(model.toJSON() as INotebookContent, ids);
}

/** What a fresh run for the changes is asked with: the notebook as it stands. */
export function changeRunRequest(
  panel: NotebookPanel,
  { files, cells, outdated }: ChangeSet,
  module: string,
  content = contentOf(panel)
): ChangeRunRequest {
  const kernel = panel.sessionContext.session?.kernel?.name ?? null;
  const path = pathOf(panel);
  const plain = content as unknown as Record<string, unknown>;
  return { path, content: plain, files, cells, module, kernel, outdated };
}

/** The Verify button of the notification. */
export function verifyAction(
  panel: NotebookPanel,
  context: ExtractionContext,
  applied: Finished
): Notification.IAction {
  const { trans } = context;
  return {
    label: trans.__('Verify'),
    caption: trans.__(
      'Run both versions of the notebook in fresh kernels and compare them'
    ),
    callback: () => void verifyApplied(panel, context, applied)
  };
}

/** Verifies what is applied, and tells it; what differs can be taken back. */
async function verifyApplied(
  panel: NotebookPanel,
  context: ExtractionContext,
  applied: Finished
): Promise<void> {
  const { client, trans } = context;
  const { changes, module, content } = applied;
  const name = extractedName(changes, trans);
  const body = changeRunRequest(panel, changes, module, content);
  const following = follow(client, body, trans);
  const stop = {
    label: trans.__('Stop'),
    callback: () => following.cancel()
  };
  const id = Notification.emit(
    trans.__('Verifying %1: both versions run in fresh kernels…', name),
    'in-progress',
    { autoClose: false, actions: [stop] }
  );
  following.onProgress = (done, total) => {
    if (total) {
      Notification.update({
        id,
        message: trans.__('Verifying %1: %2 of %3 cells', name, done, total),
        type: 'in-progress',
        autoClose: false,
        actions: [stop],
        progress: done / total
      });
    }
  };
  const ended = await following.result;
  Notification.dismiss(id);
  tell(panel, context, applied, ended);
}

function tell(
  panel: NotebookPanel,
  context: ExtractionContext,
  applied: Finished,
  ended: Verified
): void {
  const { trans } = context;
  const name = extractedName(applied.changes, trans);
  if (ended.kind === 'failed') {
    Notification.warning(
      trans.__('%1 was not verified: %2', name, ended.message),
      {
        autoClose: BADGE_TIME
      }
    );
    return;
  }
  const { same, message, notes, cells } = ended.verification;
  const sentence = `${name}: ${[message, ...notes].join(' ')}`;
  if (same) {
    Notification.success(sentence, { autoClose: BADGE_TIME });
    return;
  }
  const cell = cells.find(each => each.status === 'different');
  const show = {
    label: trans.__('Show the cell'),
    callback: () => {
      if (cell && !panel.isDisposed) {
        void reveal(panel, cell.cell_id);
      }
    }
  };
  Notification.error(sentence, {
    autoClose: false,
    actions: [
      ...(cell ? [show] : []),
      {
        label: trans.__('Take the extraction back'),
        callback: () => void undo(panel, context, applied)
      }
    ]
  });
}
