import type { Kernel, KernelMessage } from '@jupyterlab/services';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { Execution, Status } from './messages';

/** One line of the kernel's own history: the execution count and the source. */
export type HistoryEntry = readonly [count: number, source: string];

/** One request to execute, as far as the browser saw it. */
interface ISeen {
  source: string;
  cellId: string | null;
  /** Whether it was sent from here, to be stored: others may ask for runs that are not. */
  sent: boolean;
  count: number | null;
  status: Status;
  ended: boolean;
  /** Its place among the others: its count; for one without a count, just behind the last. */
  order: number;
}

/**
 * What one kernel ran since it started: what the browser saw, and the rest from the kernel's own
 * history.
 *
 * The browser sees the cell and how the run ended; the history knows every executed source,
 * whichever client sent it, but neither of the two. They are joined by execution count and source.
 */
export class ExecutionRecord {
  /** Emitted when a run ended, when the history told something new, and when all was cleared. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Whether something may have run that only the kernel's history can tell. */
  get needsHistory(): boolean {
    return this._needsHistory;
  }

  /** Whether the kernel was heard from its start on, or its history was read. */
  get isComplete(): boolean {
    return this._isComplete;
  }

  /** Takes note of a message that was sent to the kernel or came from it. */
  observe({ msg, direction }: Kernel.IAnyMessageArgs): void {
    this._executions = null;
    if (direction === 'send') {
      this._observeSent(msg);
      return;
    }
    const parent = parentId(msg);
    switch (msg.header.msg_type) {
      case 'execute_input':
        this._start(
          parent,
          (msg as KernelMessage.IExecuteInputMsg).content,
          isExecuteRequest(msg)
        );
        break;
      case 'error':
        this._raise(parent);
        break;
      case 'execute_reply':
        this._reply(parent, (msg as KernelMessage.IExecuteReplyMsg).content);
        break;
      case 'status':
        this._turn(
          parent,
          (msg as KernelMessage.IStatusMsg).content.execution_state
        );
        break;
      default:
        break;
    }
  }

  /** Takes in the kernel's whole history of its current session. */
  learn(history: readonly HistoryEntry[]): void {
    this._executions = null;
    const entries = history.filter(([count]) => count > 0);
    const last = Math.max(0, ...entries.map(([count]) => count));
    // A run that is not stored takes the count of the next one, so one more is no contradiction.
    if (last + 1 < this._lastCount) {
      // The kernel was restarted unseen: what was seen belongs to its former life.
      this._forget();
    }
    this._history = new Map(entries);
    this._lastCount = Math.max(this._lastCount, last);
    this._needsHistory = false;
    this._isComplete = true;
    this._changed.emit();
  }

  /** What the browser heard may have gaps: the connection was lost. */
  doubt(): void {
    this._needsHistory = true;
  }

  /** Forgets what ran: the kernel starts anew. */
  clear(): void {
    this._forget();
    this._needsHistory = false;
    this._isComplete = true;
    this._changed.emit();
  }

  /**
   * All runs that have ended, in the order in which the kernel ran them; the same object as long as
   * nothing is heard of the kernel.
   */
  executions(): Execution[] {
    return (this._executions ??= this._joined());
  }

  private _joined(): Execution[] {
    const seen = [...this._seen.values()];
    const known = new Set(seen.map(run => identity(run.count, run.source)));
    const unseen = [...this._history]
      .filter(([count, source]) => !known.has(identity(count, source)))
      .map(([count, source]) => fromHistory(count, source));
    return [...unseen, ...seen.filter(run => run.ended)]
      .sort((first, second) => first.order - second.order)
      .map(toExecution);
  }

  private _observeSent(msg: Kernel.IAnyMessageArgs['msg']): void {
    if (msg.header.msg_type !== 'execute_request') {
      return;
    }
    const { content, metadata } = msg as KernelMessage.IExecuteRequestMsg;
    if (content.silent || content.store_history === false) {
      this._ignored.add(msg.header.msg_id);
      return;
    }
    const cellId = metadata['cellId'];
    this._seen.set(msg.header.msg_id, {
      source: content.code,
      cellId: typeof cellId === 'string' ? cellId : null,
      sent: true,
      count: null,
      status: 'unknown',
      ended: false,
      order: 0
    });
  }

