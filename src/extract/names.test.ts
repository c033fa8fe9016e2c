import { describe, expect, it } from 'vitest';

import { assignedIn, isIdentifier, isModuleName, wordsIn } from './names';

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
