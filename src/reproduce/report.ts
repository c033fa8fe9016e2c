import type { TranslationBundle } from '@jupyterlab/translation';

import type { CellOutcome, CellStatus, Report } from '../messages';
import type { RunView } from './model';

/** What a row is named after: the cell as it stood when the run began. */
export interface CellTitle {
  cellId: string;
  /** The cell's place among the code cells, from 1. */
  number: number;
  /** The first line of code that says something. */
  firstLine: string;
  source: string;
  executionCount: number | null;
}

/** How a row stands: as its outcome says, or still before it. */
export type RowStatus = CellStatus | 'running' | 'waiting';

/** One row of the report. */
export interface Row {
  title: CellTitle;
  status: RowStatus;
  outcome: CellOutcome | null;
}

/** The verdict in a sentence, and how it looks. */
export interface Headline {
  tone: 'good' | 'bad' | 'warning' | 'neutral';
  text: string;
}

/** The titles of the code cells of a notebook in nbformat JSON. */
export function titlesOf(
  cells: readonly {
    id: string;
    kind: string;
    source: string;
    executionCount?: number | null;
  }[]
): CellTitle[] {
  return cells
    .filter(cell => cell.kind === 'code')
    .map((cell, index) => ({
      cellId: cell.id,
      number: index + 1,
      firstLine: firstLine(cell.source),
      source: cell.source,
      executionCount: cell.executionCount ?? null
    }));
}

/** A row for each code cell. Cells that the report does not know are still waiting. */
export function rowsOf(view: RunView, titles: readonly CellTitle[]): Row[] {
  const report = view.run?.report;
  const known = new Map(report?.cells.map(cell => [cell.cell_id, cell]));
  const named = new Set(titles.map(title => title.cellId));
  const unnamed = (report?.cells ?? [])
    .map((cell, index) => ({
      cellId: cell.cell_id,
      number: index + 1,
      firstLine: '',
      source: '',
      executionCount: null
    }))
    .filter(title => !named.has(title.cellId));
  const all = unnamed.length === report?.cells.length ? unnamed : titles;
  return all.map(title => {
    const outcome = known.get(title.cellId) ?? null;
    return { title, status: statusOf(view, title.cellId, outcome), outcome };
  });
}

function statusOf(
  view: RunView,
  cellId: string,
  outcome: CellOutcome | null
): RowStatus {
  const over = !['starting', 'queued', 'running'].includes(view.state);
  if (outcome && outcome.status !== 'not_run') {
    return outcome.status;
  }
  if (over) {
    return 'not_run';
  }
  return view.run?.running === cellId ? 'running' : 'waiting';
}

/** The sentence on top: how far the run is, or what came out. */
export function headlineOf(
  view: RunView,
  rows: readonly Row[],
  trans: TranslationBundle
): Headline {
  const { run, message } = view;
  const total = run?.total || rows.length;
  switch (view.state) {
    case 'starting':
      return neutral(trans.__('Starting a fresh kernel…'));
    case 'queued':
      return neutral(trans.__('Waiting for a fresh kernel…'));
    case 'running':
      return neutral(
        trans.__(
          'Running cell %1 of %2 in a fresh kernel…',
          Math.min((run?.done ?? 0) + 1, total),
          total
        )
      );
    case 'cancelled':
      return {
        tone: 'warning',
        text: trans.__('Cancelled after %1 of %2 cells', run?.done ?? 0, total)
      };
    case 'failed':
      return {
        tone: 'bad',
        text: run?.message || message || trans.__('The run failed.')
      };
    case 'lost':
      return {
        tone: 'warning',
        text: message || trans.__('The server does not know this run any more.')
      };
    case 'finished':
      return run?.report
        ? verdict(run.report, rows, trans)
        : neutral(trans.__('The run ended without a report.'));
  }
}

