import { ILayoutRestorer } from '@jupyterlab/application';
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { createClient } from '../client';
import { TRANSLATION_DOMAIN } from '../tokens';
import { reproduceIcon } from './icon';
import { Reports } from './reports';

const RUN = 'nb-refactor:reproduce';
const SHOW = 'nb-refactor:show-report';

/** Runs a notebook in a fresh kernel and compares. */
export const reproducePlugin: JupyterFrontEndPlugin<void> = {
  id: 'nb-refactor:reproduce',
  description: 'Runs the notebook in a fresh kernel and compares its outputs.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ITranslator, ICommandPalette, ILayoutRestorer],
  activate
};

function activate(
  app: JupyterFrontEnd,
  notebooks: INotebookTracker,
  translator: ITranslator | null,
  palette: ICommandPalette | null,
  restorer: ILayoutRestorer | null
): void {
  const trans = (translator ?? nullTranslator).load(TRANSLATION_DOMAIN);
  const client = createClient(app.serviceManager.serverSettings);
  const reports = new Reports(app, notebooks, client, trans);
  app.commands.addCommand(RUN, {
    label: trans.__('Run top to bottom and compare'),
    caption: trans.__(
      'Run the notebook in a fresh kernel and compare with its saved outputs'
    ),
    icon: reproduceIcon,
    describedBy: { args: { type: 'object', properties: {} } },
    isEnabled: () => notebooks.currentWidget !== null,
    execute: () => {
      if (notebooks.currentWidget) {
        reports.run(notebooks.currentWidget);
      }
    }
  });
  app.commands.addCommand(SHOW, {
    label: trans.__('Show the report of a run'),
    describedBy: {
      args: {
        type: 'object',
        properties: {
          path: {
            type: 'string',
            description: trans.__('The path of the notebook')
          },
          runId: { type: 'string', description: trans.__('The id of the run') }
        },
        required: ['path', 'runId']
      }
    },
    execute: args => reports.restore(String(args.path), String(args.runId))
  });
  notebooks.currentChanged.connect(() =>
    app.commands.notifyCommandChanged(RUN)
  );
  palette?.addItem({
    command: RUN,
    category: trans.__('Notebook Refactoring')
  });
  void restorer?.restore(reports.tracker, {
    command: SHOW,
    args: ({ content }) => ({
      path: content.model.path,
      runId: content.model.view.runId
    }),
    name: ({ content }) => content.model.path
  });
}
