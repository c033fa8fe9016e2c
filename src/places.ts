import type { Span } from './messages';

/** A range of a JavaScript string: UTF-16 offsets. */
export interface IRange {
  from: number;
  to: number;
}

/**
 * Where a span lies in a source, or null where the source has no such place.
 *
 * Spans count characters as Python does (code points), a JavaScript string counts UTF-16 units. A
 * span of no width is widened to one character, so that it can be seen.
 */
export function rangeOf(source: string, span: Span): IRange | null {
  const from = offsetOf(source, span.line, span.column);
  const to = offsetOf(source, span.end_line, span.end_column);
  if (from === null || to === null || to < from) {
    return null;
  }
  if (from < to) {
    return { from, to };
  }
  return source.length === 0
    ? null
    : {
        from: Math.min(from, source.length - 1),
        to: Math.min(from + 1, source.length)
      };
}

/** Line and column (both from 0, in UTF-16 units) of an offset. */
export function positionAt(
  source: string,
  offset: number
): { line: number; column: number } {
  const before = source.slice(0, offset).split('\n');
  return { line: before.length - 1, column: before[before.length - 1].length };
}

/** The UTF-16 offset of a line (from 1) and a column (from 0, in code points). */
function offsetOf(source: string, line: number, column: number): number | null {
  let start = 0;
  for (let passed = 1; passed < line; passed++) {
    const end = source.indexOf('\n', start);
    if (end === -1) {
      return null;
    }
    start = end + 1;
  }
  const end = source.indexOf('\n', start);
  const text = source.slice(start, end === -1 ? undefined : end);
  return start + [...text].slice(0, column).join('').length;
}
