import type { Cell } from '@jupyterlab/cells';
import type { Notebook } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import { cellIdOf } from '../document';
import type { CellReport, State } from '../messages';
import type { Standing } from './model';
import { rangeOf } from './places';
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

/** Draws a notebook's standing into its cells: the mark at the side and the underlined places. */
export function drawMarks(
  notebook: Notebook,
  standing: Standing,
  settings: IMarkSettings,
  underlines: Underlines,
  trans: TranslationBundle
): void {
  const reports = new Map<string, CellReport>();
  if (standing.kind === 'checked') {
    standing.report.cells.forEach(cell => reports.set(cell.cell_id, cell));
  }
  for (const cell of notebook.widgets) {
    const id = cellIdOf(cell.model);
    const report = reports.get(id);
    mark(cell, settings.marks ? report : undefined, settings, trans);
    const source =
      standing.kind === 'checked' ? standing.sources.get(id) : undefined;
    underlines.show(
      cell.model,
      report && source !== undefined && settings.underlines
        ? underlinesOf(report, source, settings.hazards)
        : null
    );
  }
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
        ? [{ ...range, severity: finding.severity, message: finding.message }]
        : [];
    })
  };
}

function mark(
  cell: Cell,
  report: CellReport | undefined,
  settings: IMarkSettings,
  trans: TranslationBundle
): void {
  for (const state of MARKED) {
    cell.toggleClass(`nbr-mod-${state}`, report?.state === state);
  }
  const prompt = cell.promptNode;
  if (!prompt) {
    return;
  }
  if (report && MARKED.includes(report.state)) {
    prompt.title = describe(report, settings.hazards, trans);
  } else if (prompt.title) {
    prompt.title = '';
  }
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
