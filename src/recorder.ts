import type { ISessionContext } from '@jupyterlab/apputils';
import type { Kernel } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { HistoryEntry } from './executions';
import { ExecutionRecord } from './executions';
import { plainLanguage } from './language';
import type { Execution } from './messages';

/** How long a history that does not come may hold an answer back, in milliseconds. */
const PATIENCE = 2000;

/** What is known of the kernel: its history; that it is empty; nothing yet, as it is busy; no kernel. */
export type Basis = 'history' | 'nothing_ran' | 'busy' | 'no_kernel';

/**
 * The recorder of a notebook's kernel, for as long as the notebook is open. All who ask get the same
 * one: it has heard what ran from the notebook's opening on, and tells all of them the same.
 */
export function recorderOf(context: ISessionContext): KernelRecorder {
  let recorder = RECORDERS.get(context);
  if (!recorder) {
    recorder = new KernelRecorder(context);
    RECORDERS.set(context, recorder);
    context.disposed.connect(recorder.dispose, recorder);
  }
  return recorder;
}

const RECORDERS = new WeakMap<ISessionContext, KernelRecorder>();

/** Records what the kernel of one notebook runs. */
export class KernelRecorder implements IDisposable {
  constructor(context: ISessionContext) {
    context.kernelChanged.connect(this._onKernelChanged, this);
    context.statusChanged.connect(this._onStatusChanged, this);
    context.connectionStatusChanged.connect(this._onConnection, this);
    this._attach(context.session?.kernel ?? null);
  }

  /** Emitted when there is more to tell, and when the kernel comes, goes or starts anew. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** The language of the kernel; '' as long as it is not known. */
  get language(): string {
    return this._language;
  }

  /** Whether there is a kernel whose state could be hidden. */
  get hasKernel(): boolean {
    const status = this._kernel?.status;
    return !!this._kernel && status !== 'dead' && status !== 'terminating';
  }

  /**
   * What the kernel ran, in its order. Where there is none, or a busy one has not told its history
   * yet, or it has run nothing, there is a basis and no executions.
   */
  async read(): Promise<{ basis: Basis; executions: Execution[] | null }> {
    if (!this.hasKernel) {
      return { basis: 'no_kernel', executions: null };
    }
    await this._fillIn();
    if (!this._record.isComplete) {
      return { basis: 'busy', executions: null };
    }
    const executions = this._record.executions();
    return executions.length > 0
      ? { basis: 'history', executions }
      : { basis: 'nothing_ran', executions: null };
  }

  dispose(): void {
    this._isDisposed = true;
    this._attach(null);
    Signal.clearData(this);
  }

  /** Asks the kernel for its history where the browser has not heard all of it. */
  private async _fillIn(): Promise<void> {
    const kernel = this._kernel;
    const record = this._record;
    // A busy kernel answers when it is done; by then there is another call.
    if (!kernel || !record.needsHistory || kernel.status !== 'idle') {
      return;
    }
    this._asking ??= within(PATIENCE, history(kernel)).finally(() => {
      this._asking = null;
    });
    const entries = await this._asking;
    if (entries && record === this._record) {
      record.learn(entries);
    }
  }

  private _attach(kernel: Kernel.IKernelConnection | null): void {
    if (kernel === this._kernel) {
      return;
    }
    this._kernel?.anyMessage.disconnect(this._onMessage, this);
    this._kernel = kernel;
    this._asking = null;
    this._language = '';
    Signal.disconnectBetween(this._record, this);
    this._record = new ExecutionRecord();
    this._record.changed.connect(this._onRecordChanged, this);
    this._onRecordChanged();
    if (!kernel) {
      return;
    }
    kernel.anyMessage.connect(this._onMessage, this);
    void this._learnLanguage(kernel);
  }

  private async _learnLanguage(
    kernel: Kernel.IKernelConnection
  ): Promise<void> {
    const info = await kernel.info.catch(() => null);
    if (info && kernel === this._kernel) {
      this._language = plainLanguage(info.language_info.name);
      this._changed.emit();
    }
  }

  private _onKernelChanged(context: ISessionContext): void {
    this._attach(context.session?.kernel ?? null);
  }

  private _onMessage(
    _: Kernel.IKernelConnection,
    args: Kernel.IAnyMessageArgs
  ): void {
    this._record.observe(args);
  }

  private _onStatusChanged(_: ISessionContext, status: Kernel.Status): void {
    if (
      status === 'restarting' ||
      status === 'autorestarting' ||
      status === 'dead'
    ) {
      this._record.clear();
    } else if (status === 'idle' && this._record.needsHistory) {
      this._changed.emit();
    }
  }

  private _onConnection(
    _: ISessionContext,
    status: Kernel.ConnectionStatus
  ): void {
    if (status !== 'connected') {
      this._record.doubt();
    }
  }

  private _onRecordChanged(): void {
    if (!this._isDisposed) {
      this._changed.emit();
    }
  }

  private _kernel: Kernel.IKernelConnection | null = null;
  private _language = '';
  private _asking: Promise<HistoryEntry[] | null> | null = null;
  private _isDisposed = false;
  private _record = new ExecutionRecord();
  private readonly _changed = new Signal<this, void>(this);
}

/** The kernel's history of its current session; null where it keeps none. */
async function history(
  kernel: Kernel.IKernelConnection
): Promise<HistoryEntry[] | null> {
  try {
    const reply = await kernel.requestHistory({
      hist_access_type: 'range',
      session: 0,
      start: 1,
      stop: 1_000_000,
      raw: true,
      output: false
    });
    if (reply.content.status !== 'ok') {
      return null;
    }
    return reply.content.history.map(
      ([, count, source]) => [Number(count), String(source)] as const
    );
  } catch {
    // The kernel went away: its history is of no use any more.
    return null;
  }
}

/** The promise's value, or null when it takes longer than `milliseconds`. */
async function within<T>(
  milliseconds: number,
  promise: Promise<T | null>
): Promise<T | null> {
  let timer = 0;
  const late = new Promise<null>(resolve => {
    timer = window.setTimeout(() => resolve(null), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    window.clearTimeout(timer);
  }
}
