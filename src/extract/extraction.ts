import { Notification } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import { cellIdOf, languageOf, pathOf, readNotebook } from '../document';
import type { Lines } from '../messages';
import { reveal, showCell } from '../navigate';
import { applyChange } from './apply';
import { ExtractDialog } from './dialog';
import { probeImport, typesOf } from './kernel';
import { ExtractModel, firstNames, requestFor } from './model';
import type { ExtractModelOptions, ImportBy } from './model';
import { assignedIn, wordsIn } from './names';
import { extractedName } from './extracted_name';
import { followRun } from './fresh_run';
import { keptCells, runNewCells, whyNotRun } from './run_after';
import type { Finished } from './run_after';
import type { Place } from './place';
import { placeInCells, selectCells } from './selection';
import { UnitTestModel } from './unit_test';
import { offerRemoval, undoAction, watchUndo } from './undo';
import { follow } from './verification';
import { contentOf, verifyAction, changeRunRequest } from './verify_after';
import { idleKernel, readSession, workplace } from './workplace';
import type { ExtractionContext } from './workplace';

/** What is to be extracted: cells by their ids, or lines of one of them. */
export interface Wanted {
  ids: readonly string[];
  lines: Lines | null;
}

/** Asks for the names, shows what would be written, applies it, and runs the new cell. */
export async function extractCells(
  panel: NotebookPanel,
  context: ExtractionContext,
  wanted: Wanted
): Promise<void> {
  const { trans } = context;
  const chosen = chooseCells(panel, trans, wanted.ids);
  if (typeof chosen === 'string') {
    Notification.warning(chosen, { autoClose: 8000 });
    return;
  }
  const { lines } = wanted;
  const options = dialogOptions(panel, context, { ...chosen, lines });
  await extract(panel, context, options);
}

/** The same for every cell that is worth a function: each becomes one, with a proposed name. */
export async function extractEveryCell(
  panel: NotebookPanel,
  context: ExtractionContext
): Promise<void> {
  const { trans } = context;
  const obstacle = closedTo(panel, trans);
  if (obstacle) {
    Notification.warning(obstacle, { autoClose: 8000 });
    return;
  }
  const options = dialogOptions(panel, context, NO_CELLS);
  // Types are those of chosen code: the kernel is not asked for them.
  const types = async () => ({});
  await extract(panel, context, { ...options, isEveryCell: true, types });
}

async function extract(
  panel: NotebookPanel,
  context: ExtractionContext,
  options: ExtractModelOptions
): Promise<void> {
  const { trans } = context;
  const model = new ExtractModel(options);
  const tests = testModel(panel, context, model);
  let applied: Finished | null = null;
  const dialog = new ExtractDialog(
    model,
    tests,
    async (shown, module) => {
      const changes = tests.completed(shown);
      // Asked first: telling the kernel of the module makes it busy.
      const kernel = idleKernel(panel);
      // Not waited for: the answer takes longer than the write.
      const reading = readSession(panel);
      const content = contentOf(panel);
      const place = workplace(panel, context, importBy(model), model.install);
      const result = await applyChange(place, changes, module);
      if (result.kind === 'unchanged') {
        return result.message;
      }
      applied = { ...result, kernel, reading, content };
      return '';
    },
    trans
  );
  void model.start();
  const end = await dialog.run();
  dialog.dispose();
  tests.dispose();
  model.dispose();
  if (end.kind === 'go_to') {
    await goTo(panel, options.cellIds, end.place);
  } else if (applied) {
    await finish(panel, context, applied, options.isEveryCell);
  }
}

/** Asks for the preview that the dialog would show first, if it is known what it would ask. */
export function askAhead(
  panel: NotebookPanel,
  context: ExtractionContext,
  wanted: Wanted
): void {
  const { destinations, ahead, trans } = context;
  const chosen = chooseCells(panel, trans, wanted.ids);
  const known = destinations.known(pathOf(panel));
  if (known && typeof chosen !== 'string') {
    const { lines } = wanted;
    const options = dialogOptions(panel, context, { ...chosen, lines });
    const names = firstNames(options, known.suggested_module);
    ahead.ask(requestFor(options, names));
  }
}

/** The chosen cells, or a sentence that says why there is nothing to extract. */
function chooseCells(
  panel: NotebookPanel,
  trans: TranslationBundle,
  ids: readonly string[]
) {
  const { content } = panel;
  const closed = closedTo(panel, trans);
  if (closed || !content.model) {
    return closed;
  }
  const wanted = new Set(ids);
  const places = content.widgets.flatMap((cell, index) =>
    wanted.has(cellIdOf(cell.model)) ? [index] : []
  );
  const locked = places.some(
    index => content.widgets[index].model.getMetadata('editable') === false
  );
  if (locked) {
    return trans.__('The cell is locked (not editable): it stays as it is.');
  }
  const chosen = selectCells(readNotebook(content.model).cells, places);
  return chosen.kind === 'cells' ? chosen : obstacle(chosen.why, trans);
}

