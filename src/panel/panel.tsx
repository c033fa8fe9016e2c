import { ReactWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { refreshIcon } from '@jupyterlab/ui-components';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import * as React from 'react';

import { Emissions, Live } from '../live';
import { inOrder, mostUrgent } from './notice';
import type { INotice, IRoom } from './room';
import { Roving } from './roving';
import { RoomTabs, roomElementId, tabElementId } from './tabs';

/** How often the header is drawn anew: "2 minutes ago" must not stand still. In milliseconds. */
const TICK = 20_000;

/** The panel in the right sidebar: how the notebook in front stands, and the rooms. */
export class RefactorPanel extends ReactWidget {
  constructor(private readonly _trans: TranslationBundle) {
    super();
    this.id = 'nb-refactor-panel';
    this.addClass('nbr-Panel');
  }

  /** Emitted when another room was chosen. */
  get roomChanged(): ISignal<this, string> {
    return this._roomChanged;
  }

  /** Emitted when the panel was opened or closed. */
  get visibleChanged(): ISignal<this, void> {
    return this._visibleChanged;
  }

  get roomId(): string {
    return this._roomId;
  }
  set roomId(id: string) {
    if (id !== this._roomId) {
      this._roomId = id;
      this._look();
      this._drawn.emit();
      this._roomChanged.emit(id);
    }
  }

  addRoom(room: IRoom): void {
    this._rooms = inOrder([...this._rooms, room]);
    room.changed.connect(this._onChanged, this);
    this._look();
    this._drawn.emit();
  }

  dispose(): void {
    clearInterval(this._timer);
    Signal.clearData(this);
    super.dispose();
  }

  protected onAfterShow(): void {
    this._look();
    this._visibleChanged.emit();
    this._drawn.emit();
    clearInterval(this._timer);
    this._timer = setInterval(() => this._drawn.emit(), TICK);
  }

  protected onBeforeHide(): void {
    clearInterval(this._timer);
  }

  protected onAfterHide(): void {
    this._look();
    this._visibleChanged.emit();
  }

  /** The keyboard goes to the tabs, from where the rest of the panel is one key away. */
  protected onActivateRequest(): void {
    const room = this._current();
    if (room) {
      this.node.querySelector<HTMLElement>(`#${tabElementId(room)}`)?.focus();
    }
  }

  protected render(): JSX.Element {
    return <Live emissions={this._emissions}>{() => this._draw()}</Live>;
  }

  private _draw(): JSX.Element {
    const room = this._current();
    if (!room) {
      return <></>;
    }
    return (
      <Rooms
        rooms={this._rooms}
        current={room}
        choose={chosen => {
          this.roomId = chosen.id;
        }}
        trans={this._trans}
      />
    );
  }

  private _current(): IRoom | undefined {
    return this._rooms.find(room => room.id === this._roomId) ?? this._rooms[0];
  }

  private _look(): void {
    const current = this._current();
    this._rooms.forEach(room =>
      room.look?.(this.isVisible && room === current)
    );
  }

  /** Nothing is drawn while the panel is closed. */
  private _onChanged(): void {
    if (this.isVisible) {
      this._drawn.emit();
    }
  }

  private _rooms: readonly IRoom[] = [];
  private _roomId = '';
  private _timer: ReturnType<typeof setInterval> | undefined;
  private readonly _drawn = new Signal<this, void>(this);
  private readonly _emissions = new Emissions(this._drawn);
  private readonly _roomChanged = new Signal<this, string>(this);
  private readonly _visibleChanged = new Signal<this, void>(this);
}

function Rooms(props: {
  rooms: readonly IRoom[];
  current: IRoom;
  choose(room: IRoom): void;
  trans: TranslationBundle;
}): JSX.Element {
  const { rooms, current, choose, trans } = props;
  const notice = mostUrgent(rooms.map(room => room.notice()));
  return (
    <>
      <Standing notice={notice} trans={trans}>
        {current.refresh && (
          <button
            className="nbr-Panel-refresh jp-ToolbarButtonComponent jp-mod-minimal jp-Button"
            title={trans.__('Check now')}
            aria-label={trans.__('Check now')}
            onClick={() => current.refresh?.()}
          >
            <refreshIcon.react tag="span" elementSize="normal" />
          </button>
        )}
      </Standing>
      <RoomTabs rooms={rooms} current={current} choose={choose} trans={trans} />
      <div
        key={current.id}
        id={roomElementId(current)}
        className="nbr-Room"
        role="tabpanel"
        aria-labelledby={tabElementId(current)}
      >
        <Roving className="nbr-Room-content">{current.render()}</Roving>
      </div>
    </>
  );
}

/** One line how the notebook stands, and the one next action. */
function Standing(props: {
  notice: INotice | null;
  children: React.ReactNode;
  trans: TranslationBundle;
}): JSX.Element {
  const { notice, children, trans } = props;
  return (
    <div className={`nbr-Standing nbr-mod-${notice?.tone ?? 'neutral'}`}>
      <div className="nbr-Standing-line">
        <p className="nbr-Standing-text" role="status">
          {notice?.text ?? trans.__('Open a notebook to see how it stands.')}
        </p>
        {children}
      </div>
      {notice?.action && (
        <button
          className="nbr-Standing-action jp-mod-styled jp-mod-accept"
          title={notice.action.caption}
          onClick={() => notice.action?.execute()}
        >
          {notice.action.label}
        </button>
      )}
    </div>
  );
}
