import { Notification } from '@jupyterlab/apputils';
import { NotebookActions } from '@jupyterlab/notebook';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IRefactorClient } from '../client';
import { cellIdOf, languageOf, pathOf, readNotebook } from '../document';
import type { ChangeSet } from '../messages';
import { goToLine, showCell } from '../places';
import type { CellPlace } from '../places';
import { applyChange, undoChange } from './apply';
import type { AppliedChange, Workplace } from './apply';
import { ExtractDialog } from './dialog';
import { kernelHas, probeImport, runSilently } from './kernel';
import { ExtractModel } from './model';
import { proposeName, wordsIn } from './names';
import { selectCells } from './selection';
import type { SharedNotebook } from './swap';

/** What an extraction needs beside the notebook. */
export interface ExtractionContext {
  client: IRefactorClient;
  trans: TranslationBundle;
  /** Whether the new cell is run where the kernel has what it needs. */
  runAfter(): boolean;
}

/** An applied change, and the kernel that had nothing to do at that moment. */
type Finished = AppliedChange & { kernel: Kernel.IKernelConnection | null };

/** Asks for the names, shows what would be written, applies it, and runs the new cell. */
export async function extractCells(
  panel: NotebookPanel,
  context: ExtractionContext
): Promise<void> {
  const { trans } = context;
  const chosen = chooseCells(panel, trans);
  if (typeof chosen === 'string') {
    Notification.warning(chosen, { autoClose: 8000 });
    return;
  }
  const model = dialogModel(panel, context, chosen);
  let applied: Finished | null = null;
  const dialog = new ExtractDialog(
    model,
    async (changes, module) => {
      // Asked first: telling the kernel of the module makes it busy.
      const kernel = idleKernel(panel);
      const place = workplace(panel, context, refreshes(model));
      const result = await applyChange(place, changes, module);
      if (result.kind === 'unchanged') {
        return result.message;
      }
      applied = { ...result, kernel };
      return '';
    },
    trans
  );
  void model.start();
  const end = await dialog.run();
  dialog.dispose();
  model.dispose();
  if (end.kind === 'go_to') {
    goToLine(panel, placeInCells(panel, chosen.ids, end));
  } else if (applied) {
    await finish(panel, context, applied);
  }
}

/** The chosen cells, or a sentence that says why there is nothing to extract. */
function chooseCells(panel: NotebookPanel, trans: TranslationBundle) {
  const { content, context } = panel;
  const model = content.model;
  if (!model || model.readOnly || context.contentsModel?.writable === false) {
    return trans.__('This notebook is read-only: nothing can be extracted.');
  }
  if (languageOf(model) !== 'python') {
    return trans.__('Only the code of Python notebooks can be extracted.');
  }
  const selected = content.widgets.flatMap((cell, index) =>
    content.isSelectedOrActive(cell) ? [index] : []
  );
  const locked = selected.some(
    index => content.widgets[index].model.getMetadata('editable') === false
  );
  if (locked) {
    return trans.__('The cell is locked (not editable): it stays as it is.');
  }
  const chosen = selectCells(readNotebook(model).cells, selected);
  return chosen.kind === 'cells' ? chosen : obstacle(chosen.why, trans);
}

function obstacle(
  why: 'no_code' | 'empty' | 'apart',
  trans: TranslationBundle
): string {
  switch (why) {
    case 'no_code':
      return trans.__('Select a code cell to extract.');
    case 'empty':
      return trans.__('The cell is empty: there is nothing to extract.');
    case 'apart':
      return trans.__(
        'The selected cells must lie together, with no other code between them.'
      );
  }
}

function dialogModel(
  panel: NotebookPanel,
  { client, trans }: ExtractionContext,
  chosen: { ids: string[]; heading: string; code: string }
): ExtractModel {
  const read = () => {
    if (!panel.content.model) {
      throw new Error(trans.__('The notebook was closed.'));
    }
    return readNotebook(panel.content.model);
  };
  const sources = read().cells.filter(cell => cell.kind === 'code');
  const taken = wordsIn(sources.map(cell => cell.source).join('\n'));
  return new ExtractModel({
    client,
    trans,
    path: pathOf(panel),
    cellIds: chosen.ids,
    notebook: read,
    proposedName: proposeName({ ...chosen, taken }),
    probe: async code => {
      const kernel = idleKernel(panel);
      return kernel ? await probeImport(kernel, code) : null;
    }
  });
}

function workplace(
  panel: NotebookPanel,
  { client, trans }: ExtractionContext,
  refreshes: boolean
): Workplace {
  return {
    client,
    trans,
    path: pathOf(panel),
    notebook: panel.content.model?.sharedModel as unknown as SharedNotebook,
    refresh: async code => {
      const kernel = panel.sessionContext.session?.kernel;
      if (!kernel || !refreshes) {
        return trans.__('the kernel does not know the module');
      }
      return (await runSilently(kernel, code)).error;
    }
  };
}