/** Why nothing of this notebook can be extracted, or ''. */
function closedTo(
  { content, context }: NotebookPanel,
  trans: TranslationBundle
): string {
  const { model } = content;
  if (!model || model.readOnly || context.contentsModel?.writable === false) {
    return trans.__('This notebook is read-only: nothing can be extracted.');
  }
  return languageOf(model) === 'python'
    ? ''
    : trans.__('Only the code of Python notebooks can be extracted.');
}

function obstacle(
  why: 'no_code' | 'empty' | 'apart',
  trans: TranslationBundle
): string {
  switch (why) {
    case 'no_code':
      return trans.__('Select a code cell to extract.');
    case 'empty':
      return trans.__('The cell is empty: there is nothing to extract.');
    case 'apart':
      return trans.__(
        'The selected cells must lie together, with no other code between them.'
      );
  }
}

/** The chosen cells, or the lines of one of them. */
interface Chosen {
  ids: string[];
  code: string;
  lines: Lines | null;
}

const NO_CELLS: Chosen = { ids: [], code: '', lines: null };

function dialogOptions(
  panel: NotebookPanel,
  { client, ahead, destinations, trans }: ExtractionContext,
  chosen: Chosen
): ExtractModelOptions {
  const read = () => {
    if (!panel.content.model) {
      throw new Error(trans.__('The notebook was closed.'));
    }
    return readNotebook(panel.content.model);
  };
  const { lines } = chosen;
  const code = lines
    ? chosen.code
        .split('\n')
        .slice(lines.first - 1, lines.last)
        .join('\n')
    : chosen.code;
  return {
    client: {
      extract: body => ahead.extract(body),
      extractAll: body => client.extractAll(body)
    },
    destinations,
    trans,
    path: pathOf(panel),
    isEveryCell: false,
    cellIds: chosen.ids,
    lines,
    notebook: read,
    probe: async source => {
      const kernel = idleKernel(panel);
      return kernel ? await probeImport(kernel, source) : null;
    },
    types: async source => {
      const kernel = idleKernel(panel);
      // Of what the code replaces, the kernel may know the later value alone.
      const replaced = assignedIn(code);
      const names = [...wordsIn(code)].filter(name => !replaced.has(name));
      return kernel ? await typesOf(kernel, source, names) : {};
    },
    verify: (changes, module) =>
      follow(client, changeRunRequest(panel, changes, module), trans)
  };
}

function testModel(
  panel: NotebookPanel,
  context: ExtractionContext,
  preview: ExtractModel
): UnitTestModel {
  const { client, trans } = context;
  return new UnitTestModel({
    preview,
    isWanted: context.writeTest(),
    remember: context.setWriteTest,
    run: (changes, module) => {
      const body = changeRunRequest(panel, changes, module);
      return followRun(
        {
          start: () => client.unitTests(body),
          look: runId => client.unitTestRun(runId),
          cancel: runId => client.cancelUnitTests(runId)
        },
        now => now.unit_tests,
        trans
      );
    }
  });
}

/** How the kernel is told of the module. */
function importBy(model: ExtractModel): ImportBy {
  const { importable, importBy: chosen } = model.state;
  return importable.kind === 'no' ? chosen : 'path';
}

/**
 * Shows the new cell, runs it, and tells what was done with a way to take it back. New cells all over
 * the notebook are not run: what lies between them would have to run as well.
 */
async function finish(
  panel: NotebookPanel,
  context: ExtractionContext,
  applied: Finished,
  isEveryCell: boolean
): Promise<void> {
  const { trans } = context;
  void showCell(panel, keptCells(applied.changes)[0]);
  const runs = context.runAfter() && !isEveryCell;
  const obstacle = runs ? await whyNotRun(context, applied) : '';
  const name = extractedName(applied.changes, trans);
  const done = isEveryCell
    ? trans.__(
        'Now in %2: %1. The new cells have not run yet.',
        name,
        applied.module
      )
    : trans.__('%1 is now in %2.', name, applied.module);
  const watch = watchUndo(panel, applied, () => {
    Notification.dismiss(id);
    offerRemoval(panel, context, applied);
  });
  const id = Notification.success(`${done} ${obstacle}`.trim(), {
    autoClose: 15000,
    actions: [
      verifyAction(panel, context, applied),
      undoAction(panel, context, applied, watch)
    ]
  });
  if (runs && !obstacle) {
    await runNewCells(panel, applied.changes);
  }
}

/** Shows a place in the chosen cells, or in another one. */
async function goTo(
  panel: NotebookPanel,
  ids: readonly string[],
  { cellId, at }: Place
): Promise<void> {
  if (cellId !== null) {
    await reveal(panel, cellId, at);
    return;
  }
  const cells = panel.content.widgets
    .map(({ model }) => ({
      cell_id: cellIdOf(model),
      source: model.sharedModel.getSource()
    }))
    .filter(cell => ids.includes(cell.cell_id));
  if (cells.length > 0 && at) {
    const place = placeInCells(cells, at);
    await reveal(panel, place.cellId, place.at);
  }
}
