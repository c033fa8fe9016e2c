import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type {
  ReadonlyJSONObject,
  ReadonlyPartialJSONObject
} from '@lumino/coreutils';

import { cellIdOf, readNotebook } from '../document';
import type { Lines } from '../messages';
import type { Wanted } from './extraction';
import { cellsUnder, headingFrom } from './selection';

/**
 * What the commands take: `cell_ids` in place of the selected cells, `lines` (`first` and `last`, from
 * 1) of the one cell.
 */
export type ExtractArgs = ReadonlyPartialJSONObject;

/** The JSON schema of the arguments. */
export function argumentsOf(trans: TranslationBundle): ReadonlyJSONObject {
  return {
    type: 'object',
    properties: {
      cell_ids: {
        type: 'array',
        items: { type: 'string' },
        description: trans.__('The cells, in place of those that are selected')
      },
      lines: {
        type: 'object',
        properties: {
          first: { type: 'integer', minimum: 1 },
          last: { type: 'integer', minimum: 1 }
        },
        description: trans.__(
          'The lines of the one cell whose statements are meant'
        )
      }
    }
  };
}

/**
 * What the arguments name; without any, what the person points at: statements where text is
 * selected in the editor, everything under a heading where that is active, else the selected cells.
 * Whose own menu is open, that cell is meant whole: its menu has items for the other two.
 */
export function wantedBy(
  panel: NotebookPanel,
  args: ExtractArgs,
  isClicked: boolean
): Wanted {
  if (Array.isArray(args.cell_ids)) {
    return { ids: args.cell_ids.map(String), lines: linesIn(args.lines) };
  }
  if (!isClicked) {
    const statements = statementsOf(panel);
    if (statements) {
      return statements;
    }
    const { activeCell, widgets } = panel.content;
    const chosen = widgets.filter(each =>
      panel.content.isSelectedOrActive(each)
    );
    if (activeCell?.model.type === 'markdown' && chosen.length === 1) {
      const section = sectionOf(panel);
      if (section) {
        return section;
      }
    }
  }
  const { content } = panel;
  const selected = content.widgets.filter(cell =>
    content.isSelectedOrActive(cell)
  );
  return { ids: selected.map(cell => cellIdOf(cell.model)), lines: null };
}

/**
 * The cells that a click of the right button is about: all that are selected where it meets one of
 * them, else the one that it meets; null where it meets none.
 */
export function clickedBy(panel: NotebookPanel, click: Event): Wanted | null {
  const { content } = panel;
  const { target } = click;
  const met = content.widgets.find(
    cell => target instanceof Node && cell.node.contains(target)
  );
  if (!met) {
    return null;
  }
  const clicked = content.isSelectedOrActive(met)
    ? content.widgets.filter(cell => content.isSelectedOrActive(cell))
    : [met];
  return { ids: clicked.map(cell => cellIdOf(cell.model)), lines: null };
}

/** The statements that the selected text of the active cell touches, or null. */
export function statementsOf(panel: NotebookPanel): Wanted | null {
  const lines = selectedLines(panel);
  const cell = panel.content.activeCell;
  return lines && cell ? { ids: [cellIdOf(cell.model)], lines } : null;
}

/** The lines of the selected text in the active code cell; null where no text is selected. */
export function selectedLines(panel: NotebookPanel | null): Lines | null {
  const cell = panel?.content.activeCell;
  if (!cell?.editor || cell.model.type !== 'code') {
    return null;
  }
  const { start, end } = cell.editor.getSelection();
  const [from, to] =
    start.line < end.line ||
    (start.line === end.line && start.column < end.column)
      ? [start, end]
      : [end, start];
  if (from.line === to.line && from.column === to.column) {
    return null;
  }
  // A selection that ends before the first character of a line does not touch it.
  const last = to.column === 0 && to.line > from.line ? to.line - 1 : to.line;
  return { first: from.line + 1, last: last + 1 };
}

/** The code cells under the heading of the active cell, or the nearest one above it; or null. */
export function sectionOf(panel: NotebookPanel | null): Wanted | null {
  const model = panel?.content.model;
  if (!panel || !model) {
    return null;
  }
  const { cells } = readNotebook(model);
  const heading = headingFrom(cells, panel.content.activeCellIndex);
  if (heading < 0) {
    return null;
  }
  const ids = cellsUnder(cells, heading).map(place => cells[place].cell_id);
  return ids.length ? { ids, lines: null } : null;
}

/** What the command says that it would extract. */
export function labelOf(
  panel: NotebookPanel | null,
  trans: TranslationBundle
): string {
  const count =
    panel?.content.widgets.filter(
      cell =>
        cell.model.type === 'code' && panel.content.isSelectedOrActive(cell)
    ).length ?? 1;
  return count > 1
    ? trans.__('Extract %1 cells to module…', count)
    : trans.__('Extract to module…');
}

function linesIn(value: unknown): Lines | null {
  const { first, last } = (value ?? {}) as Partial<Lines>;
  return typeof first === 'number' && typeof last === 'number'
    ? { first, last }
    : null;
}
