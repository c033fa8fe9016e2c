import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';

import type { CellOutcome, Report, RunResponse } from '../messages';
import type { RunView } from './model';
import {
  countsOf,
  differs,
  duration,
  headlineOf,
  isAcceptable,
  pictureAddress,
  progressOf,
  rowsOf,
  titlesOf,
  untoldError
} from './report';

const trans = nullTranslator.load('');
const TITLES = titlesOf([
  { id: 'h', kind: 'markdown', source: '# Title' },
  { id: 'a', kind: 'code', source: '# Load\n\nx = 1' },
  { id: 'b', kind: 'code', source: '# only a comment' },
  { id: 'c', kind: 'code', source: '' }
]);

const outcome = (
  cell_id: string,
  status: CellOutcome['status'],
  error: string | null = null
): CellOutcome => ({
  cell_id,
  status,
  seconds: 0.1,
  differences: [],
  error,
  notes: [],
  cause: null
});

const report = (
  status: Report['status'],
  cells: CellOutcome[],
  message = ''
): Report => ({
  path: 'a.ipynb',
  status,
  seconds: 1,
  kernel: 'python3',
  cells,
  message,
  dependencies: null,
  runs: 1
});

const view = (
  state: RunView['state'],
  run: Partial<RunResponse> = {}
): RunView => ({
  runId: 'r',
  state,
  message: '',
  cancelling: false,
  accepted: new Set(),
  run: {
    run_id: 'r',
    state: 'running',
    done: 0,
    total: 3,
    running: null,
    report: null,
    message: '',
    seconds_left: null,
    ...run
  }
});

const headline = (shown: RunView) =>
  headlineOf(shown, rowsOf(shown, TITLES), trans);
const statuses = (shown: RunView) =>
  rowsOf(shown, TITLES).map(row => row.status);

it('names rows after the first line of code', () => {
  expect(TITLES).toMatchObject([
    { cellId: 'a', number: 1, firstLine: 'x = 1' },
    { cellId: 'b', number: 2, firstLine: '# only a comment' },
    { cellId: 'c', number: 3, firstLine: '' }
  ]);
});

describe('rowsOf', () => {
  it('shows how far the run is', () => {
    const partial = report('reproduced', [
      outcome('a', 'same'),
      outcome('b', 'not_run'),
      outcome('c', 'not_run')
    ]);
    const running = { done: 1, running: 'b', report: partial };
    expect(statuses(view('running', running))).toEqual([
      'same',
      'running',
      'waiting'
    ]);
    expect(statuses(view('cancelled', running))).toEqual([
      'same',
      'not_run',
      'not_run'
    ]);
  });

  it('has a row for each cell before there is a report', () => {
    expect(statuses(view('starting'))).toEqual([
      'waiting',
      'waiting',
      'waiting'
    ]);
  });

  it('shows the outcomes where it does not know the cells', () => {
    const done = { report: report('reproduced', [outcome('z', 'same')]) };
    const rows = rowsOf(view('finished', done), TITLES);
    expect(rows.map(row => row.title)).toMatchObject([
      { cellId: 'z', number: 1, firstLine: '' }
    ]);
  });
});

it('counts the outcomes, those that matter most first', () => {
  const cells = [
    outcome('a', 'same'),
    outcome('b', 'error', 'NameError: x'),
    outcome('c', 'no_saved_output')
  ];
  const rows = rowsOf(
    view('finished', { report: report('error', cells) }),
    TITLES
  );
  expect(countsOf(rows)).toEqual([
    { status: 'error', count: 1 },
    { status: 'same', count: 1 },
    { status: 'no_saved_output', count: 1 }
  ]);
  expect(rows.map(differs)).toEqual([false, true, false]);
  expect(rows.map(isAcceptable)).toEqual([false, false, true]);
});

describe('headlineOf', () => {
  it.each([
    ['starting', {}, 'neutral', 'Starting a fresh kernel…'],
    ['queued', {}, 'neutral', 'Waiting for a fresh kernel…'],
    [
      'running',
      { done: 1 },
      'neutral',
      'Running cell 2 of 3 in a fresh kernel…'
    ],
    [
      'running',
      { done: 3 },
      'neutral',
      'Running cell 3 of 3 in a fresh kernel…'
    ],
    ['cancelled', { done: 1 }, 'warning', 'Cancelled after 1 of 3 cells'],
    ['failed', { message: 'No such kernel.' }, 'bad', 'No such kernel.']
  ] as const)('of a %s run with %j is %s: %s', (state, run, tone, text) => {
    expect(headline(view(state, run))).toEqual({ tone, text });
  });

  it.each([
    [
      'reproduced',
      [outcome('a', 'same'), outcome('b', 'same'), outcome('c', 'same')],
      'good',
      'Reproduced: all 3 cells give their saved outputs'
    ],
    [
      'reproduced',
      [outcome('a', 'same'), outcome('b', 'no_saved_output')],
      'good',
      'Reproduced: the one cell gives its saved outputs'
    ],
    [
      'different',
      [outcome('a', 'different'), outcome('b', 'same')],
      'bad',
      '1 of 2 cells differs from its saved outputs'
    ],
    [
      'error',
      [outcome('a', 'same'), outcome('b', 'error', "KeyError: 'x'")],
      'bad',
      "Stopped by an error in code cell 2: KeyError: 'x'"
    ],
    ['died', [], 'bad', 'The kernel died.'],
    ['timeout', [], 'bad', 'The run took too long.']
  ] as const)(
    'of the verdict %s is a sentence',
    (status, cells, tone, text) => {
      const done = { report: report(status, [...cells]) };
      expect(headline(view('finished', done))).toEqual({ tone, text });
    }
  );
});

it('durations are written as people read them', () => {
  const durations = [0.123, 4.56, 59.4, 200].map(s => duration(s, trans));
  expect(durations).toEqual(['0.12 s', '4.6 s', '59 s', '3 min 20 s']);
});

it('progress is a share of the cells', () => {
  expect(progressOf(view('running', { done: 1, total: 4 }))).toBe(0.25);
  expect(progressOf(view('queued', { total: 0 }))).toBe(0);
});

it('a picture that has become an error is a picture on one side only', () => {
  expect(pictureAddress('image/png', 'iVBORw0KGgoAA\nAA')).toBe(
    'data:image/png;base64,iVBORw0KGgoAAAA'
  );
  expect(pictureAddress('image/png', '/9j/4AAQ')).toBe(
    'data:image/jpeg;base64,/9j/4AAQ'
  );
  expect(pictureAddress('image/png', 'NameError: no x')).toBeNull();
  expect(pictureAddress('image/svg+xml', '<svg/>')).toBeNull();
  expect(pictureAddress('text/plain', 'iVBORw0KGgo')).toBeNull();
});

it('an error is told once', () => {
  const failed = outcome('a', 'error', 'NameError: no x');
  const difference = {
    output: 0,
    mime: 'error',
    diff: '',
    saved: null,
    table: null,
    marks: null,
    programs: []
  };
  const told = {
    ...difference,
    why: 'It now raises NameError: no x',
    fresh: null
  };
  expect(untoldError(failed)).toBe('NameError: no x');
  expect(untoldError({ ...failed, differences: [told] })).toBe('');
});
