import { describe, expect, it } from 'vitest';

import {
  assignedIn,
  isIdentifier,
  isModuleName,
  proposeName,
  wordsIn
} from './names';

const propose = (heading: string, code: string, taken: string[] = []) =>
  proposeName({ heading, code, taken: new Set(taken) });

describe('proposeName', () => {
  it.each([
    ['## Load the data', 'x = 1', 'load_data'],
    ['# Report\n\n## 2.1 Clean *prices* (raw)', 'x = 1', 'clean_prices_raw'],
    ['Some prose, no heading', '# Fit the model\nm = fit()', 'fit_model'],
    ['', '%%time\n# Fit\nm = fit()', 'fit'],
    ['', 'total = a + b', 'compute_total'],
    ['', 'a, b = f()', 'compute_a'],
    ['', 'for x in y:\n    z = x', 'step'],
    ['', 'x == 1', 'step'],
    ['', 'import numpy as np\ndf["a"] = 1\ntotal = 2', 'compute_total'],
    ['# Import', 'x = 1', 'import_step'],
    ['# Filter', 'x = 1', 'filter_step'],
    ['# Загрузка данных', 'x = 1', 'загрузка_данных'],
    ['# 123', 'x = 1', 'compute_x'],
    ['# See [the docs](http://a.b/c)', 'x = 1', 'see_docs'],
    ['#no heading', '', 'step'],
    ['', '#!python\nx = 1', 'compute_x'],
    ['# One two three four five six seven', '', 'one_two_three_four_five']
  ])('%j and %j give %s', (heading, code, name) => {
    expect(propose(heading, code)).toBe(name);
  });

  it('takes no name that the notebook has', () => {
    expect(propose('# Clean', 'x = 1', ['clean', 'clean_2'])).toBe('clean_3');
  });
});

describe('isIdentifier', () => {
  it.each(['a', '_a1', 'имя', 'x_y'])('accepts %s', name => {
    expect(isIdentifier(name)).toBe(true);
  });
  it.each(['', '1a', 'a b', 'a-b', 'class', 'a.b', 'a;b'])(
    'does not accept %j',
    name => {
      expect(isIdentifier(name)).toBe(false);
    }
  );
});

it('isModuleName wants identifiers between the dots', () => {
  expect(['a', 'a.b', 'a.b_c.d'].every(isModuleName)).toBe(true);
  expect(['', '.', 'a.', '.a', 'a..b', 'a/b', 'a.1'].some(isModuleName)).toBe(
    false
  );
});

it('wordsIn finds the names of the code', () => {
  expect(wordsIn('a1 = f(b.c) # d')).toEqual(
    new Set(['a1', 'f', 'b', 'c', 'd'])
  );
});

describe('assignedIn', () => {
  it('finds the names whose values the code replaces', () => {
    const code = [
      'a = 1',
      'b, c = 2, 3',
      'd += 1',
      'for e, f in g:',
      '    h: int = 4',
      'if (i := 5) == j:',
      'k.l = 6',
      "m['n'] = 7",
      'call(o=8)',
      'p == 9'
    ].join('\n');
    expect([...assignedIn(code)].sort()).toEqual([
      'a',
      'b',
      'c',
      'd',
      'e',
      'f',
      'h',
      'i'
    ]);
  });
});
