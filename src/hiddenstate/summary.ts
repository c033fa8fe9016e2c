import type { TranslationBundle } from '@jupyterlab/translation';

import type { CellReport, Finding, Mend, Severity, State } from '../messages';
import type { Basis } from '../recorder';
import type { Standing } from './model';

/** How many cells of a report are in each state. */
export function countStates(
  cells: readonly CellReport[]
): Record<State, number> {
  const counts: Record<State, number> = {
    fresh: 0,
    hidden: 0,
    affected: 0,
    not_run: 0,
    unknown: 0
  };
  cells.forEach(cell => counts[cell.state]++);
  return counts;
}

/** The state of a cell as a person reads it. */
export function stateLabel(state: State, trans: TranslationBundle): string {
  switch (state) {
    case 'fresh':
      return trans.__('As in a fresh run');
    case 'hidden':
      return trans.__('Depends on hidden state');
    case 'affected':
      return trans.__('Affected by hidden state of another cell');
    case 'not_run':
      return trans.__('Not run');
    case 'unknown':
      return trans.__('Cannot be judged');
  }
}

/** The same in a word or two, for where there is little room; '' where it goes without saying. */
export function stateTag(state: State, trans: TranslationBundle): string {
  switch (state) {
    case 'hidden':
      return trans.__('hidden state');
    case 'affected':
      return trans.__('affected');
    case 'unknown':
      return trans.__('not judged');
    case 'fresh':
    case 'not_run':
      return '';
  }
}

/** The state that speaks for the notebook; null where no cell's does. */
export function standsOut(
  cells: readonly CellReport[]
): 'hidden' | 'affected' | 'fresh' | null {
  const counts = countStates(cells);
  if (counts.hidden > 0) {
    return 'hidden';
  }
  if (counts.affected > 0) {
    return 'affected';
  }
  return counts.fresh > 0 && counts.unknown === 0 ? 'fresh' : null;
}

/** The line that says how the notebook stands. */
export function headline(
  cells: readonly CellReport[],
  basis: Basis,
  trans: TranslationBundle
): string {
  const counts = countStates(cells);
  if (cells.length === 0) {
    return trans.__('This notebook has no code cells yet.');
  }
  if (counts.hidden + counts.affected > 0) {
    return hiddenHeadline(counts.hidden, counts.affected, trans);
  }
  const isKnown = basis === 'history' || basis === 'nothing_ran';
  if (counts.not_run === cells.length && isKnown) {
    return trans.__('Nothing has run yet.');
  }
  if (basis !== 'history') {
    return trans.__('The file alone shows no hidden state.');
  }
  if (counts.unknown > 0) {
    return trans._n(
      'No hidden state, but %1 cell cannot be judged.',
      'No hidden state, but %1 cells cannot be judged.',
      counts.unknown
    );
  }
  if (counts.not_run > 0) {
    return trans._n(
      'Fresh, as far as it has run: %1 cell has not.',
      'Fresh, as far as it has run: %1 cells have not.',
      counts.not_run
    );
  }
  return trans.__('Fresh: a run from top to bottom gives the same.');
}

/** What the judgement lacks, or '' where it lacks nothing. */
export function basisNote(basis: Basis, trans: TranslationBundle): string {
  switch (basis) {
    case 'history':
      return '';
    case 'nothing_ran':
      return trans.__(
        'This kernel has run nothing yet: only what the file itself shows is judged.'
      );
    case 'busy':
      return trans.__(
        'The kernel is busy and has not told yet what it ran: only what the file itself shows is judged.'
      );
    case 'no_kernel':
      return trans.__(
        'No kernel is running: only what the file itself shows is judged.'
      );
  }
}

function hiddenHeadline(
  hidden: number,
  affected: number,
  trans: TranslationBundle
): string {
  const first = trans._n(
    '%1 cell depends on hidden state',
    '%1 cells depend on hidden state',
    hidden
  );
  const second = trans._n(
    '%1 more is affected',
    '%1 more are affected',
    affected
  );
  if (hidden === 0) {
    return trans._n(
      '%1 cell is affected by hidden state.',
      '%1 cells are affected by hidden state.',
      affected
    );
  }
  return affected === 0 ? `${first}.` : `${first}, ${second}.`;
}

/** The few words in the status bar; '' where there is nothing to say. */
export function statusText(
  standing: Standing,
  trans: TranslationBundle
): string {
  if (standing.kind !== 'checked') {
    return '';
  }
  const { hidden, affected, fresh } = countStates(standing.report.cells);
  if (hidden + affected > 0) {
    return trans.__('Hidden state: %1', hidden + affected);
  }
  return fresh > 0 ? trans.__('Fresh') : '';
}

/** Findings in a report's order: those that a setting hides are left out. */
export function shownFindings(
  report: CellReport,
  showHazards: boolean
): readonly Finding[] {
  return showHazards
    ? report.findings
    : report.findings.filter(finding => !isHazard(finding, report.state));
}

/** Hazards are the quiet findings of cells that have no other trouble. */
export function isHazard(finding: Finding, state: State): boolean {
  return finding.severity === 'info' && state !== 'unknown';
}

/** Cells that have something to say, in document order. */
export function shownCells(
  cells: readonly CellReport[],
  showHazards: boolean
): readonly CellReport[] {
  return cells.filter(
    cell =>
      cell.state === 'hidden' ||
      cell.state === 'affected' ||
      shownFindings(cell, showHazards).length > 0
  );
}

/** The severity that a screen reader should hear. */
export function severityLabel(
  severity: Severity,
  trans: TranslationBundle
): string {
  switch (severity) {
    case 'error':
      return trans.__('Error');
    case 'warning':
      return trans.__('Warning');
    case 'info':
      return trans.__('Note');
  }
}

/** The line that tells a cell from others: its first line of code. */
export function firstLine(source: string): string {
  const lines = source.split('\n').map(line => line.trim());
  return lines.find(line => line !== '' && !line.startsWith('#')) ?? lines[0];
}

/** Whether a mend is a button; advice has none. */
export function hasButton(mend: Mend): boolean {
  return mend.kind !== 'edit_cell';
}
