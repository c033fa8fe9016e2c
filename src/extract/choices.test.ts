import { describe, expect, it } from 'vitest';

import type { ExtractedFunction } from '../messages';
import { moved, renamed, unfitNames } from './choices';

/** A function that takes `rows` and `rate`, and returns `rows` and `total`. */
const MADE: ExtractedFunction = {
  name: 'f',
  parameters: ['rows', 'rate'],
  returns: ['rows', 'total'],
  is_async: false,
  arguments: ['rows', 'rate'],
  targets: ['rows', 'total'],
  defaults: {},
  annotations: {}
};

describe('renamed', () => {
  it('gives what is returned another name', () => {
    expect(renamed({}, MADE, 'total', 'sum_of')).toEqual({ total: 'sum_of' });
  });

  it('takes the notebook’s own name for no choice', () => {
    expect(renamed({ total: 'sum_of' }, MADE, 'total', 'total')).toEqual({});
  });

  it('knows no other variables', () => {
    expect(renamed({}, MADE, 'gone', 'x')).toEqual({});
  });
});

describe('unfitNames', () => {
  it.each([
    ['', 'no_name'],
    ['1a', 'no_name'],
    ['a b', 'no_name'],
    ['class', 'no_name'],
    ['None', 'no_name'],
    ['list', 'builtin'],
    ['sum', 'builtin'],
    ['rate', 'twice'],
    ['rows', 'twice']
  ])('says of a return called %j: %s', (name, why) => {
    expect(unfitNames({ total: name }, MADE)).toEqual([['total', why]]);
  });

  it.each(['sums', '_', 'match', 'итог'])('allows %j', name => {
    expect(unfitNames({ total: name }, MADE)).toEqual([]);
  });

  it('says of both that they have one name', () => {
    expect(unfitNames({ rate: 'x', total: 'x' }, MADE)).toEqual([
      ['rate', 'twice'],
      ['total', 'twice']
    ]);
  });

  it('lets two variables change their names', () => {
    expect(unfitNames({ rate: 'total', total: 'rate' }, MADE)).toEqual([]);
  });
});

describe('moved', () => {
  it.each([
    ['a', 1, ['b', 'a', 'c']],
    ['c', -1, ['a', 'c', 'b']],
    ['a', -1, ['a', 'b', 'c']],
    ['c', 1, ['a', 'b', 'c']],
    ['gone', 1, ['a', 'b', 'c']]
  ] as const)('moves %s by %i', (name, by, order) => {
    expect(moved(['a', 'b', 'c'], name, by)).toEqual(order);
  });
});
