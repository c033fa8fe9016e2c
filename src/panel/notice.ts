import type { INotice, IRoom } from './room';
import { URGENCIES } from './room';

/** The most urgent of what the rooms say; the first of several that are equally urgent. */
export function mostUrgent(
  notices: readonly (INotice | null)[]
): INotice | null {
  const place = (notice: INotice) => URGENCIES.indexOf(notice.urgency);
  return notices
    .filter(notice => notice !== null)
    .reduce<INotice | null>(
      (best, next) => (!best || place(next) < place(best) ? next : best),
      null
    );
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
