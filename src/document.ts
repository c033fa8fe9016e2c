import type { ISharedCell } from '@jupyter/ydoc';
import { isCodeCellModel } from '@jupyterlab/cells';
import type { ICellModel } from '@jupyterlab/cells';
import type * as nbformat from '@jupyterlab/nbformat';
import type { INotebookModel, NotebookPanel } from '@jupyterlab/notebook';

import type { IDocument } from './inquiry';
import { plainLanguage } from './language';
import type { Cell, CellKind, Notebook, Raised, RowsShown } from './messages';

/** The cell's id: what the shared model, the kernel messages and the server know it by. */
export function cellIdOf(cell: ICellModel | ISharedCell): string {
  return 'sharedModel' in cell ? cell.sharedModel.getId() : cell.getId();
}

/**
 * The notebook as it stands in the browser, unsaved edits included.
 *
 * @param language the kernel's language; where it is not given, the one that the notebook's
 * metadata tells.
 */
export function readNotebook(model: INotebookModel, language = ''): Notebook {
  const cells = [...model.cells].map(cell => CELLS.read(cell));
  return { cells, language: language || languageOf(model) };
}

/** Reads cells again and again: one that has not changed is the same object as before. */
class CellReader {
  read(model: ICellModel): Cell {
    let cell = this._known.get(model);
    if (!cell) {
      cell = readCell(model);
      if (!this._watched.has(model)) {
        this._watched.add(model);
        model.contentChanged.connect(this._forget, this);
        model.stateChanged.connect(this._forget, this);
        model.metadataChanged.connect(this._forget, this);
      }
      this._known.set(model, cell);
    }
    return cell;
  }

  private _forget(model: ICellModel): void {
    this._known.delete(model);
  }

  private readonly _known = new WeakMap<ICellModel, Cell>();
  private readonly _watched = new WeakSet<ICellModel>();
}

const CELLS = new CellReader();

/** The language that the notebook's own metadata tells; `python` where it is silent. */
export function languageOf(model: INotebookModel): string {
  const info = model.getMetadata('language_info') as
    nbformat.ILanguageInfoMetadata | undefined;
  const spec = model.getMetadata('kernelspec') as
    (nbformat.IKernelspecMetadata & { language?: string }) | undefined;
  return plainLanguage(info?.name || spec?.language || 'python');
}

/** The path of the notebook as the server's own contents API names it: without a drive's name. */
export function pathOf(panel: NotebookPanel): string {
  return panel.context.localPath;
}

/** The notebook of a panel as a document that may change. */
export function documentOf(panel: NotebookPanel): IDocument {
  return {
    path: pathOf(panel),
    changed: panel.context.model.contentChanged,
    read: () => readNotebook(panel.context.model)
  };
}

function readCell(cell: ICellModel): Cell {
  const tags = cell.getMetadata('tags') as unknown;
  const common = {
    cell_id: cellIdOf(cell),
    source: cell.sharedModel.getSource(),
    kind: cell.type as CellKind,
    tags: Array.isArray(tags) ? tags.map(String) : []
  };
  if (!isCodeCellModel(cell)) {
    return common;
  }
  return {
    ...common,
    execution_count: cell.executionCount,
    raised: raisedIn(cell.sharedModel.getOutputs()),
    rows_shown: rowsShownIn(cell.sharedModel.getOutputs())
  };
}

/** `[203 rows x 4 columns]` or `Length: 203`, which pandas writes below a table cut short. */
const FOOTER = /\[(\d+) rows x \d+ columns\]|\bLength: (\d+)\b/g;

/** The lines of a table that was cut short to ten rows, at least. */
const LEAST_LINES = 11;

/** The rows of the table that the outputs of a cell show at their end, as far as they tell. */
export function rowsShownIn(
  outputs: readonly nbformat.IOutput[]
): RowsShown | null {
  const shown = outputs
    .filter(output => output.output_type === 'execute_result')
    .pop();
  const data = shown?.data as nbformat.IMimeBundle | undefined;
  const plain = data?.['text/plain'] as nbformat.MultilineString | undefined;
  if (plain === undefined) {
    return null;
  }
  const text = Array.isArray(plain) ? plain.join('') : String(plain);
  const lines = text.replace(/\n$/, '').split('\n').length;
  if (!text.includes('..')) {
    return { count: lines, whole: true };
  }
  const totals = [...text.matchAll(FOOTER)].map(match =>
    Number(match[1] ?? match[2])
  );
  const cut = totals.length === 1 && lines < totals[0] && lines >= LEAST_LINES;
  return cut ? { count: totals[0], whole: false } : null;
}

/** The error that the outputs of a cell show, or null. */
export function raisedIn(outputs: readonly nbformat.IOutput[]): Raised | null {
  const error = outputs.find(output => output.output_type === 'error');
  if (!error) {
    return null;
  }
  const traceback = Array.isArray(error.traceback) ? error.traceback : [];
  return {
    name: String(error.ename ?? ''),
    line: raisedLine(traceback.map(String)),
    undefined_name: undefinedName(String(error.evalue ?? ''))
  };
}

/** The name in `name 'df' is not defined`, or null. */
function undefinedName(message: string): string | null {
  const match = /^(?:global )?name '(\w+)' is not defined/.exec(message);
  return match ? match[1] : null;
}

/** IPython colours its tracebacks with these. */
// eslint-disable-next-line no-control-regex
const ANSI = /\u001b\[[0-9;]*m/g;

/** `Cell In[3], line 2`, as IPython names the frames that lie in a cell. */
const FRAME = /Cell In\s*\[\d+\],? line:? (\d+)/;

/**
 * The line (from 1) in the cell at which it raised, or null. The first frame that lies in a cell
 * is the cell's own; those further down may lie in functions of other cells.
 */
export function raisedLine(traceback: readonly string[]): number | null {
  const text = traceback.join('\n').replace(ANSI, '');
  const match = FRAME.exec(text);
  return match ? Number(match[1]) : null;
}