  private _start(
    id: string,
    content: KernelMessage.IExecuteInputMsg['content'],
    ofExecution: boolean
  ): void {
    if (this._ignored.has(id) || !ofExecution) {
      return;
    }
    const count = content.execution_count;
    if (typeof count !== 'number' || content.code.trim() === '') {
      return;
    }
    const seen = this._seen.get(id);
    if (seen?.count !== count) {
      this._reach(count, id);
    }
    this._seen.set(id, {
      source: seen?.source ?? content.code,
      cellId: seen?.cellId ?? null,
      sent: seen?.sent ?? false,
      status: seen?.status ?? 'unknown',
      ended: seen?.ended ?? false,
      count,
      order: count
    });
  }

  /**
   * Counts grow by one; where they leap, something ran that was not heard of, and where they fall
   * the kernel began anew: of that its other messages, which come by another channel, need not tell.
   */
  private _reach(count: number, id: string): void {
    const fell = count < this._lastCount;
    if (fell || (count === this._lastCount && this._isTaken(count, id))) {
      this._forget();
    }
    this._needsHistory ||= count > this._lastCount + 1;
    this._lastCount = Math.max(this._lastCount, count);
  }

  /** Whether two runs that were sent from here have the count: one kernel gives it only once. */
  private _isTaken(count: number, id: string): boolean {
    return (
      !!this._seen.get(id)?.sent &&
      [...this._seen].some(
        ([other, run]) => other !== id && run.sent && run.count === count
      )
    );
  }

  private _raise(id: string): void {
    const seen = this._seen.get(id);
    if (seen) {
      seen.status = 'error';
    }
  }

  private _turn(id: string, state: string): void {
    if (state === 'starting' || state === 'restarting') {
      this.clear();
    } else if (state === 'idle') {
      this._end(id);
    }
  }

  /** The kernel is done with it. This is all that is heard of what other clients send. */
  private _end(id: string): void {
    this._ignored.delete(id);
    const seen = this._seen.get(id);
    if (!seen || seen.ended || seen.count === null) {
      return;
    }
    seen.ended = true;
    seen.status = seen.status === 'unknown' ? 'ok' : seen.status;
    this._changed.emit();
  }

  private _reply(
    id: string,
    content: KernelMessage.IExecuteReplyMsg['content']
  ): void {
    const seen = this._seen.get(id);
    if (!seen) {
      return;
    }
    // Old kernels answer 'abort'.
    const status = String(content.status);
    seen.status = isStatus(status) ? status : 'aborted';
    if (seen.status === 'aborted') {
      seen.count = null;
      seen.order = this._lastCount + 0.5;
    } else if (seen.count === null) {
      if (seen.source.trim() === '' || !content.execution_count) {
        this._seen.delete(id);
        return;
      }
      this._reach(content.execution_count, id);
      seen.count = content.execution_count;
      seen.order = content.execution_count;
    }
    seen.ended = true;
    this._changed.emit();
  }

  /** What was sent and has not started yet may still be meant for the kernel's new life. */
  private _forget(): void {
    this._executions = null;
    for (const [id, run] of this._seen) {
      if (run.ended || run.count !== null) {
        this._seen.delete(id);
      }
    }
    this._history.clear();
    this._ignored.clear();
    this._lastCount = 0;
  }

  /** By the id of the request. A Map keeps the order of arrival. */
  private readonly _seen = new Map<string, ISeen>();
  /** The answer of `executions`, as long as nothing is heard. */
  private _executions: Execution[] | null = null;
  private _history = new Map<number, string>();
  /** Requests that leave no trace in the kernel's history. */
  private readonly _ignored = new Set<string>();
  private _lastCount = 0;
  private _needsHistory = true;
  private _isComplete = false;
  private readonly _changed = new Signal<this, void>(this);
}

function toExecution(seen: ISeen): Execution {
  return {
    source: seen.source,
    execution_count: seen.count,
    cell_id: seen.cellId,
    status: seen.status
  };
}

/** Equal for the same run told by the browser and by the history, which drops trailing newlines. */
function identity(count: number | null, source: string): string {
  return `${count} ${source.trimEnd()}`;
}

function fromHistory(count: number, source: string): ISeen {
  return {
    source,
    count,
    cellId: null,
    sent: false,
    status: 'unknown',
    ended: true,
    order: count
  };
}

function parentId(msg: Kernel.IAnyMessageArgs['msg']): string {
  const parent = msg.parent_header as Partial<KernelMessage.IHeader>;
  return parent.msg_id ?? '';
}

function isExecuteRequest(msg: Kernel.IAnyMessageArgs['msg']): boolean {
  const parent = msg.parent_header as Partial<KernelMessage.IHeader>;
  return (parent.msg_type ?? 'execute_request') === 'execute_request';
}

function isStatus(status: string): status is Status {
  return status === 'ok' || status === 'error';
}
