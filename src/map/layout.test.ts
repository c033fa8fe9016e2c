import { expect, test } from 'vitest';

import type { IEdge, IGraph } from './graph';
import { labelPlaces, layoutOf, NODE, pathThrough } from './layout';

const graph = (count: number, edges: [number, number][]): IGraph => ({
  nodes: Array.from({ length: count }, (_, id) => ({
    id: String(id),
    cell: null,
    label: '',
    state: null
  })),
  edges: edges.map(([source, target]): IEdge => ({
    source: String(source),
    target: String(target),
    names: ['x'],
    hidden: false,
    implied: target - source > 1
  }))
});

test('names flow down, and no two cells overlap, also in a large notebook', async () => {
  const edges = Array.from({ length: 180 }, (_, at): [number, number] => {
    const source = (at * 7) % 80;
    return [source, source + 1 + ((at * 3) % (99 - source))];
  });
  const { nodes, edges: lines } = await layoutOf(graph(100, edges), true);
  expect(nodes).toHaveLength(100);
  const places = new Map(nodes.map(({ node, x, y }) => [node.id, { x, y }]));
  for (const { edge } of lines) {
    expect(places.get(edge.source)!.y).toBeLessThan(places.get(edge.target)!.y);
  }
  for (const a of nodes) {
    for (const b of nodes) {
      const overlap =
        a !== b &&
        Math.abs(a.x - b.x) < NODE.width &&
        Math.abs(a.y - b.y) < NODE.height;
      expect(overlap).toBe(false);
    }
  }
});

test('what is implied is left out, unless it is asked for', async () => {
  const three = graph(3, [
    [0, 1],
    [1, 2],
    [0, 2]
  ]);
  expect((await layoutOf(three, false)).edges).toHaveLength(2);
  expect((await layoutOf(three, true)).edges).toHaveLength(3);
});

test('cells on their own lie below, in rows', async () => {
  const { nodes, aloneFrom, height } = await layoutOf(
    graph(12, [[0, 1]]),
    false
  );
  const alone = nodes.filter(({ node }) => Number(node.id) > 1);
  expect(alone.every(({ y }) => y > aloneFrom && y < height)).toBe(true);
  expect(new Set(alone.map(({ y }) => y)).size).toBeGreaterThan(1);
});

test('a notebook of no flows, and an empty one, have a map too', async () => {
  expect((await layoutOf(graph(2, []), false)).nodes).toHaveLength(2);
  expect((await layoutOf(graph(0, []), false)).nodes).toHaveLength(0);
});

test('a path begins and ends where its edge does', () => {
  const path = pathThrough([
    { x: 1, y: 2 },
    { x: 5, y: 6 }
  ]);
  expect(path).toBe('M1,2C1,4 5,4 5,6');
  expect(pathThrough([{ x: 1, y: 2 }])).toBe('');
});

test('labels that would lie on each other are moved apart', () => {
  const at = (x: number, y: number) => [{ x, y }];
  const places = labelPlaces([
    { text: 'features', points: at(0, 50) },
    { text: 'test, train', points: at(20, 50) },
    { text: 'alpha', points: at(300, 50) }
  ]);
  expect(places.map(({ y }) => y)).toEqual([54, 66, 54]);
});
