import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
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
    describedBy: { args: { type: 'object', properties: {} } },
    isEnabled: () =>
      notebooks.currentWidget !== null &&
      notebooks.currentWidget === app.shell.currentWidget &&
      notebooks.activeCell?.model.type === 'code',
    execute: async () => {
      const panel = notebooks.currentWidget;
      if (panel) {
        await extractCells(panel, context);
      }
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
