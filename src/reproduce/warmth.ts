import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';

import type { IRefactorClient } from '../client';
import { pathOf } from '../document';
import type { WarmRequest } from '../messages';

/** Asks the server for a kernel that is ready when the notebook in front is run. */
export class Warmth {
  constructor(
    private readonly _notebooks: INotebookTracker,
    private readonly _client: Pick<IRefactorClient, 'warm' | 'cool'>
  ) {
    _notebooks.currentChanged.connect((_, panel) => void this._warm(panel));
  }

  /** Whether a kernel is to be kept. */
  set isOn(on: boolean) {
    if (on === this._isOn) {
      return;
    }
    this._isOn = on;
    if (on) {
      void this._warm(this._notebooks.currentWidget);
    } else {
      void quietly(this._client.cool());
    }
  }

  private async _warm(panel: NotebookPanel | null): Promise<void> {
    await panel?.context.ready;
    if (this._isOn && panel && !panel.isDisposed) {
      await quietly(this._client.warm(wishOf(panel)));
    }
  }

  private _isOn = false;
}

/** The kernel that the server would start for this document. */
function wishOf(panel: NotebookPanel): WarmRequest {
  const model = panel.content.model;
  const spec = model?.getMetadata('kernelspec') as
    Record<string, string> | undefined;
  const info = model?.getMetadata('language_info') as
    Record<string, string> | undefined;
  return {
    path: pathOf(panel),
    kernel: spec?.name || null,
    language: String(spec?.language || info?.name || '').toLowerCase()
  };
}

/** A kernel that is not warm makes the next run slower, and nothing else. */
async function quietly(asked: Promise<unknown>): Promise<void> {
  try {
    await asked;
  } catch {
    // The next run starts its own.
  }
}
