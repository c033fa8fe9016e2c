import type { IStateDB } from '@jupyterlab/statedb';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { Headline } from './report';

/** How the last finished run of a notebook came out. */
export interface Verdict {
  runId: string;
  /** When it was told, in milliseconds since 1970. */
  told: number;
  tone: Headline['tone'];
  text: string;
  /** Which document ran, see `fingerprint`. */
  document: string;
}

/** Where verdicts are remembered. */
const STATE = 'nb-refactor:verdicts';

/** Of how many notebooks the last verdict is remembered. */
const LIMIT = 200;

/** The last verdict of each notebook, by its path; kept from one visit to the next. */
export class Verdicts {
  constructor(private readonly _state: IStateDB | null) {}

  /** Reads what was remembered; what is known already wins. */
  async restore(): Promise<void> {
    const kept = await this._state?.fetch(STATE).catch(() => undefined);
    for (const [path, verdict] of Object.entries(kept ?? {})) {
      if (!this._verdicts.has(path) && isVerdict(verdict)) {
        this._verdicts.set(path, verdict);
      }
    }
  }

  get(path: string): Verdict | null {
    return this._verdicts.get(path) ?? null;
  }

  /** Remembers a verdict. Of a run that is known already, the time stays the one of then. */
  tell(path: string, verdict: Verdict): void {
    const before = this._verdicts.get(path);
    const same = before?.runId === verdict.runId;
    this._verdicts.delete(path);
    this._verdicts.set(path, same ? { ...verdict, ...times(before) } : verdict);
    const latest = [...this._verdicts].slice(-LIMIT);
    void this._state?.save(
      STATE,
      Object.fromEntries(latest) as unknown as ReadonlyPartialJSONObject
    );
  }

  private readonly _verdicts = new Map<string, Verdict>();
}

function times({ told, document }: Verdict): Partial<Verdict> {
  return { told, document };
}

function isVerdict(value: unknown): value is Verdict {
  const { runId, told, tone, text, document } = (value ?? {}) as Verdict;
  return (
    typeof told === 'number' &&
    [runId, tone, text, document].every(each => typeof each === 'string')
  );
}

/** A short text that differs where the sources of the code cells differ (FNV-1a, 32 bits). */
export function fingerprint(sources: readonly string[]): string {
  let hash = 0x811c9dc5;
  for (const character of sources.join('\u0000')) {
    hash ^= character.codePointAt(0)!;
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash >>> 0).toString(16);
}
