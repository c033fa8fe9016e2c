import type { Cell, Span } from '../messages';

/** The cells that a command is about: their ids from top to bottom, or why there are none. */
export type Selection =
  | { kind: 'cells'; ids: string[]; code: string }
  | { kind: 'none'; why: 'no_code' | 'empty' | 'apart' };

/**
 * The code cells among the selected ones. They must lie together: Markdown between them is passed
 * over, other code is not.
 *
 * @param selected places in the notebook, counted from 0, in any order
 */
export function selectCells(
  cells: readonly Cell[],
  selected: readonly number[]
): Selection {
  const places = selected
    .filter(place => cells[place]?.kind === 'code')
    .sort((a, b) => a - b);
  if (!places.length) {
    return { kind: 'none', why: 'no_code' };
  }
  const [first, last] = [places[0], places[places.length - 1]];
  const between = cells
    .slice(first, last + 1)
    .filter(cell => cell.kind === 'code');
  if (between.length !== places.length) {
    return { kind: 'none', why: 'apart' };
  }
  const code = between.map(cell => cell.source).join('\n');
  if (!code.trim()) {
    return { kind: 'none', why: 'empty' };
  }
  const ids = between
    .filter(cell => cell.source.trim())
    .map(cell => cell.cell_id);
  return { kind: 'cells', ids, code };
}

/** A heading of a Markdown source, outside of code. */
const HEADING = /^ {0,3}(#{1,6})\s+\S/;
const FENCE = /^ {0,3}(```|~~~)/;

/** The ranks (1 to 6) of the headings in a Markdown cell. */
function headingRanks(cell: Cell): number[] {
  if (cell.kind !== 'markdown') {
    return [];
  }
  let isCode = false;
  return cell.source.split('\n').flatMap(line => {
    isCode = isCode !== FENCE.test(line);
    const heading = isCode ? null : HEADING.exec(line);
    return heading ? [heading[1].length] : [];
  });
}

/** The place of the nearest heading, from a cell upwards; -1 where there is none. */
export function headingFrom(cells: readonly Cell[], place: number): number {
  let at = place;
  while (at >= 0 && !headingRanks(cells[at]).length) {
    at -= 1;
  }
  return at;
}

/** The places of the code cells under a heading, up to the next one of its rank or above. */
export function cellsUnder(cells: readonly Cell[], heading: number): number[] {
  const rank = headingRanks(cells[heading]).pop() ?? 0;
  const places: number[] = [];
  for (let at = heading + 1; at < cells.length; at += 1) {
    if (headingRanks(cells[at]).some(other => other <= rank)) {
      break;
    }
    if (cells[at].kind === 'code') {
      places.push(at);
    }
  }
  return places;
}

/**
 * The place in one of several cells, not none, whose sources were read as one, line under line. What
 * reaches beyond that cell is cut off.
 */
export function placeInCells(
  cells: readonly Pick<Cell, 'cell_id' | 'source'>[],
  at: Span
): { cellId: string; at: Span } {
  let above = 0;
  const texts = cells.map(cell => ({
    ...cell,
    lines: cell.source.split('\n')
  }));
  for (const { cell_id, lines } of texts) {
    if (at.line <= above + lines.length) {
      return { cellId: cell_id, at: within(at, above, lines) };
    }
    above += lines.length;
  }
  return { cellId: cells[cells.length - 1].cell_id, at };
}

function within(at: Span, above: number, lines: readonly string[]): Span {
  const line = at.line - above;
  const end_line = at.end_line - above;
  return end_line <= lines.length
    ? { ...at, line, end_line }
    : {
        line,
        column: at.column,
        end_line: lines.length,
        end_column: [...lines[lines.length - 1]].length
      };
}