function verdict(
  report: Report,
  rows: readonly Row[],
  trans: TranslationBundle
): Headline {
  const same = count(rows, 'same');
  const differ = count(rows, 'different') + count(rows, 'unstable');
  switch (report.status) {
    case 'reproduced':
      return {
        tone: 'good',
        text: trans._n(
          'Reproduced: the one cell gives its saved outputs',
          'Reproduced: all %1 cells give their saved outputs',
          same
        )
      };
    case 'different':
      return {
        tone: 'bad',
        text: trans._n(
          '%1 of %2 cells differs from its saved outputs',
          '%1 of %2 cells differ from their saved outputs',
          differ,
          same + differ
        )
      };
    case 'error':
      return { tone: 'bad', text: errorText(report, rows, trans) };
    case 'timeout':
      return {
        tone: 'bad',
        text: report.message || trans.__('The run took too long.')
      };
    case 'died':
      return {
        tone: 'bad',
        text: report.message || trans.__('The kernel died.')
      };
    case 'no_outputs':
      return {
        tone: 'neutral',
        text: trans.__(
          'It runs from top to bottom, but no outputs were saved to compare with'
        )
      };
  }
}

function errorText(
  report: Report,
  rows: readonly Row[],
  trans: TranslationBundle
): string {
  const failed = rows.find(row => row.status === 'error');
  return failed?.outcome?.error
    ? trans.__(
        'Stopped by an error in code cell %1: %2',
        failed.title.number,
        failed.outcome.error
      )
    : report.message || trans.__('Stopped by an error');
}

/** Whether the row has something to show below its line. */
export function hasDetails(row: Row): boolean {
  const { outcome } = row;
  return Boolean(
    outcome?.differences.length ||
    outcome?.cause ||
    (outcome && differs(row) && untoldError(outcome))
  );
}

/** Whether the cell is not as it was saved. */
export function differs(row: Row): boolean {
  return ['different', 'unstable', 'error'].includes(row.status);
}

/** Whether what the cell gave can be written into the notebook: an error is nothing to keep. */
export function isAcceptable(row: Row): boolean {
  return ['different', 'unstable', 'no_saved_output'].includes(row.status);
}

/** How a row stands, in a word or two. */
export function statusLabel(
  status: RowStatus,
  trans: TranslationBundle
): string {
  switch (status) {
    case 'same':
      return trans.__('same');
    case 'different':
      return trans.__('different');
    case 'unstable':
      return trans.__('differs from run to run');
    case 'error':
      return trans.__('error');
    case 'not_run':
      return trans.__('not run');
    case 'no_saved_output':
      return trans.__('no saved output');
    case 'running':
      return trans.__('running…');
    case 'waiting':
      return '';
  }
}

/** How many rows stand in each way, those that matter most first. */
export function countsOf(
  rows: readonly Row[]
): { status: RowStatus; count: number }[] {
  return ORDER.map(status => ({ status, count: count(rows, status) })).filter(
    each => each.count > 0
  );
}

const ORDER: readonly RowStatus[] = [
  'error',
  'different',
  'unstable',
  'same',
  'no_saved_output',
  'not_run'
];

/** How the base64 of the pictures begins that a browser draws. */
const PICTURES = [
  ['iVBORw0KGgo', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp']
] as const;

/** The address of a picture; null for text: where one side is a picture, the other may be none. */
export function pictureAddress(mime: string, content: string): string | null {
  const found = PICTURES.find(([start]) => content.startsWith(start));
  return mime.startsWith('image/') && found
    ? `data:${found[1]};base64,${content.replace(/\s/g, '')}`
    : null;
}

/** The error of a cell, unless one of its differences tells it already. */
export function untoldError({ error, differences }: CellOutcome): string {
  return error && !differences.some(each => each.why.includes(error))
    ? error
    : '';
}

/** How far the run is, from 0 to 1. */
export function progressOf(view: RunView): number {
  const { done = 0, total = 0 } = view.run ?? {};
  return total ? done / total : 0;
}

/** Seconds as a person reads them: `0.31 s`, `12 s`, `3 min 20 s`. */
export function duration(seconds: number, trans: TranslationBundle): string {
  if (seconds < 10) {
    return trans.__('%1 s', seconds.toFixed(seconds < 1 ? 2 : 1));
  }
  const whole = Math.round(seconds);
  return whole < 60
    ? trans.__('%1 s', whole)
    : trans.__('%1 min %2 s', Math.floor(whole / 60), whole % 60);
}

function count(rows: readonly Row[], status: RowStatus): number {
  return rows.filter(row => row.status === status).length;
}

function neutral(text: string): Headline {
  return { tone: 'neutral', text };
}

function firstLine(source: string): string {
  const lines = source.split('\n').map(line => line.trim());
  return (
    lines.find(line => line && !line.startsWith('#')) ??
    lines.find(line => line) ??
    ''
  );
}
