import { describe, expect, it } from 'vitest';

import { readProbe, readPythonString } from './kernel';

describe('readPythonString', () => {
  it.each([
    ["'plain'", 'plain'],
    ['"it\'s"', "it's"],
    ["'it\\'s \"x\"'", 'it\'s "x"'],
    ["'C:\\\\a\\nb'", 'C:\\a\nb'],
    ["'\\x1b[0m \\u2028 \\U0001f600'", '\u001b[0m \u2028 😀'],
    ['no literal', 'no literal']
  ])('%s', (literal, text) => {
    expect(readPythonString(literal)).toBe(text);
  });
});

describe('readProbe', () => {
  it('reads what the kernel answers', () => {
    expect(
      readProbe('\'{"importable": false, "reason": "no \\\\"x\\\\""}\'')
    ).toEqual({ importable: false, reason: 'no "x"' });
  });

  it.each(['', "'text'", 'None', "'[]'", "'{}'", "'null'"])(
    'takes %j for no answer',
    text => {
      expect(readProbe(text)).toBeNull();
    }
  );
});
