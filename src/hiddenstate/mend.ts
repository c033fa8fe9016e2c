import type { ISessionContextDialogs } from '@jupyterlab/apputils';
import type { YNotebook } from '@jupyter/ydoc';
import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { NotebookActions } from '@jupyterlab/notebook';
import type { ITranslator } from '@jupyterlab/translation';

import type { Mend } from '../messages';
import { indexOf, reveal } from '../navigate';

/** Where a mend is applied. */
export interface IBench {
  panel: NotebookPanel;
  dialogs: ISessionContextDialogs;
  translator: ITranslator;
}

/** Applies a mend. Cells that are no longer there are passed over. */
export async function applyMend(mend: Mend, bench: IBench): Promise<void> {
  switch (mend.kind) {
    case 'run_cells':
      return await runCells(mend.cells, bench);
    case 'restore_cell':
      return await restoreCell(mend, bench);
    case 'move_cell':
      return await moveCell(mend, bench);
    case 'restart_and_run_to':
      return await restartAndRunTo(mend, bench);
    case 'edit_cell':
      return await reveal(bench.panel, mend.cells[0]);
  }
}

async function runCells(
  cellIds: readonly string[],
  bench: IBench
): Promise<void> {
  const { panel } = bench;
  const cells = cellIds
    .map(id => indexOf(panel, id))
    .filter(index => index !== -1)
    .map(index => panel.content.widgets[index]);
  await run(cells, bench);
}

async function run(cells: readonly Cell[], bench: IBench): Promise<void> {
  const { panel, dialogs, translator } = bench;
  await NotebookActions.runCells(
    panel.content,
    cells,
    panel.sessionContext,
    dialogs,
    translator
  );
}

/** The deleted cell comes back above the first of the mend's cells, or at the top. */
async function restoreCell(mend: Mend, { panel }: IBench): Promise<void> {
  const index = Math.max(0, indexOf(panel, mend.cells[0]));
  const shared = panel.context.model.sharedModel;
  asOneStep(panel, () => {
    shared.insertCell(index, {
      cell_type: 'code',
      source: mend.source ?? '',
      // Without it JupyterLab takes the whole notebook for untrusted.
      metadata: { trusted: true }
    });
  });
  await reveal(panel, shared.cells[index].getId());
}

async function moveCell(mend: Mend, { panel }: IBench): Promise<void> {
  const [from, target] = mend.cells.map(id => indexOf(panel, id));
  if (from === -1 || target === -1 || target === undefined) {
    return;
  }
  asOneStep(panel, () =>
    panel.content.moveCell(from, from < target ? target - 1 : target)
  );
  await reveal(panel, mend.cells[0]);
}

async function restartAndRunTo(mend: Mend, bench: IBench): Promise<void> {
  const { panel, dialogs } = bench;
  if (!(await dialogs.restart(panel.sessionContext))) {
    return;
  }
  const last = indexOf(panel, mend.cells[0]);
  await run(panel.content.widgets.slice(0, last + 1), bench);
}

/** One press of undo takes it back, and no more than it. */
function asOneStep(panel: NotebookPanel, change: () => void): void {
  const { undoManager } = panel.context.model.sharedModel as YNotebook;
  undoManager.stopCapturing();
  change();
  undoManager.stopCapturing();
}
