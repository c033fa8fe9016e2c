import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';

import type { Report } from './messages';

/** A fresh run that came to its end. */
export interface IFinishedRun {
  /** The notebook's path on the server. */
  path: string;
  /** The code cells that ran, from top to bottom. */
  cells: readonly IRanCell[];
  report: Report;
}

/** A code cell as it stood when the run began. */
export interface IRanCell {
  cellId: string;
  source: string;
  executionCount: number | null;
}

/** Fresh runs, for whoever wants to know what came of them. */
export interface IFreshRuns {
  readonly finished: ISignal<unknown, IFinishedRun>;
}

export const IFreshRuns = new Token<IFreshRuns>(
  'nb-refactor:IFreshRuns',
  'The fresh runs of notebooks that came to an end.'
);
