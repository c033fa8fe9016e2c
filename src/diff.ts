import { structuredPatch } from 'diff';

/** One line of a shown difference. A gap stands for lines that are left out. */
export interface DiffLine {
  kind: 'same' | 'added' | 'removed' | 'gap';
  text: string;
}

/**
 * The lines of a difference between two texts.
 *
 * @param context how many equal lines are shown around each change
 */
export function diffTexts(
  before: string,
  after: string,
  context = 3
): DiffLine[] {
  const patch = structuredPatch('', '', before, after, '', '', { context });
  const lines: DiffLine[] = [];
  let next = 1;
  for (const hunk of patch.hunks) {
    if (hunk.oldStart > next) {
      lines.push({ kind: 'gap', text: '' });
    }
    lines.push(...linesOf(hunk.lines));
    next = hunk.oldStart + hunk.oldLines;
  }
  if (patch.hunks.length && next <= lineCount(before)) {
    lines.push({ kind: 'gap', text: '' });
  }
  return lines;
}

/** The lines of a difference that comes as unified diff text, its file headers left out. */
export function readUnified(unified: string): DiffLine[] {
  const lines = unified.replace(/\n$/, '').split('\n');
  const first = lines.findIndex(line => line.startsWith('@@'));
  const body = first < 0 ? lines : lines.slice(first);
  const shown = linesOf(body);
  return shown[0]?.kind === 'gap' ? shown.slice(1) : shown;
}

/** How many lines a difference adds and removes. */
export function countChanges(lines: readonly DiffLine[]): {
  added: number;
  removed: number;
} {
  const count = (kind: DiffLine['kind']) =>
    lines.filter(line => line.kind === kind).length;
  return { added: count('added'), removed: count('removed') };
}

function linesOf(lines: readonly string[]): DiffLine[] {
  // `\ No newline at end of file` is about the file, not about a line of it.
  return lines.filter(line => !line.startsWith('\\')).map(lineOf);
}

function lineOf(line: string): DiffLine {
  const text = line.slice(1);
  switch (line[0]) {
    case '+':
      return { kind: 'added', text };
    case '-':
      return { kind: 'removed', text };
    case '@':
      return { kind: 'gap', text: '' };
    default:
      return { kind: 'same', text };
  }
}

function lineCount(text: string): number {
  return text === '' ? 0 : text.replace(/\n$/, '').split('\n').length;
}
