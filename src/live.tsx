import type { ISignal } from '@lumino/signaling';
import * as React from 'react';

/** How often a signal was emitted: what React needs to draw again when it is. */
export class Emissions {
  constructor(signal: ISignal<unknown, unknown>) {
    signal.connect(() => {
      this._count++;
      this._draws.forEach(draw => draw());
    });
  }

  readonly count = (): number => this._count;

  readonly subscribe = (draw: () => void): (() => void) => {
    this._draws.add(draw);
    return () => void this._draws.delete(draw);
  };

  private _count = 0;
  private readonly _draws = new Set<() => void>();
}

/**
 * Draws again in the very turn in which a signal is emitted, so that all that follows from it is
 * painted at once. (JupyterLab's `UseSignal` draws in a turn of its own, which may come only after
 * the next frame.)
 */
export function Live(props: {
  emissions: Emissions;
  children(): React.ReactNode;
}): JSX.Element {
  const { emissions, children } = props;
  React.useSyncExternalStore(emissions.subscribe, emissions.count);
  return <>{children()}</>;
}
