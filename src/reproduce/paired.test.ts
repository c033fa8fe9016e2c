import { describe, expect, it } from 'vitest';

import { readUnified } from '../diff';
import { pairLines } from './paired';

const pair = (unified: string) => pairLines(readUnified(unified));

describe('pairLines', () => {
  it('puts a changed line beside what it was, and marks the words that changed', () => {
    expect(pair('@@ -1 +1 @@\n-rows: 484 in all\n+rows: 449 in all')).toEqual([
      {
        kind: 'changed',
        saved: [
          { text: 'rows: ', changed: false },
          { text: '484', changed: true },
          { text: ' in all', changed: false }
        ],
        fresh: [
          { text: 'rows: ', changed: false },
          { text: '449', changed: true },
          { text: ' in all', changed: false }
        ]
      }
    ]);
  });

  it('leaves a side empty where there is no such line', () => {
    const lines = pair('@@ -1,2 +1 @@\n a\n-b');
    expect(lines).toEqual([
      {
        kind: 'same',
        saved: [{ text: 'a', changed: false }],
        fresh: [{ text: 'a', changed: false }]
      },
      { kind: 'changed', saved: [{ text: 'b', changed: true }], fresh: null }
    ]);
  });

  it('keeps gaps, and pairs each block by itself', () => {
    const kinds = pair('@@ -1 +1 @@\n-a\n+b\n@@ -9 +9 @@\n-c\n+d').map(
      line => line.kind
    );
    expect(kinds).toEqual(['changed', 'gap', 'changed']);
  });

  it('marks a number whole', () => {
    const [line] = pair('@@ -1 +1 @@\n-[0.25, 1.5e-07]\n+[0.25, 1.5e-08]');
    expect(line).toMatchObject({
      saved: [
        { text: '[0.25, ', changed: false },
        { text: '1.5e-07', changed: true },
        { text: ']', changed: false }
      ]
    });
  });

  it('marks very long lines whole', () => {
    const [line] = pair(`@@ -1 +1 @@\n-${'a '.repeat(2000)}\n+b`);
    expect(line).toMatchObject({ fresh: [{ text: 'b', changed: true }] });
  });
});
