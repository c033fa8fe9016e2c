import { NotebookActions } from '@jupyterlab/notebook';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { INotebookContent } from '@jupyterlab/nbformat';
import type { Kernel } from '@jupyterlab/services';

import type { ChangeSet, CheckRequest } from '../messages';
import type { AppliedChange } from './apply';
import { kernelHas } from './kernel';
import { wordsIn } from './names';
import { namesInTheWay } from './trial';
import type { ExtractionContext } from './workplace';

/** An applied change, and how the notebook stood before it. */
export type Finished = AppliedChange & {
  /** The kernel if it had nothing to do. */
  kernel: Kernel.IKernelConnection | null;
  /** The document, and what the kernel had run. */
  reading: Promise<CheckRequest>;
  /** The notebook's JSON, for a verification. */
  content: INotebookContent;
};

/** '' where the kernel can run the new cells at once, else a sentence why they are not run. */
export async function whyNotRun(
  { client, trans }: ExtractionContext,
  { changes, refreshed, kernel, reading }: Finished
): Promise<string> {
  if (!kernel) {
    return trans.__('The cell was not run: the kernel is not idle.');
  }
  const failure = await refreshed;
  if (failure) {
    return trans.__('The cell was not run: %1.', failure);
  }
  const needed = namesNeeded(changes);
  if (!(await kernelHas(kernel, needed))) {
    return trans.__(
      'The cell was not run: the kernel does not have all of %1 yet.',
      needed.join(', ')
    );
  }
  const names = await namesInTheWay(client, await reading, changes.cells).catch(
    // The change is made: a server that does not answer now is no reason to leave it at that.
    () => []
  );
  return names.length
    ? trans.__(
        'The cell was not run: with %1 as the kernel has it now, it would not give what a fresh run gives.',
        names.join(', ')
      )
    : '';
}

/** Runs the new cells, from top to bottom. */
export async function runNewCells(
  panel: NotebookPanel,
  changes: ChangeSet
): Promise<void> {
  const ids = new Set(keptCells(changes));
  const cells = panel.content.widgets.filter(cell =>
    ids.has(cell.model.sharedModel.getId())
  );
  await NotebookActions.runCells(panel.content, cells, panel.sessionContext);
}

/** What the new cells pass on. The parameters of a definition that moved as it is are not. */
function namesNeeded(changes: ChangeSet): string[] {
  const words = wordsIn(changes.cells.map(edit => edit.after ?? '').join('\n'));
  return changes.function.parameters.filter(name => words.has(name));
}

/** The cells that an extraction leaves, from top to bottom. */
export function keptCells(changes: ChangeSet): string[] {
  return changes.cells
    .filter(edit => edit.after !== null)
    .map(edit => edit.cell_id);
}
