import { UUID } from '@lumino/coreutils';

import type { IRefactorClient } from '../client';
import type { CellAt, CheckRequest, CheckResponse } from '../messages';
import { RequestFailed } from '../request';

type Client = Pick<IRefactorClient, 'check' | 'checkEdits'>;

/** What the server knows of a document: its name there, and the request that it came with. */
interface IKnown {
  name: string;
  request: CheckRequest;
}

/**
 * Checks one document again and again: of one that differs in a few cells only these are sent, so
 * that who types need not wait for the others to be written out.
 */
export class EditedChecks {
  constructor(private readonly _client: Client) {}

  /** As the client's own `check`. */
  async check(request: CheckRequest): Promise<CheckResponse> {
    const known = this._known;
    const name = UUID.uuid4();
    this._known = null;
    const cells = known && editsSince(known.request, request);
    const report =
      (cells && (await this._checkEdits(request.path, known, name, cells))) ??
      (await this._client.check({ ...request, name }));
    this._known = { name, request };
    return report;
  }

  /** The answer, or null where the server wants the whole document. */
  private async _checkEdits(
    path: string,
    { name: since }: IKnown,
    name: string,
    cells: CellAt[]
  ): Promise<CheckResponse | null> {
    try {
      return await this._client.checkEdits({ path, since, name, cells });
    } catch (error) {
      if (error instanceof RequestFailed && error.status === 409) {
        return null;
      }
      throw error;
    }
  }

  private _known: IKnown | null = null;
}

/**
 * The cells that are not what they were, or null where more than that is different. A cell that has
 * not changed is the same object as before.
 */
export function editsSince(
  before: CheckRequest,
  now: CheckRequest
): CellAt[] | null {
  const old = before.notebook.cells;
  const cells = now.notebook.cells;
  if (
    before.path !== now.path ||
    before.executions !== now.executions ||
    before.notebook.language !== now.notebook.language ||
    old.length !== cells.length
  ) {
    return null;
  }
  return cells.flatMap((cell, place) =>
    cell === old[place] ? [] : [{ place, cell }]
  );
}
