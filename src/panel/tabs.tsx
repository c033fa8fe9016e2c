import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { besides } from './notice';
import type { IRoom } from './room';

/** The id of a room's element, which its tab controls. */
export const roomElementId = (room: IRoom): string => `nb-refactor-${room.id}`;

/** The id of the tab of a room. */
export const tabElementId = (room: IRoom): string =>
  `nb-refactor-${room.id}-tab`;

/** The rooms as tabs. One stop for the Tab key; the arrow keys choose. */
export function RoomTabs(props: {
  rooms: readonly IRoom[];
  current: IRoom;
  choose(room: IRoom): void;
  trans: TranslationBundle;
}): JSX.Element {
  const { rooms, current, choose, trans } = props;
  const list = React.useRef<HTMLDivElement>(null);

  const onKeyDown = (event: React.KeyboardEvent) => {
    const to = chosenBy(event.key, rooms, current, isRightToLeft(list.current));
    if (to) {
      event.preventDefault();
      choose(to);
      list.current?.querySelector<HTMLElement>(`#${tabElementId(to)}`)?.focus();
    }
  };
  return (
    <div
      ref={list}
      className="nbr-Tabs"
      role="tablist"
      aria-label={trans.__('Notebook refactoring')}
      onKeyDown={onKeyDown}
    >
      {rooms.map(room => (
        <button
          key={room.id}
          id={tabElementId(room)}
          className={`nbr-Tab ${room === current ? 'nbr-mod-current' : ''}`}
          role="tab"
          aria-selected={room === current}
          aria-controls={room === current ? roomElementId(room) : undefined}
          tabIndex={room === current ? 0 : -1}
          title={room.caption}
          onClick={() => choose(room)}
        >
          <room.icon.react tag="span" elementSize="normal" />
          <span className="nbr-Tab-label">{room.label}</span>
          {room.count() > 0 && (
            <span className="nbr-Tab-count">{room.count()}</span>
          )}
        </button>
      ))}
    </div>
  );
}

function chosenBy(
  key: string,
  rooms: readonly IRoom[],
  current: IRoom,
  rightToLeft: boolean
): IRoom | undefined {
  const onward = rightToLeft ? -1 : 1;
  switch (key) {
    case 'ArrowRight':
      return besides(rooms, current, onward);
    case 'ArrowLeft':
      return besides(rooms, current, -onward);
    case 'Home':
      return rooms[0];
    case 'End':
      return rooms[rooms.length - 1];
  }
}

function isRightToLeft(element: Element | null): boolean {
  return element !== null && getComputedStyle(element).direction === 'rtl';
}
