import type { LabIcon } from '@jupyterlab/ui-components';
import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import type { ReactElement } from 'react';

/**
 * What a notice is about, the most urgent first. The panel's header shows the first notice; where it
 * has no action of its own, the action of the next one that has.
 */
export const URGENCIES = [
  'running',
  'obstacle',
  'hidden',
  'different',
  'reproduced',
  'fresh',
  'nothing_ran',
  'unproven',
  'extractable',
  'loading'
] as const;

export type Urgency = (typeof URGENCIES)[number];

/** How a statement looks. */
export type Tone = 'good' | 'bad' | 'warning' | 'neutral';

/** The one next thing to do. */
export interface IAction {
  label: string;
  /** What it does, in a sentence, for who points at it. */
  caption: string;
  execute(): void;
}

/** How the notebook in front stands, as one room sees it. */
export interface INotice {
  urgency: Urgency;
  tone: Tone;
  /** One line. */
  text: string;
  action: IAction | null;
}

/** A notice whose action is told by its name: the room knows how to do it. */
export type NoticeOf<Step extends string> = Omit<INotice, 'action'> & {
  next: Step | null;
};

/** One room of the panel. It follows the notebook in front. */
export interface IRoom {
  /** `nb-refactor-ID` is the id of the room's element, `nb-refactor:open-ID` the command. */
  readonly id: string;
  readonly label: string;
  /** The label of the command that opens the panel on the room. */
  readonly openLabel: string;
  /** What the room tells, in a sentence. */
  readonly caption: string;
  readonly icon: LabIcon;
  /** The place among the rooms. */
  readonly rank: number;
  /** Emitted when the room has something else to show. */
  readonly changed: ISignal<unknown, unknown>;
  /** How many things wait in the room; 0 shows nothing. */
  count(): number;
  /** What the room says in the header, or null. */
  notice(): INotice | null;
  /** Looks again, where that makes sense. */
  refresh?(): void;
  /** Says whether anybody looks at the room: a room that nobody looks at costs nothing. */
  look?(seen: boolean): void;
  render(): ReactElement;
}

/** The one panel of nb_refactor, with a room for each of its jobs. */
export interface IRefactorPanel {
  readonly isVisible: boolean;
  /** Emitted when the panel was opened or closed. */
  readonly visibleChanged: ISignal<unknown, void>;
  addRoom(room: IRoom): void;
  /** Opens the panel on a room. */
  show(roomId: string): void;
}

export const IRefactorPanel = new Token<IRefactorPanel>(
  'nb-refactor:IRefactorPanel',
  'The panel of nb_refactor: a plugin adds its room to it.'
);
