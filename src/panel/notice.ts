import type { IAction, INotice, IRoom, NoticeOf } from './room';
import { URGENCIES } from './room';
import type { Urgency } from './room';

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

/** The notice with its action. */
export function withAction<Step extends string>(
  { next, ...notice }: NoticeOf<Step>,
  actions: Readonly<Record<Step, IAction>>
): INotice {
  return { ...notice, action: next && actions[next] };
}

/** A notice that needs no attention. */
export function quiet(urgency: Urgency, text: string): NoticeOf<never> {
  return { urgency, tone: 'neutral', text, next: null };
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
