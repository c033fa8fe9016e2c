import { expect, test } from 'vitest';

import { besides, inOrder, mostUrgent } from './notice';
import type { INotice, Urgency } from './room';

const notice = (urgency: Urgency): INotice => ({
  urgency,
  tone: 'neutral',
  text: urgency,
  action: null
});

test('the header shows what is most urgent', () => {
  const said = (...urgencies: Urgency[]) =>
    mostUrgent(urgencies.map(notice))?.text;
  expect(said('fresh', 'hidden', 'reproduced')).toBe('hidden');
  expect(said('fresh', 'reproduced')).toBe('reproduced');
  expect(said('hidden', 'running')).toBe('running');
  expect(mostUrgent([null, notice('fresh'), null])?.text).toBe('fresh');
  expect(mostUrgent([null])).toBeNull();
});

test('what has no action takes over the next one', () => {
  const action = { label: 'Do', caption: '', execute: () => undefined };
  const next = { ...notice('unproven'), action };
  expect(mostUrgent([notice('fresh'), next])).toMatchObject({
    text: 'fresh',
    action: { label: 'Do' }
  });
  expect(
    mostUrgent([notice('fresh'), next, notice('loading')])?.action
  ).toBeNull();
});

test('rooms lie by rank, and the arrow keys go round', () => {
  const rooms = inOrder([{ rank: 3 }, { rank: 1 }, { rank: 2 }]);
  expect(rooms.map(room => room.rank)).toEqual([1, 2, 3]);
  expect(besides(rooms, rooms[2], 1)).toBe(rooms[0]);
  expect(besides(rooms, rooms[0], -1)).toBe(rooms[2]);
});
