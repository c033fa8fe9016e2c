import { describe, expect, it } from 'vitest';

import type { IFinishedRun } from '../freshruns';
import type { CellOutcome, CellReport, Report } from '../messages';
import { settle } from './settled';

const report = (cell_id: string, state: CellReport['state']): CellReport => ({
  cell_id,
  state,
  execution_count: 1,
  findings: [
    {
      rule: 'rerun',
      severity: 'error',
      message: 'Ran 2 times.',
      name: null,
      at: null,
      sources: [],
      mends: []
    }
  ]
});

const outcome = (
  cell_id: string,
  status: CellOutcome['status']
): CellOutcome => ({
  cell_id,
  status,
  seconds: 0,
  differences: [],
  error: null,
  notes: [],
  cause: null
});

const DOCUMENT = ['a', 'b', 'c'].map(cell_id => ({
  cell_id,
  source: cell_id,
  kind: 'code' as const,
  execution_count: 1
}));

const run = (
  status: Report['status'],
  statuses: CellOutcome['status'][]
): IFinishedRun => ({
  path: 'a.ipynb',
  cells: DOCUMENT.map(({ cell_id, source, execution_count }) => ({
    cellId: cell_id,
    source,
    executionCount: execution_count
  })),
  report: {
    path: 'a.ipynb',
    status,
    seconds: 1,
    kernel: 'python3',
    message: '',
    dependencies: null,
    runs: 1,
    cells: statuses.map((each, n) => outcome(DOCUMENT[n].cell_id, each))
  }
});

const REPORTS = [
  report('a', 'fresh'),
  report('b', 'hidden'),
  report('c', 'affected')
];
const states = (cells: CellReport[]) => cells.map(cell => cell.state);

describe('settle', () => {
  it('a run that is clean clears what was suspected', () => {
    const clean = run('reproduced', ['same', 'same', 'same']);
    const { cells, settled } = settle(REPORTS, DOCUMENT, clean);
    expect(states(cells)).toEqual(['fresh', 'fresh', 'fresh']);
    expect(cells[1].findings[0].severity).toBe('info');
    expect([...settled.cleared]).toEqual(['b', 'c']);
  });

  it('a run that differs confirms', () => {
    const other = run('different', ['same', 'different', 'same']);
    const { cells, settled } = settle(REPORTS, DOCUMENT, other);
    expect(states(cells)).toEqual(['fresh', 'hidden', 'affected']);
    expect([...settled.confirmed]).toEqual(['b']);
    expect([...settled.cleared]).toEqual([]);
  });

  it('chance neither clears nor confirms', () => {
    const chance = run('different', ['same', 'unstable', 'no_saved_output']);
    const { cells, settled } = settle(REPORTS, DOCUMENT, chance);
    expect(cells).toEqual(REPORTS);
    expect(settled.confirmed.size + settled.cleared.size).toBe(0);
  });

  it.each([
    ['edited above', { cell_id: 'a', source: 'other' }, ['hidden', 'affected']],
    ['run again', { cell_id: 'b', execution_count: 2 }, ['hidden', 'fresh']],
    ['edited', { cell_id: 'c', source: 'other' }, ['fresh', 'affected']]
  ])('holds until a cell is %s', (_, change, rest) => {
    const clean = run('reproduced', ['same', 'same', 'same']);
    const document = DOCUMENT.map(cell =>
      cell.cell_id === change.cell_id ? { ...cell, ...change } : cell
    );
    const { cells } = settle(REPORTS, document, clean);
    expect(states(cells).slice(1)).toEqual(rest);
  });

  it('changes nothing without a run', () => {
    expect(settle(REPORTS, DOCUMENT, null).cells).toEqual(REPORTS);
  });
});
