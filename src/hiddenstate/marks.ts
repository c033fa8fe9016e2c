import type { Cell } from '@jupyterlab/cells';
import type { Notebook } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import { cellIdOf } from '../document';
import type { CellReport, State } from '../messages';
import { rangeOf } from '../places';
import type { Standing } from './model';
import { shownFindings, stateLabel } from './summary';
import type { IUnderlined, Underlines } from './underline';

/** The states that are marked at the cell's side. */
const MARKED: readonly State[] = ['hidden', 'affected'];

/** What of a report is drawn into the notebook itself. */
export interface IMarkSettings {
  marks: boolean;
  underlines: boolean;
  hazards: boolean;
}

/** What was drawn into a cell. */
interface IDrawn extends IMarkSettings {
  id: string;
  report: CellReport | undefined;
  source: string | undefined;
}

/** Draws how a notebook stands into its cells: the mark at the side, the underlined places. */
export class CellMarks {
  constructor(
    private readonly _underlines: Underlines,
    private readonly _trans: TranslationBundle
  ) {}

  /** Draws all cells of a notebook; what is drawn already is left as it is. */
  draw(notebook: Notebook, standing: Standing, settings: IMarkSettings): void {
    const checked = standing.kind === 'checked' ? standing : null;
    const reports = new Map(
      checked?.report.cells.map(report => [report.cell_id, report])
    );
    for (const cell of notebook.widgets) {
      const before = this._drawn.get(cell);
      const id = before?.id ?? cellIdOf(cell.model);
      const report = reports.get(id);
      const source = checked?.sources.get(id);
      if (before && isDrawn(before, report, source, settings)) {
        continue;
      }
      this._drawn.set(cell, { ...settings, id, report, source });
      this._mark(cell, settings.marks ? report : undefined, settings.hazards);
      this._underlines.show(
        cell.model,
        settings.underlines && report && source !== undefined
          ? underlinesOf(report, source, settings.hazards)
          : null
      );
    }
  }

  private _mark(
    cell: Cell,
    report: CellReport | undefined,
    hazards: boolean
  ): void {
    for (const state of MARKED) {
      cell.toggleClass(`nbr-mod-${state}`, report?.state === state);
    }
    const isMarked = report && MARKED.includes(report.state);
    this._explain(cell, isMarked ? describe(report, hazards, this._trans) : '');
  }

  /** A cell far outside the view has no prompt yet that could carry the explanation. */
  private _explain(cell: Cell, title: string): void {
    const prompt = cell.promptNode;
    if (prompt) {
      if (prompt.title !== title) {
        prompt.title = title;
      }
      return;
    }
    if (!this._titles.has(cell)) {
      void cell.ready.then(() => {
        if (!cell.isDisposed) {
          this._explain(cell, this._titles.get(cell) ?? '');
        }
        this._titles.delete(cell);
      });
    }
    this._titles.set(cell, title);
  }

  private readonly _drawn = new WeakMap<Cell, IDrawn>();
  /** The explanations that wait for their cells to be drawn. */
  private readonly _titles = new WeakMap<Cell, string>();
}

function isDrawn(
  drawn: IDrawn,
  report: CellReport | undefined,
  source: string | undefined,
  { marks, underlines, hazards }: IMarkSettings
): boolean {
  return (
    drawn.report === report &&
    drawn.source === source &&
    drawn.marks === marks &&
    drawn.underlines === underlines &&
    drawn.hazards === hazards
  );
}

/** The places of a cell's findings, in the source that was judged. */
export function underlinesOf(
  report: CellReport,
  source: string,
  showHazards: boolean
): IUnderlined {
  return {
    source,
    underlines: shownFindings(report, showHazards).flatMap(finding => {
      const range = finding.at ? rangeOf(source, finding.at) : null;
      return range
        ? [
            {
              ...range,
              severity: finding.severity,
              message: finding.message,
              mends: finding.mends
            }
          ]
        : [];
    })
  };
}

function describe(
  report: CellReport,
  showHazards: boolean,
  trans: TranslationBundle
): string {
  const messages = shownFindings(report, showHazards).map(
    finding => finding.message
  );
  return [stateLabel(report.state, trans), ...messages].join('\n');
}
