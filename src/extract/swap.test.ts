import { YNotebook } from '@jupyter/ydoc';
import type { YCodeCell } from '@jupyter/ydoc';
import { beforeEach, describe, expect, it } from 'vitest';

import { canSwap, swapCells, swapState, takeSwapBack } from './swap';

const OUTPUT = { output_type: 'stream', name: 'stdout', text: '3\n' };
const EDIT = { cell_id: 'b', before: 'print(1 + 2)', after: 'show()' };
const GONE = { cell_id: 'c', before: 'y = 2', after: null };

let notebook: YNotebook;

beforeEach(() => {
  notebook = YNotebook.create({ disableDocumentWideUndoRedo: true });
  for (const [id, source] of [
    ['a', 'x = 1'],
    ['b', 'print(1 + 2)'],
    ['c', 'y = 2'],
    ['d', 'z = 3']
  ]) {
    notebook.addCell({
      id,
      cell_type: 'code',
      source,
      metadata: { tags: ['kept'] },
      outputs: id === 'b' ? [OUTPUT] : [],
      execution_count: 7
    });
  }
  notebook.undoManager.clear();
});

const shown = () =>
  notebook.cells.map(cell => `${cell.getId()}: ${cell.getSource()}`);
const cell = (index: number) => notebook.getCell(index) as YCodeCell;
const original = ['a: x = 1', 'b: print(1 + 2)', 'c: y = 2', 'd: z = 3'];

/** What a run leaves behind; the kernel's outputs are no step of the user's. */
function run(index: number): void {
  notebook.transact(() => {
    cell(index).setOutputs([{ ...OUTPUT, text: 'new\n' }]);
    cell(index).execution_count = 9;
  }, false);
}

describe('swapCells', () => {
  it('puts the new version in the place of the old one, under its id', () => {
    swapCells(notebook, [EDIT]);
    expect(shown()).toEqual(['a: x = 1', 'b: show()', 'c: y = 2', 'd: z = 3']);
    expect(cell(1).getOutputs()).toEqual([]);
    expect(cell(1).execution_count).toBeNull();
    expect(cell(1).getMetadata()).toEqual({ tags: ['kept'] });
  });

  it('is one step to undo and to redo', () => {
    swapCells(notebook, [EDIT, GONE]);
    expect(shown()).toEqual(['a: x = 1', 'b: show()', 'd: z = 3']);
    expect(notebook.undoManager.undoStack).toHaveLength(1);
    notebook.undo();
    expect(shown()).toEqual(original);
    expect(cell(1).getOutputs()).toEqual([OUTPUT]);
    expect(cell(1).execution_count).toBe(7);
    notebook.redo();
    expect(shown()).toEqual(['a: x = 1', 'b: show()', 'd: z = 3']);
  });

  it('gives the old outputs alone back after the new cell has run', () => {
    swapCells(notebook, [EDIT]);
    run(1);
    notebook.undo();
    expect(cell(1).getOutputs()).toEqual([OUTPUT]);
    expect(cell(1).execution_count).toBe(7);
  });

  it('keeps the cell itself', () => {
    const old = cell(1);
    swapCells(notebook, [EDIT]);
    expect(cell(1)).toBe(old);
  });

  it('gives the new version back without the old outputs, whatever ran meanwhile', () => {
    swapCells(notebook, [EDIT, GONE]);
    for (let turn = 0; turn < 3; turn += 1) {
      run(1);
      notebook.undo();
      expect(shown()).toEqual(original);
      expect(cell(1).getOutputs()).toEqual([OUTPUT]);
      expect(cell(1).execution_count).toBe(7);
      run(1);
      notebook.redo();
      expect(shown()).toEqual(['a: x = 1', 'b: show()', 'd: z = 3']);
      expect(cell(1).getOutputs()).toEqual([]);
      expect(cell(1).execution_count).toBeNull();
    }
  });

  it('gives the old version alone back after something was typed into the new one', () => {
    swapCells(notebook, [EDIT]);
    cell(1).updateSource(5, 5, 'typed');
    notebook.undo();
    expect(shown()).toEqual(original);
    notebook.redo();
    expect(shown()[1]).toBe('b: show()');
  });

  it('leaves nothing to undo of what was typed into the old version', () => {
    cell(1).updateSource(0, 5, 'typed');
    cell(1).setSource(EDIT.before);
    swapCells(notebook, [EDIT]);
    expect(cell(1).undo()).toBe(false);
    expect(shown()[1]).toBe('b: show()');
    cell(1).updateSource(0, 4, 'draw');
    cell(1).undo();
    expect(shown()[1]).toBe('b: show()');
  });

  it('is one step of those of the whole notebook where it has one history', () => {
    const shared = YNotebook.create({ disableDocumentWideUndoRedo: false });
    shared.addCell({ id: 'b', cell_type: 'code', source: 'x = 1' });
    shared.undoManager.stopCapturing();
    shared.getCell(0).setSource(EDIT.before);
    swapCells(shared, [EDIT]);
    expect(shared.getCell(0).getSource()).toBe('show()');
    shared.undo();
    expect(shared.getCell(0).getSource()).toBe(EDIT.before);
    shared.undo();
    expect(shared.getCell(0).getSource()).toBe('x = 1');
  });

  it('keeps to its own step among others', () => {
    swapCells(notebook, [EDIT]);
    swapCells(notebook, [{ cell_id: 'd', before: 'z = 3', after: 'draw()' }]);
    run(1);
    notebook.undo();
    expect(shown()).toEqual(['a: x = 1', 'b: show()', 'c: y = 2', 'd: z = 3']);
    expect(cell(1).execution_count).toBe(9);
    notebook.undo();
    expect(shown()).toEqual(original);
    notebook.insertCell(0, { cell_type: 'code', id: 'new', source: 'n = 0' });
    notebook.undo();
    expect(shown()).toEqual(original);
  });

  it('does not join the step before it', () => {
    notebook.insertCell(0, { cell_type: 'code', id: 'new', source: 'n = 0' });
    swapCells(notebook, [EDIT]);
    notebook.undo();
    expect(shown()).toEqual(['new: n = 0', ...original]);
  });

  it('edits the right cells in any order', () => {
    swapCells(notebook, [
      { cell_id: 'd', before: 'z = 3', after: 'Z' },
      GONE,
      { cell_id: 'a', before: 'x = 1', after: 'X' }
    ]);
    expect(shown()).toEqual(['a: X', 'b: print(1 + 2)', 'd: Z']);
  });

  it('changes nothing where a cell was edited meanwhile', () => {
    cell(2).setSource('y = 22');
    expect(canSwap(notebook, [EDIT, GONE])).toBe(false);
    expect(() => swapCells(notebook, [EDIT, GONE])).toThrow();
    expect(shown()).toEqual([
      'a: x = 1',
      'b: print(1 + 2)',
      'c: y = 22',
      'd: z = 3'
    ]);
  });

  it('changes nothing where a cell is gone', () => {
    notebook.deleteCell(1);
    expect(canSwap(notebook, [EDIT])).toBe(false);
  });
});

