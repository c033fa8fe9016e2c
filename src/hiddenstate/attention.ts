import type { IStatusBar } from '@jupyterlab/statusbar';
import type { Message } from '@lumino/messaging';
import { MessageLoop } from '@lumino/messaging';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';

import type { IRefactorPanel } from '../panel/room';
import type { ISettings } from './settings';

/**
 * Whether anything shows how notebooks stand: marks and underlines in the notebook, the panel, the
 * status bar. Where nothing does, or the page itself is not seen, nothing is asked of the server.
 */
export class Attention {
  constructor(
    private readonly _panel: IRefactorPanel,
    statusBar: IStatusBar | null,
    private _settings: ISettings
  ) {
    this._statusBar = statusBar instanceof Widget ? statusBar : null;
    if (this._statusBar) {
      MessageLoop.installMessageHook(this._statusBar, this._hook);
    }
    _panel.visibleChanged.connect(() => this._changed.emit());
    document.addEventListener('visibilitychange', () => this._changed.emit());
  }

  /** Emitted when it may have come or gone. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isPaid(): boolean {
    const { marks, underlines, statusBar } = this._settings;
    const isShown =
      marks ||
      underlines ||
      this._panel.isVisible ||
      (statusBar && !!this._statusBar?.isVisible);
    return isShown && document.visibilityState !== 'hidden';
  }

  /** Takes new settings over. */
  apply(settings: ISettings): void {
    this._settings = settings;
    this._changed.emit();
  }

  private readonly _hook = (_: unknown, message: Message): boolean => {
    if (message.type === 'after-show' || message.type === 'after-hide') {
      this._changed.emit();
    }
    return true;
  };

  private readonly _statusBar: Widget | null;
  private readonly _changed = new Signal<this, void>(this);
}