/** Whether the kernel is told of the module: not where the person does not want it importable. */
function refreshes(model: ExtractModel): boolean {
  return model.state.importable.kind !== 'no' || model.state.addPath;
}

/** Shows the new cell, runs it, and tells what was done with a way to take it back. */
async function finish(
  panel: NotebookPanel,
  context: ExtractionContext,
  applied: Finished
): Promise<void> {
  const { trans } = context;
  showCell(panel, keptCells(applied.changes)[0]);
  const watch = watchUndo(panel, context, applied);
  const done = trans.__(
    '%1 is now in %2.',
    applied.changes.function.name,
    applied.module
  );
  const id = Notification.success(done, {
    autoClose: 15000,
    actions: [undoAction(panel, context, applied, watch)]
  });
  const obstacle = await runNewCells(panel, context, applied);
  if (obstacle && !panel.isDisposed) {
    Notification.update({ id, message: `${done} ${obstacle}` });
  }
}

/** Runs the new cells where the kernel can; answers '' or a sentence why they were not run. */
async function runNewCells(
  panel: NotebookPanel,
  { trans, runAfter }: ExtractionContext,
  { changes, refreshed, kernel }: Finished
): Promise<string> {
  if (!kernel) {
    return trans.__('The cell was not run: the kernel is not idle.');
  }
  const failure = await refreshed;
  if (failure) {
    return trans.__('The cell was not run: %1.', failure);
  }
  if (!runAfter()) {
    return '';
  }
  if (!(await kernelHas(kernel, changes.function.parameters))) {
    return trans.__(
      'The cell was not run: the kernel does not have all of %1 yet.',
      changes.function.parameters.join(', ')
    );
  }
  const ids = new Set(keptCells(changes));
  const cells = panel.content.widgets.filter(cell =>
    ids.has(cell.model.sharedModel.getId())
  );
  await NotebookActions.runCells(panel.content, cells, panel.sessionContext);
  return '';
}

/** The Undo button of the notification. */
function undoAction(
  panel: NotebookPanel,
  context: ExtractionContext,
  applied: AppliedChange,
  watch: { dispose(): void }
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

async function undo(
  panel: NotebookPanel,
  context: ExtractionContext,
  applied: AppliedChange
): Promise<void> {
  const { trans } = context;
  if (panel.isDisposed) {
    Notification.warning(
      trans.__('Nothing was undone: the notebook was closed.')
    );
    return;
  }
  const place = workplace(panel, context, true);
  const result = await undoChange(place, applied);
  if (result.kind === 'unchanged') {
    Notification.warning(result.message);
    return;
  }
  showCell(panel, applied.changes.cells[0].cell_id);
  Notification.info(
    trans.__('The cell and %1 are as they were.', applied.module),
    { autoClose: 5000 }
  );
}

/** When the person undoes the cell by key, the function stays: say so, and offer to remove it. */
function watchUndo(
  panel: NotebookPanel,
  context: ExtractionContext,
  applied: AppliedChange
): { dispose(): void } {
  const { trans } = context;
  const manager = workplace(panel, context, true).notebook.undoManager;
  const popped = (event: { stackItem: unknown; type: 'undo' | 'redo' }) => {
    if (event.type !== 'undo' || event.stackItem !== applied.swap.undoItem) {
      return;
    }
    dispose();
    Notification.info(
      trans.__(
        'The cell is as it was. The function %1 is still in %2.',
        applied.changes.function.name,
        applied.module
      ),
      {
        autoClose: 10000,
        actions: [
          {
            label: trans.__('Remove it'),
            callback: () => void undo(panel, context, applied)
          }
        ]
      }
    );
  };
  const dispose = () => manager.off('stack-item-popped', popped);
  manager.on('stack-item-popped', popped);
  return { dispose };
}

function keptCells(changes: ChangeSet): string[] {
  return changes.cells
    .filter(edit => edit.after !== null)
    .map(edit => edit.cell_id);
}

/** The place in one of several cells whose sources, one under the other, were read as one. */
function placeInCells(
  panel: NotebookPanel,
  ids: readonly string[],
  at: { line: number; column: number }
): CellPlace {
  let line = at.line;
  let cellId = ids[0];
  for (const cell of panel.content.widgets) {
    const id = cellIdOf(cell.model);
    if (!ids.includes(id)) {
      continue;
    }
    cellId = id;
    const lines = cell.model.sharedModel.getSource().split('\n').length;
    if (line <= lines) {
      break;
    }
    line -= lines;
  }
  return { cellId, line, column: at.column };
}

/** The notebook's kernel if it has nothing to do. */
function idleKernel(panel: NotebookPanel): Kernel.IKernelConnection | null {
  const kernel = panel.sessionContext.session?.kernel;
  return kernel?.status === 'idle' ? kernel : null;
}
