import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { IRefactorClient } from '../client';
import type { IFinishedRun } from '../freshruns';
import type { IFailed, Unanswered } from '../inquiry';
import type { CheckRequest, CellReport, NotebookReport } from '../messages';
import type { Basis } from '../recorder';
import { failureOf, isLasting } from '../request';
import { settle } from './settled';
import type { ISettled } from './settled';

/** How a notebook stands; each kind has its own sentence on the screen. */
export type Standing = Unanswered | IChecked;

/** The server's answer, and what it was an answer to. */
export interface IChecked {
  kind: 'checked';
  report: NotebookReport;
  /** Whether a kernel's history was compared; without one only the document is judged. */
  basis: Basis;
  /** The judged source of each cell, by its id: places in the report belong to these. */
  sources: ReadonlyMap<string, string>;
  /** What the last fresh run says of the suspected cells. */
  settled: ISettled;
}

/** A document with what its kernel ran, ready to be sent. */
export interface IReading {
  request: CheckRequest;
  basis: Basis;
}

/** What a notebook's model needs from the world. */
export interface IOptions {
  client: Pick<IRefactorClient, 'check'>;
  /** The document as it stands and what its kernel ran. */
  read(): Promise<IReading>;
  /** How long to wait for more changes before a check, in milliseconds. */
  delay: number;
}

/**
 * How long what is not typed may take to be whole, in milliseconds: a run changes the cell's count,
 * its outputs and the kernel's history one after another.
 */
const SETTLING = 20;

/**
 * How one notebook stands, kept up to date while `active`.
 *
 * At most one request is under way; changes that come meanwhile lead to one more after it. A
 * document that is as it was when it was last judged is not sent again.
 */
export class HiddenStateModel implements IDisposable {
  constructor(options: IOptions) {
    this._options = options;
    this.delay = options.delay;
  }

  /** How long to wait for more changes before a check, in milliseconds. */
  delay: number;

  /** Emitted after each check, also after one that found nothing new. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get standing(): Standing {
    return this._standing;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Whether anybody looks: an inactive model costs nothing. */
  get active(): boolean {
    return this._active;
  }
  set active(value: boolean) {
    if (value === this._active) {
      return;
    }
    this._active = value;
    if (value && this._isDirty) {
      this._plan(0);
    } else if (!value) {
      clearTimeout(this._timer);
    }
  }

  /** Says that somebody types: it will be checked after the delay, without one at once. */
  edited(): void {
    this._note(this.delay);
  }

  /** Says that the document or the kernel's history changed: it will be checked soon. */
  schedule(): void {
    this._note(Math.max(this.delay, SETTLING));
  }

  /** Takes in what a fresh run gave: it clears what was only suspected, or confirms it. */
  learn(run: IFinishedRun): void {
    this._run = run;
    this._isJudgedAnew = true;
    this.schedule();
  }

  /** Checks at once, also where the server was given up. */
  async checkNow(): Promise<void> {
    this._isGivenUp = false;
    this._isJudgedAnew = true;
    this._isDirty = true;
    clearTimeout(this._timer);
    return await this._refresh();
  }

  dispose(): void {
    this._isDisposed = true;
    clearTimeout(this._timer);
    Signal.clearData(this);
  }

  private _note(delay: number): void {
    this._isDirty = true;
    if (this._active && !this._isGivenUp) {
      this._plan(delay);
    }
  }

  private _plan(delay: number): void {
    clearTimeout(this._timer);
    if (delay > 0) {
      this._timer = setTimeout(() => void this._refresh(), delay);
    } else {
      // A timer may come only after the next frame; the server can be at work meanwhile.
      queueMicrotask(() => this._active && void this._refresh());
    }
  }

  private async _refresh(): Promise<void> {
    this._running ??= this._drain().finally(() => {
      this._running = null;
    });
    return await this._running;
  }

  /** Checks until nothing has changed meanwhile. */
  private async _drain(): Promise<void> {
    while (this._isDirty && !this._isDisposed) {
      this._isDirty = false;
      const standing = await this._check();
      if (this._isDisposed) {
        return;
      }
      this._standing = standing;
      this._changed.emit();
    }
  }

  private async _check(): Promise<Standing> {
    // Said while another check is under way, it is the next one's.
    const isJudgedAnew = this._isJudgedAnew;
    this._isJudgedAnew = false;
    try {
      const reading = await this._options.read();
      this._lastRequest = isJudgedAnew ? null : this._lastRequest;
      const language = reading.request.notebook.language ?? 'python';
      if (language !== 'python') {
        this._lastRequest = null;
        return { kind: 'not_python', language };
      }
      return await this._judge(reading);
    } catch (error) {
      this._lastRequest = null;
      return this._failed(error);
    }
  }

  private async _judge({ request, basis }: IReading): Promise<Standing> {
    const last = this._lastRequest;
    if (last && isSame(last, request) && this._standing.kind === 'checked') {
      return { ...this._standing, basis };
    }
    const report = await this._options.client.check(request);
    this._lastRequest = request;
    const previous =
      this._standing.kind === 'checked' ? this._standing.report.cells : [];
    const document = request.notebook.cells;
    const { cells, settled } = settle(report.cells, document, this._run);
    return {
      kind: 'checked',
      report: { ...report, cells: sharing(previous, cells) },
      settled,
      basis,
      sources: new Map(
        request.notebook.cells.map(cell => [cell.cell_id, cell.source])
      )
    };
  }

  private _failed(error: unknown): IFailed {
    const failure = failureOf(error);
    // It does not come back by typing; asking at each key would only fill the server's log.
    this._isGivenUp = isLasting(failure.reason);
    return { kind: 'failed', ...failure };
  }

  private readonly _options: IOptions;
  private _standing: Standing = { kind: 'loading' };
  private _active = false;
  private _isDirty = true;
  private _isDisposed = false;
  private _isGivenUp = false;
  private _lastRequest: CheckRequest | null = null;
  /** Whether the next check asks the server, no matter what it said of the same. */
  private _isJudgedAnew = false;
  private _running: Promise<void> | null = null;
  private _run: IFinishedRun | null = null;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private readonly _changed = new Signal<this, void>(this);
}

/** Whether two requests ask the same. */
function isSame(first: CheckRequest, second: CheckRequest): boolean {
  return (
    first.path === second.path &&
    first.notebook.language === second.notebook.language &&
    areSame(first.notebook.cells, second.notebook.cells) &&
    areSame(first.executions ?? null, second.executions ?? null)
  );
}

function areSame(
  first: readonly unknown[] | null,
  second: readonly unknown[] | null
): boolean {
  if (first === second || !first || !second) {
    return first === second;
  }
  return (
    first.length === second.length &&
    first.every(
      (one, index) =>
        one === second[index] ||
        JSON.stringify(one) === JSON.stringify(second[index])
    )
  );
}

/** The new reports, with the old object where it is equal: views need not draw these again. */
function sharing(
  previous: readonly CellReport[],
  next: readonly CellReport[]
): CellReport[] {
  const old = new Map(previous.map(report => [report.cell_id, report]));
  return next.map(report => {
    const before = old.get(report.cell_id);
    return before && isSameReport(before, report) ? before : report;
  });
}

function isSameReport(first: CellReport, second: CellReport): boolean {
  if (
    first.state !== second.state ||
    first.execution_count !== second.execution_count ||
    first.findings.length !== second.findings.length
  ) {
    return false;
  }
  return (
    first.findings.length === 0 ||
    JSON.stringify(first) === JSON.stringify(second)
  );
}
