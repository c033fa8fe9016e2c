import { describe, expect, it } from 'vitest';

import { positionAt, rangeOf } from './places';

const span = (
  line: number,
  column: number,
  end_line: number,
  end_column: number
) => ({ line, column, end_line, end_column });

describe('rangeOf', () => {
  it.each([
    ['abc', span(1, 1, 1, 2), 'b'],
    ['a\nbcd', span(2, 0, 2, 2), 'bc'],
    ['a\nb\nc', span(1, 0, 3, 1), 'a\nb\nc'],
    // One character for Python, two units for JavaScript.
    ['s = "😀"; x', span(1, 9, 1, 10), 'x'],
    ['é = x', span(1, 4, 1, 5), 'x'],
    ['abc', span(1, 3, 1, 3), 'c'],
    ['abc', span(1, 0, 1, 0), 'a']
  ])('finds %j %j', (source, place, text) => {
    const range = rangeOf(source, place);
    expect(range && source.slice(range.from, range.to)).toBe(text);
  });

  it('knows no place behind the end, nor in nothing', () => {
    expect(rangeOf('a', span(2, 0, 2, 1))).toBeNull();
    expect(rangeOf('', span(1, 0, 1, 0))).toBeNull();
  });
});

describe('positionAt', () => {
  it('counts lines and columns from 0', () => {
    expect(positionAt('ab\ncd', 4)).toEqual({ line: 1, column: 1 });
  });
});
