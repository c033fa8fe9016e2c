import type { ApplyRequest } from '../messages';
import { RequestFailed } from '../request';

/** Sends edits to the server; rejects with `RequestFailed`. */
type Send = (body: ApplyRequest) => Promise<unknown>;

/** What is kept from one page to the next. */
export type Shelf = Pick<
  Storage,
  'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'
>;

const PREFIX = 'nb-refactor:unanswered:';

/** A write whose answer has not come within this time (ms) will not come any more. */
const NO_ANSWER_AFTER = 60_000;

/** How long (ms) a server that does not answer is left alone. */
const AGAIN_AFTER = 5000;

interface Unanswered {
  /** The edits that take the write back; they do nothing where it was not carried out. */
  back: ApplyRequest;
  since: number;
}

/**
 * Writes that the server has not answered yet, so that nobody knows whether they were carried out.
 * Each is kept with the edits that take it back, also over a reload of the page, until the server
 * has answered either.
 */
export class LostWrites {
  constructor(
    private readonly _send: Send,
    private readonly _shelf: Shelf | null,
    private readonly _now: () => number = Date.now
  ) {}

  /** Sends a write. Where no answer comes, it is to be taken back by `settle`. */
  async send<T>(write: () => Promise<T>, back: ApplyRequest): Promise<T> {
    const key = `${PREFIX}${this._now()}-${(this._count += 1)}`;
    const entry = { back, since: this._now() };
    this._keep(key, entry);
    try {
      const answer = await write();
      this._forget(key);
      return answer;
    } catch (error) {
      if (isAnswer(error)) {
        this._forget(key);
      } else {
        this._lost.set(key, entry);
      }
      throw error;
    }
  }

  /** Takes back what may have been carried out. Whether the server has answered to all. */
  async settle(): Promise<boolean> {
    // One at a time: what is sent twice could come late, after a new write.
    this._settling ??= this._settleAll().finally(() => {
      this._settling = null;
    });
    return await this._settling;
  }

  /** Settles, and again every now and then until the server has answered to all. */
  async keepTrying(wait: (milliseconds: number) => Promise<void>) {
    if (this._isTrying) {
      return;
    }
    this._isTrying = true;
    while (!(await this.settle())) {
      await wait(AGAIN_AFTER);
    }
    this._isTrying = false;
  }

  private async _settleAll(): Promise<boolean> {
    for (const [key, { back }] of [...this._lost]) {
      try {
        await this._send(back);
      } catch (error) {
        // Who is to log in again first has been told nothing of the files.
        if (!isAnswer(error) || isDenied(error)) {
          return false;
        }
      }
      this._forget(key);
    }
    return true;
  }

  /** Looks for what an earlier page has left behind. */
  recall(): void {
    const shelf = this._shelf;
    for (let index = 0; shelf && index < shelf.length; index += 1) {
      const key = shelf.key(index) ?? '';
      const entry = key.startsWith(PREFIX) ? read(shelf.getItem(key)) : null;
      // A younger one may be another page's, which waits for its answer.
      if (entry && this._now() - entry.since > NO_ANSWER_AFTER) {
        this._lost.set(key, entry);
      }
    }
  }

  private _keep(key: string, entry: Unanswered): void {
    try {
      this._shelf?.setItem(key, JSON.stringify(entry));
    } catch {
      // No room on the shelf: then it is known to this page alone.
    }
  }

  private _forget(key: string): void {
    this._lost.delete(key);
    this._shelf?.removeItem(key);
  }

  private readonly _lost = new Map<string, Unanswered>();
  private _settling: Promise<boolean> | null = null;
  private _isTrying = false;
  private _count = 0;
}

/** Whether the server has said no: then it has done nothing. */
function isAnswer(error: unknown): boolean {
  return error instanceof RequestFailed && error.reason === 'rejected';
}

function isDenied(error: unknown): boolean {
  return error instanceof RequestFailed && [401, 403].includes(error.status);
}

function read(text: string | null): Unanswered | null {
  try {
    const entry = JSON.parse(text ?? '') as Unanswered | null;
    return Array.isArray(entry?.back?.files) ? entry : null;
  } catch {
    return null;
  }
}
