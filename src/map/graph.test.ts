import { expect, test } from 'vitest';

import type { Finding, NotebookMap, NotebookReport, State } from '../messages';
import { graphOf } from './graph';

const map = (
  ids: string,
  ...flows: [string, string, string][]
): NotebookMap => ({
  cells: [...ids].map((cell_id, at) => ({
    cell_id,
    number: at + 1,
    heading: '',
    lines: 1,
    defines: [],
    modules: []
  })),
  flows: flows.map(([source, target, names]) => ({
    source,
    target,
    names: names.split(' ')
  }))
});

const report = (
  cell_id: string,
  state: State,
  ...findings: Partial<Finding>[]
): NotebookReport => ({
  path: '',
  seconds: 0,
  cells: [
    {
      cell_id,
      state,
      execution_count: 1,
      findings: findings.map(finding => ({
        rule: 'out-of-order',
        severity: 'error',
        message: '',
        name: null,
        at: null,
        sources: [],
        mends: [],
        ...finding
      }))
    }
  ]
});

const NONE = new Map<string, string>();

test('a flow that a way over other cells tells already is implied', () => {
  const { edges } = graphOf(
    map('abc', ['a', 'b', 'x'], ['b', 'c', 'y'], ['a', 'c', 'x']),
    null,
    NONE
  );
  expect(edges.map(edge => edge.implied)).toEqual([false, false, true]);
});

test('hidden state is a link of its own, also against the order', () => {
  const { edges } = graphOf(
    map('abc', ['a', 'b', 'x']),
    report('b', 'hidden', { name: 'x', sources: ['c'] }),
    NONE
  );
  expect(edges).toContainEqual({
    source: 'c',
    target: 'b',
    names: ['x'],
    hidden: true,
    implied: false
  });
  expect(edges).toHaveLength(2);
});

test('a flow of a hidden value turns into a hidden link', () => {
  const { edges } = graphOf(
    map('ab', ['a', 'b', 'x y']),
    report('b', 'hidden', { name: 'x', sources: ['a'] }),
    NONE
  );
  expect(edges).toEqual([
    { source: 'a', target: 'b', names: ['x'], hidden: true, implied: false }
  ]);
});

test('what a deleted cell gave comes from a cell that is gone', () => {
  const { nodes, edges } = graphOf(
    map('a'),
    report('a', 'hidden', { name: 'warm', sources: ['deleted'] }),
    NONE
  );
  expect(nodes[0]).toEqual({
    id: 'gone:warm',
    cell: null,
    label: 'warm',
    state: null
  });
  expect(edges[0]).toMatchObject({ source: 'gone:warm', hidden: true });
});

test('hazards and cells that are as in a fresh run have no hidden links', () => {
  const whole = map('ab', ['a', 'b', 'x']);
  const links = (state: State, finding: Partial<Finding>) =>
    graphOf(whole, report('b', state, finding), NONE).edges.filter(
      edge => edge.hidden
    );
  expect(links('fresh', { name: 'x', sources: ['a'] })).toEqual([]);
  expect(links('hidden', { name: 'x', severity: 'info' })).toEqual([]);
  expect(links('hidden', { name: null, sources: ['a'] })).toEqual([]);
  expect(links('hidden', { name: 'x', sources: ['b'] })).toEqual([]);
});

test('cells are labelled by their first line of code', () => {
  const { nodes } = graphOf(map('a'), null, new Map([['a', '# one\n\nx = 1']]));
  expect(nodes[0].label).toBe('x = 1');
});
