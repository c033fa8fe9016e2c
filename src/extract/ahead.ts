import type { IRefactorClient } from '../client';
import type { ExtractRequest, ExtractResponse } from '../messages';

/** How long (ms) an answer that nobody has looked at yet is taken for the one of now. */
const LIFETIME = 10_000;

/**
 * Asks for a preview before its dialog opens, while the person still reads the menu. The answer
 * serves one request, and only one that says the very same.
 */
export class AskedAhead implements Pick<IRefactorClient, 'extract'> {
  constructor(
    private readonly _client: Pick<IRefactorClient, 'extract'>,
    private readonly _now: () => number = () => performance.now()
  ) {}

  /** Asks for what will probably be wanted. A failure is told to who wants it, if anybody does. */
  ask(body: ExtractRequest): void {
    const answer = this._client.extract(body);
    answer.catch(() => undefined);
    this._asked = { text: JSON.stringify(body), answer, at: this._now() };
  }

  extract(body: ExtractRequest): Promise<ExtractResponse> {
    const asked = this._asked;
    this._asked = null;
    const isSame =
      asked !== null &&
      this._now() - asked.at < LIFETIME &&
      asked.text === JSON.stringify(body);
    return isSame ? asked.answer : this._client.extract(body);
  }

  private _asked: {
    text: string;
    answer: Promise<ExtractResponse>;
    at: number;
  } | null = null;
}
