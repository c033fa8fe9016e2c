import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';

import type { CellReport, Finding, State } from '../messages';
import type { Basis } from '../recorder';
import {
  firstLine,
  headline,
  shownCells,
  standsOut,
  statusText
} from './summary';

const trans = nullTranslator.load('nb_refactor');

const cells = (...states: State[]): CellReport[] =>
  states.map((state, index) => ({
    cell_id: String(index),
    state,
    execution_count: null,
    findings: []
  }));

const hazard: Finding = {
  rule: 'absolute-path',
  severity: 'info',
  message: '',
  name: null,
  at: null,
  sources: [],
  mends: []
};

describe('headline', () => {
  it.each<[State[], Basis, string]>([
    [[], 'history', 'This notebook has no code cells yet.'],
    [['not_run', 'not_run'], 'nothing_ran', 'Nothing has run yet.'],
    [['fresh'], 'nothing_ran', 'The file alone shows no hidden state.'],
    [['fresh'], 'history', 'Fresh: a run from top to bottom gives the same.'],
    [
      ['fresh', 'not_run'],
      'history',
      'Fresh, as far as it has run: 1 cell has not.'
    ],
    [['not_run'], 'no_kernel', 'The file alone shows no hidden state.'],
    [['not_run'], 'busy', 'The file alone shows no hidden state.'],
    [['hidden', 'fresh'], 'history', '1 cell depends on hidden state.'],
    [
      ['hidden', 'hidden', 'affected'],
      'history',
      '2 cells depend on hidden state, 1 more is affected.'
    ],
    [['affected'], 'history', '1 cell is affected by hidden state.'],
    [
      ['fresh', 'unknown'],
      'history',
      'No hidden state, but 1 cell cannot be judged.'
    ]
  ])('of %j, basis %j', (states, basis, sentence) => {
    expect(headline(cells(...states), basis, trans)).toBe(sentence);
  });
});

describe('the rest of the words', () => {
  it('lets the worst state speak for the notebook', () => {
    expect(standsOut(cells('fresh', 'affected', 'hidden'))).toBe('hidden');
    expect(standsOut(cells('fresh', 'not_run'))).toBe('fresh');
    expect(standsOut(cells('not_run'))).toBeNull();
  });

  it('lists cells with something to say, and hazards where they are wanted', () => {
    const [fresh] = cells('fresh');
    const risky = { ...fresh, findings: [hazard] };
    const all = [...cells('hidden'), risky, fresh];
    expect(shownCells(all, true)).toHaveLength(2);
    expect(shownCells(all, false)).toHaveLength(1);
  });

  it('keeps the status bar empty where there is nothing to say', () => {
    expect(statusText({ kind: 'loading' }, trans)).toBe('');
  });

  it('names a cell by its first line of code', () => {
    expect(firstLine('\n# a comment\n  x = 1\ny')).toBe('x = 1');
    expect(firstLine('# only this')).toBe('# only this');
    expect(firstLine('')).toBe('');
  });
});
