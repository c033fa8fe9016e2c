import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';

import type { IRefactorClient } from '../client';
import { pathOf } from '../document';
import type { Reports } from './reports';

/**
 * Shows the run that goes on of a notebook that is opened: it was asked for in a tab that is closed
 * or was reloaded, or in another one.
 */
export function showRunsUnderWay(
  notebooks: INotebookTracker,
  client: Pick<IRefactorClient, 'underWay'>,
  reports: Reports
): void {
  const show = async (panel: NotebookPanel) => {
    await panel.context.ready;
    const path = pathOf(panel);
    try {
      const { runs } = await client.underWay(path);
      const last = runs[runs.length - 1];
      if (last && !panel.isDisposed && !reports.modelOf(path)?.isRunning) {
        reports.restore(path, last.run_id);
      }
    } catch {
      // A server without an answer has no run to show.
    }
  };
  notebooks.widgetAdded.connect((_, panel) => void show(panel));
  notebooks.forEach(panel => void show(panel));
}
