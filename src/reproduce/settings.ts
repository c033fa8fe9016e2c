/** The settings of fresh runs; schema/reproduce.json describes them. */
export interface IRunSettings {
  /** A kernel is kept started for the next run. */
  keepKernelWarm: boolean;
  /** Runs take place in a copy of the project. */
  scratchCopy: boolean;
  /** How far floating point numbers may be apart, of their value. */
  tolerance: number;
}

export const DEFAULTS: IRunSettings = {
  keepKernelWarm: false,
  scratchCopy: false,
  tolerance: 1e-6
};
