import { describe, expect, it } from 'vitest';

import type { Cell, CheckRequest } from '../messages';
import { RequestFailed } from '../request';
import { EditedChecks } from './edits';

const cell = (cell_id: string, source: string): Cell => ({ cell_id, source });

const A = cell('a', 'x = 1');
const B = cell('b', 'y = x');
const EXECUTIONS = [{ source: 'x = 1' }];

const document = (
  cells: Cell[],
  other: Partial<CheckRequest> = {}
): CheckRequest => ({
  path: 'a.ipynb',
  notebook: { cells, language: 'python' },
  executions: EXECUTIONS,
  ...other
});

/** A server that knows the last document that it was sent, and forgets it on demand. */
function server() {
  const report = { path: 'a.ipynb', seconds: 0, cells: [] };
  const state = {
    known: '',
    answers: () => undefined as void,
    got: [] as string[]
  };
  const checks = new EditedChecks({
    check: async ({ name, notebook }) => {
      state.answers();
      state.known = name ?? '';
      state.got.push(
        `all: ${notebook.cells.map(one => one.source).join('; ')}`
      );
      return report;
    },
    checkEdits: async ({ since, name, cells }) => {
      state.answers();
      if (since !== state.known) {
        throw new RequestFailed('rejected', 'Send all of it.', 409);
      }
      state.known = name;
      state.got.push(
        cells.map(one => `${one.place}: ${one.cell.source}`).join('; ')
      );
      return report;
    }
  });
  return { state, checks };
}

describe('EditedChecks', () => {
  it('sends the edited cells of a document that the server knows', async () => {
    const { state, checks } = server();
    await checks.check(document([A, B]));
    await checks.check(document([A, cell('b', 'y = x + 1')]));
    await checks.check(document([cell('a', 'x = 2'), cell('b', 'y')]));
    expect(state.got).toEqual([
      'all: x = 1; y = x',
      '1: y = x + 1',
      '0: x = 2; 1: y'
    ]);
  });

  it.each([
    ['another cell', document([A, B, cell('c', '')])],
    ['one cell less', document([A])],
    ['a run', document([A, B], { executions: [...EXECUTIONS] })],
    ['another place', document([A, B], { path: 'b.ipynb' })],
    [
      'another language',
      document([], { notebook: { cells: [A, B], language: 'julia' } })
    ]
  ])('sends all of it after %s', async (_, changed) => {
    const { state, checks } = server();
    await checks.check(document([A, B]));
    await checks.check(changed);
    expect(state.got[1]).toMatch(/^all: /);
  });

  it('sends all of it to a server that has forgotten it', async () => {
    const { state, checks } = server();
    await checks.check(document([A, B]));
    state.known = '';
    const edited = cell('b', 'y = 2');
    await checks.check(document([A, edited]));
    await checks.check(document([cell('a', 'x = 3'), edited]));
    expect(state.got.slice(1)).toEqual(['all: x = 1; y = 2', '0: x = 3']);
  });

  it('sends all of it after a failure, which it tells', async () => {
    const { state, checks } = server();
    await checks.check(document([A, B]));
    const failure = new RequestFailed('failed', 'No.', 500);
    state.answers = () => {
      throw failure;
    };
    const edited = document([A, cell('b', 'y = 2')]);
    await expect(checks.check(edited)).rejects.toBe(failure);
    state.answers = () => undefined;
    await checks.check(edited);
    expect(state.got[1]).toBe('all: x = 1; y = 2');
  });
});