describe('takeSwapBack', () => {
  it('brings the old cells back by undo, so that redo still works', () => {
    const swap = swapCells(notebook, [EDIT, GONE]);
    run(1);
    expect(swapState(notebook, swap)).toBe('swapped');
    takeSwapBack(notebook, swap);
    expect(shown()).toEqual(original);
    expect(swapState(notebook, swap)).toBe('original');
    notebook.redo();
    expect(swapState(notebook, swap)).toBe('swapped');
  });

  it('brings them back where other cells were added and moved since', () => {
    const swap = swapCells(notebook, [EDIT, GONE]);
    notebook.insertCell(0, { cell_type: 'code', id: 'new', source: 'n = 0' });
    notebook.moveCell(2, 0);
    takeSwapBack(notebook, swap);
    expect(shown()).toEqual([
      'b: print(1 + 2)',
      'c: y = 2',
      'new: n = 0',
      'a: x = 1',
      'd: z = 3'
    ]);
    expect(cell(0).getOutputs()).toEqual([OUTPUT]);
    notebook.undo();
    expect(shown()).toEqual([
      'b: show()',
      'new: n = 0',
      'a: x = 1',
      'd: z = 3'
    ]);
  });

  it('leaves cells alone that were edited since', () => {
    const swap = swapCells(notebook, [EDIT]);
    cell(1).setSource('show(1)');
    expect(swapState(notebook, swap)).toBe('touched');
    takeSwapBack(notebook, swap);
    expect(cell(1).getSource()).toBe('show(1)');
  });

  it('knows that the person undid it already', () => {
    const swap = swapCells(notebook, [EDIT, GONE]);
    notebook.undo();
    expect(swapState(notebook, swap)).toBe('original');
  });
});
