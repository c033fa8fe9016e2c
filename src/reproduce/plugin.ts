import { ILayoutRestorer } from '@jupyterlab/application';
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { TranslationBundle } from '@jupyterlab/translation';

import { createClient } from '../client';
import { pathOf } from '../document';
import { IFreshRuns } from '../freshruns';
import { IRefactorPanel } from '../panel/room';
import { TRANSLATION_DOMAIN } from '../tokens';
import { Courses } from './course';
import { reproduceIcon } from './icon';
import { Reports } from './reports';
import { ReproductionRoom } from './room';
import { readSettings } from './settings';
import { showRunsUnderWay } from './underway';
import { Verdicts } from './verdicts';
import { Warmth } from './warmth';

const RUN = 'nb-refactor:reproduce';
const SHOW = 'nb-refactor:show-report';
const OPEN = 'nb-refactor:open-reproduction';

/** Runs a notebook in a fresh kernel and compares. */
export const reproducePlugin: JupyterFrontEndPlugin<IFreshRuns> = {
  id: 'nb-refactor:reproduce',
  description: 'Runs the notebook in a fresh kernel and compares its outputs.',
  autoStart: true,
  provides: IFreshRuns,
  requires: [INotebookTracker, IRefactorPanel],
  optional: [
    ITranslator,
    ICommandPalette,
    ILayoutRestorer,
    IStateDB,
    ISettingRegistry
  ],
  activate
};

function activate(
  app: JupyterFrontEnd,
  notebooks: INotebookTracker,
  panel: IRefactorPanel,
  translator: ITranslator | null,
  palette: ICommandPalette | null,
  restorer: ILayoutRestorer | null,
  state: IStateDB | null,
  registry: ISettingRegistry | null
): IFreshRuns {
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
    execute: ({ path, runId }) => {
      // Without a path there is no notebook whose report it could be.
      if (typeof path === 'string' && typeof runId === 'string' && path) {
        reports.restore(path, runId);
      }
    }
  });
  notebooks.currentChanged.connect(() =>
    app.commands.notifyCommandChanged(RUN)
  );
  palette?.addItem({
    command: RUN,
    category: trans.__('Notebook Refactoring')
  });
  addRoom(
    app,
    notebooks,
    panel,
    { reports, verdicts: new Verdicts(state) },
    trans
  );
  palette?.addItem({
    command: OPEN,
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
  showRunsUnderWay(notebooks, client, reports);
  void followSettings(registry, reports, new Warmth(notebooks, client));
  return reports;
}

async function followSettings(
  registry: ISettingRegistry | null,
  reports: Reports,
  warmth: Warmth
): Promise<void> {
  const settings = await registry?.load(reproducePlugin.id);
  const apply = () => {
    if (settings) {
      reports.settings = readSettings(settings);
      warmth.isOn = reports.settings.keepKernelWarm;
    }
  };
  settings?.changed.connect(apply);
  apply();
}

/** Adds the room of reproduction to the panel. */
function addRoom(
  app: JupyterFrontEnd,
  notebooks: INotebookTracker,
  panel: IRefactorPanel,
  { reports, verdicts }: { reports: Reports; verdicts: Verdicts },
  trans: TranslationBundle
): void {
  const courses = new Courses(notebooks, reports, verdicts, trans);
  const path = () => (courses.panel ? pathOf(courses.panel) : '');
  const room = new ReproductionRoom(
    courses,
    {
      run: () => void app.commands.execute(RUN),
      cancel: () => void reports.modelOf(path())?.cancel(),
      show: () => reports.restore(path(), verdicts.get(path())?.runId ?? ''),
      goTo: row => reports.goTo(path(), row.title)
    },
    trans
  );
  panel.addRoom(room);
  app.commands.addCommand(OPEN, {
    label: trans.__('Show Reproduction'),
    icon: reproduceIcon,
    describedBy: { args: { type: 'object', properties: {} } },
    execute: () => panel.show(room.id)
  });
}
