import type { CellChange, ISharedCell } from '@jupyter/ydoc';
import type { Cell } from '@jupyterlab/cells';
import type {
  INotebookTracker,
  Notebook,
  NotebookPanel
} from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';
import type { Message } from '@lumino/messaging';
import { MessageLoop } from '@lumino/messaging';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { IRefactorClient } from '../client';
import { pathOf, readNotebook } from '../document';
import type { IFinishedRun } from '../freshruns';
import { recorderOf } from '../recorder';
import type { KernelRecorder } from '../recorder';
import { EditedChecks } from './edits';
import { HiddenStateModel } from './model';
import type { IReading } from './model';
import { DEFAULTS } from './settings';

/** One open notebook: what its kernel runs is recorded, and while it is seen it is judged. */
export class NotebookWatch implements IDisposable {
  constructor(
    readonly panel: NotebookPanel,
    client: IRefactorClient,
    delay: number,
    private _isWanted: boolean
  ) {
    this._recorder = recorderOf(panel.sessionContext);
    this.model = new HiddenStateModel({
      client: new EditedChecks(client),
      delay,
      read: () => this._read()
    });
    this._recorder.changed.connect(this._onChanged, this);
    panel.disposed.connect(this.dispose, this);
    MessageLoop.installMessageHook(panel, this._hook);
    void this._start();
  }

  readonly model: HiddenStateModel;

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    MessageLoop.removeMessageHook(this.panel, this._hook);
    this._recorder.changed.disconnect(this._onChanged, this);
    this._follow(null);
    this.model.dispose();
    Signal.clearData(this);
  }

  private async _start(): Promise<void> {
    await this.panel.context.ready;
    if (this._isDisposed) {
      return;
    }
    this.panel.context.model.contentChanged.connect(this._onChanged, this);
    this.panel.context.pathChanged.connect(this._onChanged, this);
    const { content } = this.panel;
    content.activeCellChanged.connect(this._onActiveCellChanged, this);
    this._onActiveCellChanged(content, content.activeCell);
    this.model.schedule();
    this._look();
  }

  private async _read(): Promise<IReading> {
    const { basis, executions } = await this._recorder.read();
    // The document is read after the wait, so that it is the one of now.
    const { model } = this.panel.context;
    return {
      basis,
      request: {
        path: pathOf(this.panel),
        notebook: readNotebook(model, this._recorder.language),
        executions
      }
    };
  }

  /** Says whether anything shows how notebooks stand. */
  set isWanted(value: boolean) {
    this._isWanted = value;
    this._look();
  }

  /** A notebook behind another tab is not judged, nor one whose judgement nothing shows. */
  private _look(): void {
    const { panel } = this;
    this.model.active =
      this._isWanted && panel.isVisible && panel.context.isReady;
  }

  private readonly _hook = (_: unknown, message: Message): boolean => {
    if (message.type === 'after-show' || message.type === 'after-attach') {
      this._look();
    } else if (
      message.type === 'after-hide' ||
      message.type === 'before-detach'
    ) {
      this.model.active = false;
    }
    return true;
  };

  private _onChanged(): void {
    this.model.schedule();
  }

  private _onActiveCellChanged(_: Notebook, cell: Cell | null): void {
    this._follow(this._isDisposed ? null : (cell?.model.sharedModel ?? null));
  }

  /** Who types does so in the active cell. */
  private _follow(cell: ISharedCell | null): void {
    this._activeCell?.changed.disconnect(this._onCellChanged, this);
    this._activeCell = cell;
    cell?.changed.connect(this._onCellChanged, this);
  }

  private _onCellChanged(_: ISharedCell, change: CellChange): void {
    if (change.sourceChange) {
      this.model.edited();
    }
  }

  private _activeCell: ISharedCell | null = null;
  private _isDisposed = false;
  private readonly _recorder: KernelRecorder;
}

/** The watches of all open notebooks. */
export class NotebookWatches {
  constructor(
    private readonly _tracker: INotebookTracker,
    private readonly _client: IRefactorClient
  ) {
    _tracker.forEach(panel => this._add(panel));
    _tracker.widgetAdded.connect((_, panel) => this._add(panel));
    _tracker.currentChanged.connect(() => this._currentChanged.emit());
  }

  /** The watch of the notebook in front, or null. */
  get current(): NotebookWatch | null {
    const panel = this._tracker.currentWidget;
    return panel ? (this._watches.get(panel) ?? null) : null;
  }

  of(panel: NotebookPanel): NotebookWatch | null {
    return this._watches.get(panel) ?? null;
  }

  /** Emitted when another notebook comes to the front. */
  get currentChanged(): ISignal<this, void> {
    return this._currentChanged;
  }

  /** Emitted with the watch of a notebook that was checked. */
  get checked(): ISignal<this, NotebookWatch> {
    return this._checked;
  }

  forEach(visit: (watch: NotebookWatch) => void): void {
    this._watches.forEach(visit);
  }

  /** Tells the notebook of a fresh run what came of it. */
  learn(run: IFinishedRun): void {
    this.forEach(watch => {
      if (pathOf(watch.panel) === run.path) {
        watch.model.learn(run);
      }
    });
  }

  /** Sets how long all of them wait for more changes, in milliseconds. */
  setDelay(delay: number): void {
    this._delay = delay;
    this.forEach(watch => {
      watch.model.delay = delay;
    });
  }

  /** Says whether anything shows how notebooks stand: else none of them is checked. */
  setWanted(isWanted: boolean): void {
    this._isWanted = isWanted;
    this.forEach(watch => {
      watch.isWanted = isWanted;
    });
  }

  private _add(panel: NotebookPanel): void {
    const watch = new NotebookWatch(
      panel,
      this._client,
      this._delay,
      this._isWanted
    );
    this._watches.set(panel, watch);
    watch.model.changed.connect(() => this._checked.emit(watch));
    panel.disposed.connect(() => {
      this._watches.delete(panel);
    });
    this._currentChanged.emit();
  }

  private _delay = DEFAULTS.delay;
  private _isWanted = true;
  private readonly _watches = new Map<NotebookPanel, NotebookWatch>();
  private readonly _currentChanged = new Signal<this, void>(this);
  private readonly _checked = new Signal<this, NotebookWatch>(this);
}
