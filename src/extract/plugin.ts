import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { createClient } from '../client';
import { TRANSLATION_DOMAIN } from '../tokens';
import { extractCells } from './extraction';
import { extractIcon } from './icon';

const PLUGIN_ID = 'nb-refactor:extract';
const COMMAND = 'nb-refactor:extract';

/** Moves the code of cells to a module of the repository. */
export const extractPlugin: JupyterFrontEndPlugin<void> = {
  id: PLUGIN_ID,
  description: 'Extracts the code of cells to a module of the repository.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ITranslator, ISettingRegistry, ICommandPalette],
  activate
};

function activate(
  app: JupyterFrontEnd,
  notebooks: INotebookTracker,
  translator: ITranslator | null,
  registry: ISettingRegistry | null,
  palette: ICommandPalette | null
): void {
  const trans = (translator ?? nullTranslator).load(TRANSLATION_DOMAIN);
  const context = {
    client: createClient(app.serviceManager.serverSettings),
    trans,
    runAfter: readRunAfter(registry)
  };
  app.commands.addCommand(COMMAND, {
    label: trans.__('Extract to module…'),
    caption: trans.__(
      'Move the code of the selected cells to a function in a module'
    ),
    icon: extractIcon,
    describedBy: {
      args: {
        type: 'object',
        properties: {
          clicked: {
            type: 'boolean',
            description: trans.__(
              'Whether it is about the cell whose menu is open'
            )
          }
        }
      }
    },
    isEnabled: args =>
      notebooks.currentWidget !== null &&
      notebooks.currentWidget === app.shell.currentWidget &&
      (args.clicked === true || notebooks.activeCell?.model.type === 'code'),
    execute: async args => {
      const panel = notebooks.currentWidget;
      if (!panel) {
        return;
      }
      if (args.clicked === true) {
        selectClicked(app, panel);
      }
      await extractCells(panel, context);
    }
  });
  const changed = () => app.commands.notifyCommandChanged(COMMAND);
  notebooks.activeCellChanged.connect(changed);
  notebooks.currentChanged.connect(changed);
  palette?.addItem({
    command: COMMAND,
    category: trans.__('Notebook Refactoring')
  });
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

/** The setting `runAfter` as it stands when it is asked for. */
function readRunAfter(registry: ISettingRegistry | null): () => boolean {
  let runAfter = true;
  void registry
    ?.load(PLUGIN_ID)
    .then(settings => {
      const read = () => {
        runAfter = settings.get('runAfter').composite !== false;
      };
      settings.changed.connect(read);
      read();
    })
    .catch(() => undefined);
  return () => runAfter;
}
