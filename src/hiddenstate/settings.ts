import type { IMarkSettings } from './marks';

/** The settings of hidden state; schema/hiddenstate.json describes them. */
export interface ISettings extends IMarkSettings {
  /** How long to wait for more changes before a check, in milliseconds. */
  delay: number;
  /** Whether the status bar tells how the notebook in front stands. */
  statusBar: boolean;
}

export const DEFAULTS: ISettings = {
  marks: true,
  underlines: true,
  hazards: true,
  delay: 0,
  statusBar: true
};
