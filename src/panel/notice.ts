import type { INotice, IRoom } from './room';
import { URGENCIES } from './room';

/**
 * The most urgent of what the rooms say; the first of several that are equally urgent. One that has
 * no action takes over that of the next.
 */
export function mostUrgent(
  notices: readonly (INotice | null)[]
): INotice | null {
  const place = (notice: INotice) => URGENCIES.indexOf(notice.urgency);
  const said = notices
    .filter(notice => notice !== null)
    .sort((a, b) => place(a) - place(b));
  if (!said.length || said.some(notice => notice.urgency === 'loading')) {
    return said[0] ?? null;
  }
  const action = said.find(notice => notice.action)?.action ?? null;
  return { ...said[0], action };
}

/** The rooms in their order. */
export function inOrder<R extends Pick<IRoom, 'rank'>>(
  rooms: readonly R[]
): R[] {
  return [...rooms].sort((a, b) => a.rank - b.rank);
}

/** The room beside one, `step` places further, round the ends. */
export function besides<R>(rooms: readonly R[], room: R, step: number): R {
  const { length } = rooms;
  return rooms[(rooms.indexOf(room) + step + length) % length];
}
