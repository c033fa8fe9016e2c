import { YNotebook } from '@jupyter/ydoc';
import { describe, expect, it } from 'vitest';

import { acceptOutputs, canTakeBack } from './accept';

const stream = (text: string) => ({
  output_type: 'stream' as const,
  name: 'stdout',
  text
});
const fresh = (cell_id: string, source: string, text: string, dropped = 0) => ({
  cell_id,
  source,
  outputs: [stream(text)],
  dropped
});

function notebook() {
  const made = new YNotebook();
  made.insertCells(
    0,
    ['a', 'b', 'c'].map(id => ({
      id,
      cell_type: 'code' as const,
      source: `print("${id}")`,
      metadata: {},
      execution_count: 7,
      outputs: [stream('old\n')]
    }))
  );
  made.undoManager.clear();
  return made;
}

const texts = (of: YNotebook) =>
  of.cells.map(cell => {
    const [output] = cell.toJSON().outputs as { text: string | string[] }[];
    return [output.text].flat().join('');
  });

const ALL = ['a', 'b', 'c'].map(id => fresh(id, `print("${id}")`, `new ${id}`));

describe('acceptOutputs', () => {
  it('writes the chosen outputs in one undoable step', () => {
    const made = notebook();
    const accepted = acceptOutputs(made, ALL, new Set(['a', 'c']));
    expect(texts(made)).toEqual(['new a', 'old\n', 'new c']);
    expect(accepted.written).toEqual(['a', 'c']);
    expect(made.undoManager.undoStack).toHaveLength(1);
    expect(canTakeBack(made, accepted)).toBe(true);
    made.undo();
    expect(texts(made)).toEqual(['old\n', 'old\n', 'old\n']);
    made.redo();
    expect(texts(made)).toEqual(['new a', 'old\n', 'new c']);
  });

  it('leaves alone what was edited since, what is gone, and what was not kept whole', () => {
    const made = notebook();
    made.cells[0].setSource('print("edited")');
    made.deleteCell(2);
    const cut = [ALL[0], fresh('b', 'print("b")', 'new', 5), ALL[2]];
    const accepted = acceptOutputs(made, cut, new Set(['a', 'b', 'c', 'd']));
    expect(accepted).toMatchObject({
      written: [],
      left: ['a', 'b', 'c', 'd'],
      undoItem: null
    });
    expect(texts(made)).toEqual(['old\n', 'old\n']);
    expect(canTakeBack(made, accepted)).toBe(false);
  });

  it('keeps the counts, also in the results', () => {
    const made = notebook();
    const result = {
      ...ALL[0],
      outputs: [
        {
          output_type: 'execute_result',
          execution_count: 1,
          data: { 'text/plain': '3' },
          metadata: {}
        }
      ]
    };
    acceptOutputs(made, [result], new Set(['a']));
    expect(made.cells[0].toJSON()).toMatchObject({
      execution_count: 7,
      outputs: [{ execution_count: 7 }]
    });
  });

  it('is one step of its own beside what was just typed', () => {
    const made = notebook();
    made.cells[1].setSource('print("b") ');
    acceptOutputs(made, ALL, new Set(['a']));
    made.undo();
    expect(texts(made)).toEqual(['old\n', 'old\n', 'old\n']);
    expect(made.cells[1].getSource()).toBe('print("b") ');
  });
});
