import type { TranslationBundle } from '@jupyterlab/translation';

import type { RunStanding, RunStarted } from '../messages';

/** The server's calls for one kind of run. */
export interface RunCalls<R extends RunStanding> {
  start(): Promise<RunStarted>;
  look(runId: string): Promise<R>;
  cancel(runId: string): Promise<unknown>;
}

/** How a run ended. */
export type Ended<A> =
  { kind: 'answered'; answer: A } | { kind: 'failed'; message: string };

/** A run that goes on. */
export interface FreshRun<A> {
  readonly result: Promise<Ended<A>>;
  /** Called with how much is done, of how much. */
  onProgress: (done: number, total: number) => void;
  /** Ends it, and its kernels. */
  cancel(): void;
}

/** How often (ms) the server is asked. */
const ASK_EVERY = 300;

/**
 * Begins a run and follows it to its end. Never rejects.
 *
 * @param answerIn the answer of a run that is finished, null before
 */
export function followRun<R extends RunStanding, A>(
  calls: RunCalls<R>,
  answerIn: (standing: R) => A | null,
  trans: TranslationBundle,
  every = ASK_EVERY
): FreshRun<A> {
  let runId = '';
  let isCancelled = false;
  const cancel = () => {
    isCancelled = true;
    if (runId) {
      void calls.cancel(runId).catch(() => undefined);
    }
  };
  const ask = async (): Promise<Ended<A>> => {
    runId = (await calls.start()).run_id;
    if (isCancelled) {
      cancel();
    }
    for (;;) {
      const now = await calls.look(runId);
      run.onProgress(now.done, now.total);
      const answer = answerIn(now);
      if (answer) {
        return { kind: 'answered', answer };
      }
      if (now.state === 'cancelled') {
        return failed(trans.__('The run was stopped.'));
      }
      if (now.state === 'failed') {
        return failed(now.message);
      }
      await new Promise(resolve => setTimeout(resolve, every));
    }
  };
  const run: FreshRun<A> = {
    onProgress: () => undefined,
    cancel,
    result: Promise.resolve()
      .then(ask)
      .catch((error: unknown) =>
        failed(error instanceof Error ? error.message : String(error))
      )
  };
  return run;
}

function failed(message: string): { kind: 'failed'; message: string } {
  return { kind: 'failed', message };
}
