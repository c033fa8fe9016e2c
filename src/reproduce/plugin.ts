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
import type { CommandRegistry } from '@lumino/commands';

import { IRefactorClient } from '../client';
import { addCommand } from '../commands';
import { pathOf } from '../document';
import { IFreshRuns } from '../freshruns';
import { IRefactorPanel } from '../panel/room';
import { followSettings } from '../settings';
import { TRANSLATION_DOMAIN } from '../tokens';
import { Courses } from './course';
import { reproduceIcon } from './icon';
import type { Row } from './report';
import { Reports } from './reports';
import { reproductionRoom } from './room';
import { DEFAULTS } from './settings';
import { showRunsUnderWay } from './underway';
import { Verdicts } from './verdicts';
import { Warmth } from './warmth';

const RUN = 'nb-refactor:reproduce';
const SHOW = 'nb-refactor:show-report';

/** Runs a notebook in a fresh kernel and compares. */
export const reproducePlugin: JupyterFrontEndPlugin<IFreshRuns> = {
  id: 'nb-refactor:reproduce',
  description: 'Runs the notebook in a fresh kernel and compares its outputs.',
  autoStart: true,
  provides: IFreshRuns,
  requires: [INotebookTracker, IRefactorPanel, IRefactorClient],
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
  client: IRefactorClient,
  translator: ITranslator | null,
  palette: ICommandPalette | null,
  restorer: ILayoutRestorer | null,
  state: IStateDB | null,
  registry: ISettingRegistry | null
): IFreshRuns {
  const trans = (translator ?? nullTranslator).load(TRANSLATION_DOMAIN);
  const reports = new Reports(app, notebooks, client, trans);
  const run: CommandRegistry.ICommandOptions = {
    label: trans.__('Run top to bottom and compare'),
    caption: trans.__(
      'Run the notebook in a fresh kernel and compare with its saved outputs'
    ),
    icon: reproduceIcon,
    isEnabled: () => notebooks.currentWidget !== null,
    execute: () => {
      if (notebooks.currentWidget) {
        reports.run(notebooks.currentWidget);
      }
    }
  };
  addCommand(RUN, run, { commands: app.commands, palette, trans });
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
  const verdicts = new Verdicts(state);
  const courses = new Courses(notebooks, reports, verdicts, client, trans);
  addRoom(app, panel, courses, { reports, verdicts }, trans);
  void restorer?.restore(reports.tracker, {
    command: SHOW,
    args: ({ content }) => ({
      path: content.model.path,
      runId: content.model.view.runId
    }),
    name: ({ content }) => content.model.path
  });
  showRunsUnderWay(notebooks, client, reports);
  const warmth = new Warmth(notebooks, client);
  void followSettings(registry, reproducePlugin.id, DEFAULTS, settings => {
    reports.settings = settings;
    warmth.isOn = settings.keepKernelWarm;
  });
  return reports;
}

/** Adds the room of reproduction to the panel. */
function addRoom(
  app: JupyterFrontEnd,
  panel: IRefactorPanel,
  courses: Courses,
  { reports, verdicts }: { reports: Reports; verdicts: Verdicts },
  trans: TranslationBundle
): void {
  const path = () => (courses.panel ? pathOf(courses.panel) : '');
  const actions = {
    run: () => void app.commands.execute(RUN),
    cancel: () => void reports.modelOf(path())?.cancel(),
    show: () => reports.restore(path(), verdicts.get(path())?.runId ?? ''),
    goTo: (row: Row) => reports.goTo(path(), row.title)
  };
  panel.addRoom(reproductionRoom(courses, actions, trans));
}
