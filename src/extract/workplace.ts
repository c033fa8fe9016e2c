import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IRefactorClient } from '../client';
import { pathOf, readNotebook } from '../document';
import type { CheckRequest } from '../messages';
import { KernelRecorder } from '../recorder';
import type { Workplace } from './apply';
import { runSilently } from './kernel';
import type { SharedNotebook } from './swap';

/** What an extraction needs beside the notebook. */
export interface ExtractionContext {
  client: IRefactorClient;
  trans: TranslationBundle;
  /** Whether the new cell is run where the kernel has what it needs. */
  runAfter(): boolean;
}

/** Where an extraction from this notebook is applied. */
export function workplace(
  panel: NotebookPanel,
  { client, trans }: ExtractionContext,
  refreshes: boolean
): Workplace {
  return {
    client,
    trans,
    path: pathOf(panel),
    notebook: sharedModel(panel),
    refresh: async code => {
      const kernel = panel.sessionContext.session?.kernel;
      if (!kernel || !refreshes) {
        return trans.__('the kernel does not know the module');
      }
      return (await runSilently(kernel, code)).error;
    }
  };
}

/** The document as it stands, and what its kernel ran as far as that one tells. */
export async function readSession(panel: NotebookPanel): Promise<CheckRequest> {
  const recorder = new KernelRecorder(panel.sessionContext);
  const { executions } = await recorder.read();
  recorder.dispose();
  const notebook = readNotebook(panel.context.model, recorder.language);
  return { path: pathOf(panel), notebook, executions };
}

/** The model interface hides the undo manager that every notebook has. */
export function sharedModel(panel: NotebookPanel): SharedNotebook {
  return panel.context.model.sharedModel as unknown as SharedNotebook;
}

/** The notebook's kernel if it has nothing to do. */
export function idleKernel(
  panel: NotebookPanel
): Kernel.IKernelConnection | null {
  const kernel = panel.sessionContext.session?.kernel;
  return kernel?.status === 'idle' ? kernel : null;
}
