import { describe, expect, it } from 'vitest';

import { countChanges, diffTexts, readUnified } from './diff';

const kinds = (lines: { kind: string }[]) => lines.map(line => line.kind);

describe('diffTexts', () => {
  it('shows the changed lines', () => {
    expect(diffTexts('a\nb\n', 'a\nc\n')).toEqual([
      { kind: 'same', text: 'a' },
      { kind: 'removed', text: 'b' },
      { kind: 'added', text: 'c' }
    ]);
  });

  it('shows every line of a new text as added', () => {
    expect(kinds(diffTexts('', 'a\nb\n'))).toEqual(['added', 'added']);
  });

  it('says nothing about a missing newline at the end', () => {
    expect(kinds(diffTexts('a', 'b'))).toEqual(['removed', 'added']);
  });

  it('marks the lines that it leaves out', () => {
    const before = Array.from({ length: 20 }, (_, i) => `line ${i}`).join('\n');
    const after = before.replace('line 10', 'changed');
    const shown = kinds(diffTexts(before, after, 1));
    expect(shown).toEqual(['gap', 'same', 'removed', 'added', 'same', 'gap']);
  });

  it('shows nothing where nothing changes', () => {
    expect(diffTexts('a\n', 'a\n')).toEqual([]);
  });
});

describe('readUnified', () => {
  it('leaves out the headers of the files', () => {
    const lines = readUnified('--- saved\n+++ fresh\n@@ -1 +1 @@\n-1\n+2\n');
    expect(lines).toEqual([
      { kind: 'removed', text: '1' },
      { kind: 'added', text: '2' }
    ]);
  });

  it('reads a difference without headers', () => {
    expect(kinds(readUnified('-1\n+2'))).toEqual(['removed', 'added']);
  });

  it('keeps a removed line that itself begins with dashes', () => {
    const lines = readUnified('--- a\n+++ b\n@@ -1 +1 @@\n--- x\n+y');
    expect(lines[0]).toEqual({ kind: 'removed', text: '-- x' });
  });

  it('counts', () => {
    expect(countChanges(readUnified('-1\n+2\n+3'))).toEqual({
      added: 2,
      removed: 1
    });
  });
});
