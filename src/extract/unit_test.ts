import { Debouncer } from '@lumino/polling';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { ChangeSet, UnitTests } from '../messages';
import type { FreshRun } from './fresh_run';
import type { ExtractModel } from './model';

/** What is known of the unit tests of the preview that is shown. */
export type UnitTestState =
  /** None are wanted, or there is nothing to be tested. */
  | { kind: 'none' }
  /** The notebook runs; `total` is 0 while the kernel starts. */
  | { kind: 'running'; done: number; total: number }
  | { kind: 'made'; unitTests: UnitTests }
  | { kind: 'failed'; message: string };

export interface UnitTestModelOptions {
  /** What is to be tested. */
  preview: Pick<ExtractModel, 'state' | 'changed'>;
  isWanted: boolean;
  /** Keeps the choice for the next time. */
  remember(isWanted: boolean): void;
  /** Begins to make the tests of a change set. */
  run(changes: ChangeSet, module: string): FreshRun<UnitTests>;
  /** How long (ms) the preview must rest before a kernel is started for it. */
  delay?: number;
}

/**
 * The unit tests of what the dialog shows: made again whenever the preview is another one, while they
 * are wanted. Nobody waits for them; a change set without them is as good.
 */
export class UnitTestModel {
  constructor(private readonly options: UnitTestModelOptions) {
    this._isWanted = options.isWanted;
    this._debouncer = new Debouncer(() => this._run(), options.delay ?? 700);
    options.preview.changed.connect(this._follow, this);
  }

  get isWanted(): boolean {
    return this._isWanted;
  }

  get state(): UnitTestState {
    return this._state;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  setWanted(isWanted: boolean): void {
    this._isWanted = isWanted;
    this.options.remember(isWanted);
    this._stop();
    this._follow();
    this._changed.emit();
  }

  /** The change set with its tests, if they are made; a warning says why there is none. */
  completed(changes: ChangeSet): ChangeSet {
    if (this._state.kind !== 'made' || changes !== this._tested) {
      return changes;
    }
    const { files, tests, notes } = this._state.unitTests;
    const reasons = tests.flatMap(test => test.why || []);
    const warnings = [...changes.warnings, ...reasons, ...notes];
    return { ...changes, files, tests, warnings };
  }

  dispose(): void {
    this.options.preview.changed.disconnect(this._follow, this);
    this._following?.cancel();
    this._following = null;
    this._debouncer.dispose();
    Signal.clearData(this);
  }

  /** What was found out about another preview says nothing of this one. */
  private _follow(): void {
    const { preview, current, applying } = this.options.preview.state;
    const changes = current && preview?.kind === 'change_set' ? preview : null;
    if (changes === this._tested || applying) {
      return;
    }
    this._stop();
    if (changes && this._isWanted) {
      this._tested = changes;
      this._update({ kind: 'running', done: 0, total: 0 });
      void this._debouncer.invoke().catch(() => undefined);
    }
  }

  private async _run(): Promise<void> {
    const changes = this._tested;
    if (!changes) {
      return;
    }
    const { module } = this.options.preview.state;
    const run = this.options.run(changes, module);
    this._following = run;
    run.onProgress = (done, total) => {
      if (this._following === run) {
        this._update({ kind: 'running', done, total });
      }
    };
    const ended = await run.result;
    if (this._following === run) {
      this._update(
        ended.kind === 'answered'
          ? { kind: 'made', unitTests: ended.answer }
          : ended
      );
    }
  }

  private _stop(): void {
    this._following?.cancel();
    this._following = null;
    this._tested = null;
    if (this._state.kind !== 'none') {
      this._update({ kind: 'none' });
    }
  }

  private _update(state: UnitTestState): void {
    this._state = state;
    this._changed.emit();
  }

  private _isWanted: boolean;
  private _state: UnitTestState = { kind: 'none' };
  /** The preview that the state is about. */
  private _tested: ChangeSet | null = null;
  private _following: FreshRun<UnitTests> | null = null;
  private readonly _debouncer: Debouncer<void>;
  private readonly _changed = new Signal<this, void>(this);
}
