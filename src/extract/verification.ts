import type * as nbformat from '@jupyterlab/nbformat';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IRefactorClient } from '../client';
import type { ChangeRunRequest, Verification } from '../messages';
import { followRun } from './fresh_run';
import type { FreshRun } from './fresh_run';

/** How a verification ended. */
export type Verified =
  | { kind: 'verified'; verification: Verification }
  | { kind: 'failed'; message: string };

/** A verification that goes on. */
export interface Following extends Omit<FreshRun<Verification>, 'result'> {
  readonly result: Promise<Verified>;
}

type Client = Pick<
  IRefactorClient,
  'verify' | 'verification' | 'cancelVerification'
>;

/** Begins a verification and follows it to its end. Never rejects. */
export function follow(
  client: Client,
  body: ChangeRunRequest,
  trans: TranslationBundle
): Following {
  const run = followRun(
    {
      start: () => client.verify(body),
      look: runId => client.verification(runId),
      cancel: runId => client.cancelVerification(runId)
    },
    now => now.verification,
    trans
  );
  const result = run.result.then((ended): Verified =>
    ended.kind === 'answered'
      ? { kind: 'verified', verification: ended.answer }
      : ended
  );
  return Object.assign(run, { result });
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
