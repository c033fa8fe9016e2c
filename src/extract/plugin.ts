import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import { IRefactorClient } from '../client';
import { addCommand } from '../commands';
import { pathOf } from '../document';
import { followSettings } from '../settings';
import { TRANSLATION_DOMAIN } from '../tokens';
import { AskedAhead } from './ahead';
import { Destinations } from './destinations';
import { askAhead, extractCells, extractEveryCell } from './extraction';
import type { Wanted } from './extraction';
import { extractIcon } from './icon';
import { LostWrites } from './lost_writes';
import type { Shelf } from './lost_writes';
import {
  argumentsOf,
  clickedBy,
  labelOf,
  sectionOf,
  selectedLines,
  statementsOf,
  wantedBy
} from './wanted';
import type { ExtractArgs } from './wanted';
import { wait } from './workplace';

const PLUGIN_ID = 'nb-refactor:extract';

const CommandIDs = {
  extract: 'nb-refactor:extract',
  statements: 'nb-refactor:extract-statements',
  section: 'nb-refactor:extract-section',
  everyCell: 'nb-refactor:extract-all'
};

/** Moves the code of cells to a module of the repository. */
export const extractPlugin: JupyterFrontEndPlugin<void> = {
  id: PLUGIN_ID,
  description: 'Extracts the code of cells to a module of the repository.',
  autoStart: true,
  requires: [INotebookTracker, IRefactorClient],
  optional: [ITranslator, ISettingRegistry, ICommandPalette],
  activate
};

function activate(
  app: JupyterFrontEnd,
  notebooks: INotebookTracker,
  client: IRefactorClient,
  translator: ITranslator | null,
  registry: ISettingRegistry | null,
  palette: ICommandPalette | null
): void {
  const trans = (translator ?? nullTranslator).load(TRANSLATION_DOMAIN);
  const lost = new LostWrites(body => client.apply(body), localShelf());
  lost.recall();
  void lost.keepTrying(wait);
  const destinations = new Destinations(client);
  const settings = readSettings(registry);
  const ahead = new AskedAhead(client);
  const context = { client, ahead, destinations, lost, trans, ...settings };
  const front = () =>
    notebooks.currentWidget === app.shell.currentWidget
      ? notebooks.currentWidget
      : null;
  const isFromMenu = watchContextMenu(app);
  const add = (
    id: string,
    options: Omit<CommandRegistry.ICommandOptions, 'execute'>,
    what: (
      panel: NotebookPanel,
      args: ExtractArgs,
      isClicked: boolean
    ) => Wanted | null
  ) => {
    const command: CommandRegistry.ICommandOptions = {
      icon: extractIcon,
      describedBy: { args: argumentsOf(trans) },
      ...options,
      execute: async args => {
        const panel = front();
        const isClicked = isFromMenu();
        if (panel && isClicked) {
          selectClicked(app, panel);
        }
        const wanted = panel && what(panel, args, isClicked);
        if (panel && wanted) {
          await extractCells(panel, context, wanted);
        }
      }
    };
    addCommand(id, command, { commands: app.commands, palette, trans });
  };
  add(
    CommandIDs.extract,
    {
      label: () => labelOf(front(), trans),
      caption: trans.__(
        'Move the code of the selected cells to a function in a module'
      ),
      isEnabled: args =>
        front() !== null &&
        (Array.isArray(args.cell_ids) || notebooks.activeCell !== null)
    },
    wantedBy
  );
  add(
    CommandIDs.statements,
    {
      label: trans.__('Extract selected statements to module…'),
      caption: trans.__(
        'Move the statements that the selected text touches to a function in a module'
      ),
      isEnabled: () => front() !== null && selectedLines(front()) !== null,
      isVisible: () => selectedLines(front()) !== null
    },
    statementsOf
  );
  add(
    CommandIDs.section,
    {
      label: trans.__('Extract everything under the heading to module…'),
      caption: trans.__(
        'Move the code of all cells under the nearest heading to a function in a module'
      ),
      isEnabled: () => front() !== null && sectionOf(front()) !== null
    },
    sectionOf
  );
  addCommand(
    CommandIDs.everyCell,
    {
      icon: extractIcon,
      label: trans.__('Extract all cells that are worth it…'),
      caption: trans.__(
        'Move every cell with enough code of its own to a function in a module, in one step'
      ),
      describedBy: { args: { type: 'object', properties: {} } },
      isEnabled: () => front() !== null,
      execute: async () => {
        const panel = front();
        if (panel) {
          await extractEveryCell(panel, context);
        }
      }
    },
    { commands: app.commands, palette, trans }
  );
  const changed = () => {
    for (const id of Object.values(CommandIDs)) {
      app.commands.notifyCommandChanged(id);
    }
  };
  notebooks.currentChanged.connect((_, panel) => {
    if (panel && !destinations.known(pathOf(panel))) {
      // For the first dialog; it asks again, and says what stands in the way.
      void destinations.ask(pathOf(panel)).catch(() => undefined);
    }
  });
  notebooks.widgetAdded.connect((_, panel) => {
    panel.content.node.addEventListener('contextmenu', click => {
      // When the menu is there: it does not wait for this.
      setTimeout(() => {
        // With Shift it is the browser's own menu.
        const isOurs = !click.shiftKey && !panel.isDisposed;
        const clicked = isOurs ? clickedBy(panel, click) : null;
        if (clicked) {
          askAhead(panel, context, clicked);
        }
      });
    });
  });
  notebooks.activeCellChanged.connect(changed);
  notebooks.selectionChanged.connect(changed);
  notebooks.currentChanged.connect(changed);
}

/** The storage of the browser, where it lets us have one. */
function localShelf(): Shelf | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

/**
 * Tells, of a command that is being executed, whether an item of the context menu did it: the menu
 * closes right before. An argument would say the same, but an item shows the keys of a command only
 * where both have the same arguments.
 */
function watchContextMenu(app: JupyterFrontEnd): () => boolean {
  let isClosing = false;
  app.contextMenu.menu.aboutToClose.connect(() => {
    isClosing = true;
    setTimeout(() => {
      isClosing = false;
    });
  });
  return () => isClosing;
}

/** A click of the right button in a cell's editor opens its menu, but leaves another cell active. */
function selectClicked(app: JupyterFrontEnd, panel: NotebookPanel): void {
  const node = app.contextMenuHitTest(each =>
    each.classList.contains('jp-Cell')
  );
  const notebook = panel.content;
  const index = notebook.widgets.findIndex(cell => cell.node === node);
  if (index >= 0 && !notebook.isSelectedOrActive(notebook.widgets[index])) {
    notebook.deselectAll();
    notebook.activeCellIndex = index;
  }
}

/** The settings as they stand when they are asked for. */
function readSettings(registry: ISettingRegistry | null) {
  const defaults = { runAfter: true, writeTest: false };
  let now = defaults;
  void followSettings(registry, PLUGIN_ID, defaults, settings => {
    now = settings;
  });
  return {
    runAfter: () => now.runAfter,
    writeTest: () => now.writeTest,
    setWriteTest: (writeTest: boolean) => {
      now = { ...now, writeTest };
      void registry
        ?.set(PLUGIN_ID, 'writeTest', writeTest)
        .catch(() => undefined);
    }
  };
}
