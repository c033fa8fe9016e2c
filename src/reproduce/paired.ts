import { diffArrays } from 'diff';

import type { DiffLine } from '../diff';

/** A piece of a line; `changed` where the other side has something else there. */
export interface Piece {
  text: string;
  changed: boolean;
}

/** One line of two texts beside each other; null where a side has no such line. */
export type PairedLine =
  | { kind: 'same' | 'changed'; saved: Piece[] | null; fresh: Piece[] | null }
  | { kind: 'gap' };

/** Lines longer than this are marked whole: comparing their words would take too long. */
const LONGEST = 2000;

/** The lines of a unified difference beside each other, with what changed in each line. */
export function pairLines(lines: readonly DiffLine[]): PairedLine[] {
  const paired: PairedLine[] = [];
  let removed: string[] = [];
  let added: string[] = [];
  const flush = () => {
    for (let n = 0; n < Math.max(removed.length, added.length); n++) {
      paired.push(changedLine(removed[n] ?? null, added[n] ?? null));
    }
    removed = [];
    added = [];
  };
  for (const { kind, text } of lines) {
    if (kind === 'removed') {
      if (added.length) {
        flush();
      }
      removed.push(text);
    } else if (kind === 'added') {
      added.push(text);
    } else {
      flush();
      paired.push(kind === 'gap' ? { kind } : sameLine(text));
    }
  }
  flush();
  return paired;
}

function sameLine(text: string): PairedLine {
  const piece = [{ text, changed: false }];
  return { kind: 'same', saved: piece, fresh: piece };
}

function changedLine(saved: string | null, fresh: string | null): PairedLine {
  if (saved === null || fresh === null) {
    return { kind: 'changed', saved: whole(saved), fresh: whole(fresh) };
  }
  if (saved.length + fresh.length > LONGEST) {
    return { kind: 'changed', saved: whole(saved), fresh: whole(fresh) };
  }
  const parts = diffArrays(words(saved), words(fresh)).map(part => ({
    ...part,
    value: part.value.join('')
  }));
  return {
    kind: 'changed',
    saved: pieces(parts.filter(part => !part.added)),
    fresh: pieces(parts.filter(part => !part.removed))
  };
}

/** Numbers and words whole, blanks, and every other character by itself. */
function words(line: string): string[] {
  return line.match(/[-+]?\d[\d.,]*(?:e[-+]?\d+)?|\w+|\s+|./gu) ?? [];
}

function whole(text: string | null): Piece[] | null {
  return text === null ? null : [{ text, changed: true }];
}

function pieces(
  parts: readonly { value: string; added?: boolean; removed?: boolean }[]
): Piece[] {
  return parts.map(({ value, added, removed }) => ({
    text: value,
    changed: Boolean(added || removed)
  }));
}
