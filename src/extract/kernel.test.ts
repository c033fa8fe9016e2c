import { describe, expect, it } from 'vitest';

import { readPythonString } from './kernel';

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
