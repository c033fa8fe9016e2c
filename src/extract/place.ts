import type { Span } from '../messages';

/** Where the dialog is left for: a place in the chosen cells, or one cell. */
export interface Place {
  /** null: the span counts the lines of the chosen cells together. */
  cellId: string | null;
  /** null: the cell as a whole. */
  at: Span | null;
}
