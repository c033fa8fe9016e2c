import { describe, expect, it } from 'vitest';

import type { Cell } from '../messages';
import { placeInCells, selectCells } from './selection';

const cell = (
  cell_id: string,
  source: string,
  kind: Cell['kind'] = 'code'
) => ({
  cell_id,
  source,
  kind
});

const CELLS: Cell[] = [
  cell('h', '# Load', 'markdown'),
  cell('a', 'x = 1'),
  cell('m', 'then', 'markdown'),
  cell('b', 'y = 2'),
  cell('e', ' '),
  cell('r', 'raw', 'raw'),
  cell('c', 'z = 3')
];

describe('selectCells', () => {
  it('takes the code cells from top to bottom', () => {
    expect(selectCells(CELLS, [3, 1])).toEqual({
      kind: 'cells',
      ids: ['a', 'b'],
      code: 'x = 1\ny = 2'
    });
  });

  it('leaves out empty cells and cells of other kinds', () => {
    expect(selectCells(CELLS, [3, 4, 5, 6])).toMatchObject({
      ids: ['b', 'c']
    });
  });

  it.each([
    [[0, 5], 'no_code'],
    [[], 'no_code'],
    [[99], 'no_code'],
    [[4], 'empty'],
    [[1, 6], 'apart']
  ])('says why %j will not do: %s', (selected, why) => {
    expect(selectCells(CELLS, selected)).toEqual({ kind: 'none', why });
  });
});

describe('placeInCells', () => {
  const span = (
    line: number,
    column: number,
    end_line: number,
    end_column: number
  ) => ({ line, column, end_line, end_column });
  const cells = [cell('a', 'x = 1\ny = 2'), cell('b', 'z = "é"')];

  it.each([
    [span(2, 0, 2, 5), 'a', span(2, 0, 2, 5)],
    [span(3, 4, 3, 7), 'b', span(1, 4, 1, 7)],
    [span(2, 4, 3, 1), 'a', span(2, 4, 2, 5)],
    [span(3, 0, 4, 1), 'b', span(1, 0, 1, 7)]
  ])('finds %j in %s', (at, cellId, place) => {
    expect(placeInCells(cells, at)).toEqual({ cellId, at: place });
  });
});
