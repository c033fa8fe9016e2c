import type * as nbformat from '@jupyterlab/nbformat';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IRefactorClient } from '../client';
import type { Verification, VerifyRequest } from '../messages';

/** How a verification ended. */
export type Verified =
  | { kind: 'verified'; verification: Verification }
  | { kind: 'failed'; message: string };

/** A verification that goes on. */
export interface Following {
  readonly result: Promise<Verified>;
  /** Called with how many cells have run, of how many. */
  onProgress: (done: number, total: number) => void;
  /** Ends it, and its kernels. */
  cancel(): void;
}

/** How often (ms) the server is asked. */
const ASK_EVERY = 300;

type Client = Pick<
  IRefactorClient,
  'verify' | 'verification' | 'cancelVerification'
>;

/** Begins a verification and follows it to its end. Never rejects. */
export function follow(
  client: Client,
  body: VerifyRequest,
  trans: TranslationBundle,
  every = ASK_EVERY
): Following {
  let runId = '';
  let isCancelled = false;
  const cancel = () => {
    isCancelled = true;
    if (runId) {
      void client.cancelVerification(runId).catch(() => undefined);
    }
  };
  const ask = async (): Promise<Verified> => {
    runId = (await client.verify(body)).run_id;
    if (isCancelled) {
      cancel();
    }
    for (;;) {
      const now = await client.verification(runId);
      following.onProgress(now.done, now.total);
      if (now.verification) {
        return { kind: 'verified', verification: now.verification };
      }
      if (now.state === 'cancelled') {
        return failed(trans.__('The verification was stopped.'));
      }
      if (now.state === 'failed') {
        return failed(now.message);
      }
      await new Promise(resolve => setTimeout(resolve, every));
    }
  };
  const following: Following = {
    onProgress: () => undefined,
    cancel,
    result: Promise.resolve()
      .then(ask)
      .catch((error: unknown) =>
        failed(error instanceof Error ? error.message : String(error))
      )
  };
  return following;
}

function failed(message: string): Verified {
  return { kind: 'failed', message };
}

/**
 * The notebook's JSON as a verification needs it: with the ids by which its cells are known here, and
 * of the outputs the errors alone, which say that an error is what the author shows.
 *
 * @param ids the cells' ids from top to bottom
 */
export function originalContent(
  content: nbformat.INotebookContent,
  ids: readonly string[]
): nbformat.INotebookContent {
  const cells = content.cells.map((cell, index) => {
    const outputs = Array.isArray(cell.outputs)
      ? (cell.outputs as nbformat.IOutput[]).filter(
          output => output.output_type === 'error'
        )
      : undefined;
    return { ...cell, id: ids[index], ...(outputs ? { outputs } : {}) };
  });
  return { ...content, cells };
}
