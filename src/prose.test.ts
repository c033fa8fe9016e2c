import { describe, expect, it } from 'vitest';

import { splitCode } from './prose';

describe('splitCode', () => {
  it('tells code from words', () => {
    expect(splitCode('`a` and `b`.')).toEqual(['', 'a', ' and ', 'b', '.']);
    expect(splitCode('one ` alone')).toEqual(['one ` alone']);
  });
});
