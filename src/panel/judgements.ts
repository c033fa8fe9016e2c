import type { NotebookPanel } from '@jupyterlab/notebook';
import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';

import type { NotebookReport } from '../messages';

/** How the open notebooks were judged, for rooms that draw it into something of their own. */
export interface IJudgements {
  /** Emitted when a notebook was judged anew. */
  readonly changed: ISignal<unknown, unknown>;
  /** The last report of a notebook, or null. */
  reportOf(panel: NotebookPanel): NotebookReport | null;
}

export const IJudgements = new Token<IJudgements>(
  'nb-refactor:IJudgements',
  'What hidden state was found in the open notebooks.'
);
