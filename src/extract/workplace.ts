import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IRefactorClient } from '../client';
import { pathOf, readNotebook } from '../document';
import type { CheckRequest } from '../messages';
import { recorderOf } from '../recorder';
import type { AskedAhead } from './ahead';
import type { Workplace } from './apply';
import type { Destinations } from './destinations';
import { whyNotInstalled } from './importable';
import { probeImport, runSilently } from './kernel';
import type { LostWrites } from './lost_writes';
import type { ImportBy } from './model';
import type { SharedNotebook } from './swap';

/** What an extraction needs beside the notebook. */
export interface ExtractionContext {
  client: IRefactorClient;
  /** The client for previews: what is probably wanted was asked before. */
  ahead: AskedAhead;
  destinations: Destinations;
  /** The writes that the server did not answer. */
  lost: LostWrites;
  trans: TranslationBundle;
  /** Whether the new cell is run where the kernel has what it needs. */
  runAfter(): boolean;
  /** Whether a unit test is written too; the answer is remembered. */
  writeTest(): boolean;
  setWriteTest(writeTest: boolean): void;
}

/** Where an extraction from this notebook is applied. */
export function workplace(
  panel: NotebookPanel,
  { client, lost, trans }: ExtractionContext,
  importBy: ImportBy,
  install = ''
): Workplace {
  return {
    client,
    lost,
    wait,
    trans,
    path: pathOf(panel),
    notebook: sharedModel(panel),
    refresh: async code => {
      const kernel = panel.sessionContext.session?.kernel;
      if (!kernel || importBy === 'nothing') {
        return trans.__('the kernel does not know the module');
      }
      if (importBy === 'install') {
        const probe = await probeImport(kernel, install);
        if (!probe?.importable) {
          return probe
            ? whyNotInstalled(probe, trans)
            : trans.__('the package was not installed');
        }
      }
      return (await runSilently(kernel, code)).error;
    }
  };
}

/** Settles after so many milliseconds. */
export async function wait(milliseconds: number): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, milliseconds));
}

/** The document as it stands, and what its kernel ran as far as that one tells. */
export async function readSession(panel: NotebookPanel): Promise<CheckRequest> {
  const path = pathOf(panel);
  // Now, before the kernel answers: the document may be another one by then.
  const notebook = readNotebook(panel.context.model);
  const recorder = recorderOf(panel.sessionContext);
  const { executions } = await recorder.read();
  const language = recorder.language || notebook.language;
  return { path, notebook: { ...notebook, language }, executions };
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
