import type { TranslationBundle } from '@jupyterlab/translation';

import type { IRefactorClient } from '../client';
import type { ApplyResponse, CellEdit, ChangeSet, FileEdit } from '../messages';
import type { LostWrites } from './lost_writes';
import { canSwap, swapCells, swapState, takeSwapBack } from './swap';
import type { SharedNotebook, Swap } from './swap';

/** Where a change set is applied: the files by the server, the cells in the shared model. */
export interface Workplace {
  client: Pick<IRefactorClient, 'apply'>;
  /** The writes that the server did not answer. */
  lost: LostWrites;
  /** Settles after so many milliseconds. */
  wait(milliseconds: number): Promise<void>;
  /** The notebook's path on the server. */
  path: string;
  notebook: SharedNotebook;
  /** Runs code in the notebook's kernel unnoticed; answers a sentence where that failed. */
  refresh(code: string): Promise<string>;
  trans: TranslationBundle;
}

/** A change set that lies in the files and in the notebook. */
export interface AppliedChange {
  kind: 'applied';
  changes: ChangeSet;
  module: string;
  swap: Swap;
  /** Settles when the kernel knows the written module: '' or a sentence why it does not. */
  refreshed: Promise<string>;
}

/** Nothing was changed; the sentence says why. */
export interface Unchanged {
  kind: 'unchanged';
  message: string;
}

/**
 * Writes the files, then swaps the cells: both or neither. The kernel is told of the module before
 * the swap, so that a run of the new cell, whoever starts it, comes after that.
 */
export async function applyChange(
  place: Workplace,
  changes: ChangeSet,
  module: string
): Promise<AppliedChange | Unchanged> {
  if (!canSwap(place.notebook, changes.cells)) {
    return unchanged(cellsChanged(place.trans));
  }
  const written = await write(place, changes.files, module);
  if (written.kind === 'conflict') {
    return unchanged(written.message);
  }
  const swap = trySwap(place.notebook, changes.cells);
  if (!swap) {
    return await takeFilesBack(place, changes.files, module);
  }
  const refreshed = place.refresh(written.refresh);
  return { kind: 'applied', changes, module, swap, refreshed };
}

/**
 * Takes an applied change back, files and cells, where neither was touched since. Where the person
 * undid the cells already, it is the files alone.
 */
export async function undoChange(
  place: Workplace,
  applied: AppliedChange
): Promise<{ kind: 'undone' } | Unchanged> {
  const { trans, notebook } = place;
  const { changes, module, swap } = applied;
  if (swapState(notebook, swap) === 'touched') {
    return unchanged(
      trans.__(
        'Nothing was undone: the cell was changed since the extraction. The module still has the function.'
      )
    );
  }
  const written = await write(place, exchanged(changes.files), module);
  if (written.kind === 'conflict') {
    return unchanged(trans.__('Nothing was undone: %1', written.message));
  }
  takeSwapBack(notebook, swap);
  if (swapState(notebook, swap) !== 'original') {
    // Someone edited the cell while the files were written: it needs the function.
    await write(place, changes.files, module, changes.files);
    return unchanged(
      trans.__('Nothing was undone: the cell was changed meanwhile.')
    );
  }
  await place.refresh(written.refresh);
  return { kind: 'undone' };
}

/** The edits that take the given ones back. */
export function exchanged(files: readonly FileEdit[]): FileEdit[] {
  return files.map(({ path, before, after }) => ({
    path,
    before: after,
    after: before
  }));
}

/** How long (ms) the server is waited for before the person is told that it does not answer. */
const PATIENCE = [0, 500, 1500, 3000];

/**
 * Writes the files. A request that got no answer may have been carried out: as soon as the server
 * answers again it is taken back, and nothing else is written before.
 *
 * @param wanted the edits that are sent then: those that take the write back, where nothing is said
 */
async function write(
  place: Workplace,
  files: FileEdit[],
  module: string,
  wanted = exchanged(files)
): Promise<ApplyResponse> {
  const { client, lost, path, trans } = place;
  if (!(await lost.settle())) {
    return conflict(trans.__('The Jupyter server does not answer.'));
  }
  const later = { path, files: wanted, module };
  try {
    return await lost.send(() => client.apply({ path, files, module }), later);
  } catch (error) {
    return conflict(await afterNoAnswer(place, files, sentence(error)));
  }
}

/** Waits for the server a while; answers what to tell. */
async function afterNoAnswer(
  { lost, trans, wait }: Workplace,
  files: FileEdit[],
  reason: string
): Promise<string> {
  for (const time of PATIENCE) {
    await wait(time);
    if (await lost.settle()) {
      return reason;
    }
  }
  void lost.keepTrying(wait);
  return trans.__(
    '%1 Whether %2 was written is not known: it is put back as soon as the server answers. The notebook is unchanged.',
    reason,
    files.map(file => file.path).join(', ')
  );
}

function conflict(message: string): ApplyResponse {
  return { kind: 'conflict', message };
}

async function takeFilesBack(
  place: Workplace,
  files: FileEdit[],
  module: string
): Promise<Unchanged> {
  const { trans } = place;
  const old = exchanged(files);
  const back = await write(place, old, module, old);
  return unchanged(
    back.kind === 'applied'
      ? cellsChanged(trans)
      : trans.__(
          'The cell was changed meanwhile, so the notebook is unchanged; but the module was written and could not be taken back: %1',
          back.message
        )
  );
}

function trySwap(
  notebook: SharedNotebook,
  edits: readonly CellEdit[]
): Swap | null {
  try {
    return swapCells(notebook, edits);
  } catch {
    return null;
  }
}

function cellsChanged(trans: TranslationBundle): string {
  return trans.__(
    'Nothing was changed: the cell is not what the preview was made for. Look at the preview again.'
  );
}

function unchanged(message: string): Unchanged {
  return { kind: 'unchanged', message };
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
