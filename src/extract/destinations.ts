import type { IRefactorClient } from '../client';
import type { TargetsResponse } from '../messages';

/**
 * Where code of each notebook can go, as the server last said: a dialog need not wait for what was
 * asked before.
 */
export class Destinations {
  constructor(private readonly _client: Pick<IRefactorClient, 'targets'>) {}

  /** What was last said of the notebook at this path, or null. */
  known(path: string): TargetsResponse | null {
    return this._known.get(path) ?? null;
  }

  /** Asks the server. Rejects as the client does; what was said before is then forgotten. */
  async ask(path: string): Promise<TargetsResponse> {
    try {
      const targets = await this._client.targets({ path });
      this._known.set(path, targets);
      return targets;
    } catch (error) {
      this._known.delete(path);
      throw error;
    }
  }

  private readonly _known = new Map<string, TargetsResponse>();
}
