import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { Notebook } from './messages';
import { failureOf, isLasting } from './request';
import type { IFailure } from './request';

/** A document that may change. */
export interface IDocument {
  readonly path: string;
  /** Emitted at each change. */
  readonly changed: ISignal<unknown, unknown>;
  read(): Notebook;
}

/** Why there is no answer about a notebook; each kind has its own sentence on the screen. */
export type Unanswered =
  | { kind: 'no_notebook' | 'loading' }
  | { kind: 'not_python'; language: string }
  | IFailed;

/** The server gave no answer. */
export interface IFailed extends IFailure {
  kind: 'failed';
}

/** What is known of what was asked. */
export type Answer<T> = Unanswered | ITold<T>;

/** The server's answer, and the document that it is about. */
export interface ITold<T> {
  kind: 'told';
  value: T;
  notebook: Notebook;
}

/**
 * A question to the server about one document, asked again when the document changes, while
 * somebody looks. At most one request is under way; the old answer stands until the next one.
 */
export class Inquiry<T> implements IDisposable {
  constructor(
    private readonly _ask: (path: string, notebook: Notebook) => Promise<T>,
    private readonly _delay = 300
  ) {}

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get answer(): Answer<T> {
    return this._answer;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Whether somebody looks: what nobody looks at is not asked. */
  get active(): boolean {
    return this._active;
  }
  set active(active: boolean) {
    if (active !== this._active) {
      this._active = active;
      this._plan(0);
    }
  }

  /** Turns to another document, or to none. */
  follow(document: IDocument | null): void {
    if (document?.changed === this._document?.changed) {
      return;
    }
    this._document?.changed.disconnect(this._onChanged, this);
    this._document = document;
    document?.changed.connect(this._onChanged, this);
    this._isDirty = true;
    this._tell({ kind: document ? 'loading' : 'no_notebook' });
    this._plan(0);
  }

  /** Asks at once. */
  refresh(): void {
    this._isDirty = true;
    this._last = '';
    this._plan(0);
  }

  dispose(): void {
    this._isDisposed = true;
    clearTimeout(this._timer);
    this._document?.changed.disconnect(this._onChanged, this);
    Signal.clearData(this);
  }

  private _onChanged(): void {
    this._isDirty = true;
    if (!this._isGivenUp) {
      this._plan(this._delay);
    }
  }

  /** It does not come back by typing; asking at each key would only fill the server's log. */
  private get _isGivenUp(): boolean {
    const { answer } = this;
    return answer.kind === 'failed' && isLasting(answer.reason);
  }

  private _plan(delay: number): void {
    clearTimeout(this._timer);
    if (this._active && this._isDirty && this._document && !this._isAsking) {
      this._timer = setTimeout(() => void this._refresh(), delay);
    }
  }

  private async _refresh(): Promise<void> {
    const document = this._document;
    if (!document || this._isDisposed) {
      return;
    }
    this._isDirty = false;
    this._isAsking = true;
    const answer = await this._answerOf(document);
    this._isAsking = false;
    if (this._isDisposed) {
      return;
    }
    if (document === this._document && answer) {
      this._tell(answer);
    }
    this._plan(this._delay);
  }

  /** The answer, or null where it is the one that is known. */
  private async _answerOf(document: IDocument): Promise<Answer<T> | null> {
    const notebook = document.read();
    const language = notebook.language ?? 'python';
    if (language !== 'python') {
      return { kind: 'not_python', language };
    }
    const text = asked(document.path, notebook);
    if (text === this._last && this._answer.kind === 'told') {
      return null;
    }
    try {
      const value = await this._ask(document.path, notebook);
      this._last = text;
      return { kind: 'told', value, notebook };
    } catch (error) {
      return { kind: 'failed', ...failureOf(error) };
    }
  }

  private _tell(answer: Answer<T>): void {
    this._answer = answer;
    this._changed.emit();
  }

  private _answer: Answer<T> = { kind: 'no_notebook' };
  private _document: IDocument | null = null;
  private _active = false;
  private _isAsking = false;
  private _isDirty = true;
  private _isDisposed = false;
  private _last = '';
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private readonly _changed = new Signal<this, void>(this);
}

/** What of a document matters for an answer that is read off its code. */
function asked(path: string, { cells }: Notebook): string {
  return JSON.stringify([
    path,
    cells.map(({ cell_id, kind, source }) => [cell_id, kind, source])
  ]);
}
