import type { ISettingRegistry } from '@jupyterlab/settingregistry';

/** The settings of fresh runs; schema/reproduce.json describes them. */
export interface IRunSettings {
  /** A kernel is kept started for the next run. */
  keepKernelWarm: boolean;
  /** Runs take place in a copy of the project. */
  scratchCopy: boolean;
}

export const DEFAULTS: IRunSettings = {
  keepKernelWarm: false,
  scratchCopy: false
};

/** What the person set, with the defaults for the rest. */
export function readSettings(
  settings: ISettingRegistry.ISettings
): IRunSettings {
  const composite = settings.composite as Partial<IRunSettings>;
  return { ...DEFAULTS, ...composite };
}
