import type { TranslationBundle } from '@jupyterlab/translation';
import { PromiseDelegate } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { IRefactorClient } from '../client';
import type { ReproduceRequest, RunResponse } from '../messages';
import { RequestFailed } from '../request';

/** All that is known of one top-to-bottom run. */
export interface RunView {
  /** '' as long as the server has not taken the run. */
  readonly runId: string;
  /** `lost`: the server does not know the run any more. */
  readonly state: 'starting' | RunResponse['state'] | 'lost';
  readonly run: RunResponse | null;
  /** Why there is no news, or ''. */
  readonly message: string;
  readonly cancelling: boolean;
  /** The ids of the cells whose new outputs were accepted. */
  readonly accepted: ReadonlySet<string>;
}

export interface RunModelOptions {
  client: Pick<IRefactorClient, 'reproduce' | 'run' | 'cancel'>;
  /** The notebook's path on the server. */
  path: string;
  trans: TranslationBundle;
  /** How often (ms) the server is asked where it sends no events. */
  interval?: number;
}

/** One notebook's run in a fresh kernel: started, followed to its end, cancelled. */
export class RunModel {
  constructor(private readonly options: RunModelOptions) {}

  get view(): RunView {
    return this._view;
  }

  get changed(): ISignal<this, RunView> {
    return this._changed;
  }

  /** Emitted when the server has taken a run. */
  get started(): ISignal<this, void> {
    return this._started;
  }

  get path(): string {
    return this.options.path;
  }

  get isRunning(): boolean {
    return isRunning(this._view.state);
  }

  /** Starts a run of the document and follows it; settles at its end. */
  async start(
    document:
      Omit<ReproduceRequest, 'path'> | Promise<Omit<ReproduceRequest, 'path'>>
  ): Promise<void> {
    const { client, path } = this.options;
    const attempt = (this._attempt += 1);
    this._update({ ...IDLE, state: 'starting' });
    try {
      const started = await client.reproduce({ path, ...(await document) });
      if (attempt === this._attempt) {
        this._update({ runId: started.run_id, state: 'queued' });
        this._started.emit();
        await this._follow(attempt);
      }
    } catch (error) {
      this._fail(attempt, error);
    }
  }

  /** Follows a run that goes on already, or shows one that has ended. */
  async attach(runId: string): Promise<void> {
    const attempt = (this._attempt += 1);
    this._update({ ...IDLE, runId, state: 'queued' });
    await this._follow(attempt);
  }

  /** Ends the run and its kernel. */
  async cancel(): Promise<void> {
    const { runId, state } = this._view;
    if (!runId || !isRunning(state)) {
      return;
    }
    this._update({ cancelling: true });
    try {
      this._take(await this.options.client.cancel(runId));
    } catch (error) {
      this._update({ cancelling: false, message: sentence(error) });
    }
    this.wake(runId);
  }

  /** Says that the new outputs of these cells were accepted, or that this was undone. */
  mark(cellIds: readonly string[], accepted: boolean): void {
    const marked = new Set(this._view.accepted);
    cellIds.forEach(id => (accepted ? marked.add(id) : marked.delete(id)));
    this._update({ accepted: marked });
  }

  /** There is news of the run: ask now, not later. */
  wake(runId: string): void {
    if (runId === this._view.runId) {
      this._news.resolve();
    }
  }

  dispose(): void {
    this._attempt += 1;
    this._news.resolve();
    Signal.clearData(this);
  }

  private async _follow(attempt: number): Promise<void> {
    while (attempt === this._attempt && isRunning(this._view.state)) {
      this._news = new PromiseDelegate<void>();
      try {
        const run = await this.options.client.run(this._view.runId);
        if (attempt === this._attempt) {
          this._take(run);
        }
      } catch (error) {
        this._fail(attempt, error);
      }
      if (isRunning(this._view.state)) {
        await within(this.options.interval ?? 400, this._news.promise);
      }
    }
  }

  private _take(run: RunResponse): void {
    // An answer that was on its way when the run was cancelled does not start it again.
    if (this._view.state !== 'starting' && !isRunning(this._view.state)) {
      return;
    }
    const over = !isRunning(run.state);
    this._update({
      run,
      state: run.state,
      message: '',
      cancelling: over ? false : this._view.cancelling
    });
  }

  /** A server that does not answer may come back; one that says no has forgotten the run. */
  private _fail(attempt: number, error: unknown): void {
    if (attempt !== this._attempt) {
      return;
    }
    const message = sentence(error);
    if (!this._view.runId) {
      this._update({ state: 'failed', message });
    } else if (error instanceof RequestFailed && error.reason === 'rejected') {
      this._update({ state: 'lost', message, cancelling: false });
    } else {
      this._update({ message });
    }
  }

  private _update(changes: Partial<RunView>): void {
    this._view = { ...this._view, ...changes };
    this._changed.emit(this._view);
  }

  private _view: RunView = IDLE;
  private _attempt = 0;
  private _news = new PromiseDelegate<void>();
  private readonly _started = new Signal<this, void>(this);
  private readonly _changed = new Signal<this, RunView>(this);
}

const IDLE: RunView = {
  runId: '',
  state: 'lost',
  run: null,
  message: '',
  cancelling: false,
  accepted: new Set()
};

export function isRunning(state: RunView['state']): boolean {
  return state === 'starting' || state === 'queued' || state === 'running';
}

async function within(delay: number, news: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const rest = new Promise<void>(resolve => {
    timer = setTimeout(resolve, delay);
  });
  await Promise.race([news, rest]);
  clearTimeout(timer);
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
