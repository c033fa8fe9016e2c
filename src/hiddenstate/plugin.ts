import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  ICommandPalette,
  ISessionContextDialogs,
  SessionContextDialogs
} from '@jupyterlab/apputils';
import { IEditorExtensionRegistry } from '@jupyterlab/codemirror';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { createClient } from '../client';
import { IFreshRuns } from '../freshruns';
import { IJudgements } from '../panel/judgements';
import { IRefactorPanel } from '../panel/room';
import { TRANSLATION_DOMAIN } from '../tokens';
import { Attention } from './attention';
import { addCommands, CommandIDs } from './commands';
import { HiddenStateController } from './controller';
import { HiddenStateRoom } from './room';
import { DEFAULTS, readSettings } from './settings';
import { StatusItem } from './statusitem';
import { Underlines } from './underline';
import { NotebookWatches } from './watch';

/** Tells which cells a fresh run would not give, why, and how to mend it. */
export const hiddenStatePlugin: JupyterFrontEndPlugin<IJudgements> = {
  id: 'nb-refactor:hiddenstate',
  description:
    'Tells which cells a fresh run would not give, why, and how to mend it.',
  autoStart: true,
  provides: IJudgements,
  requires: [INotebookTracker, IRefactorPanel],
  optional: [
    IEditorExtensionRegistry,
    ISettingRegistry,
    ITranslator,
    ISessionContextDialogs,
    ICommandPalette,
    IStatusBar,
    IFreshRuns
  ],
  activate
};

function activate(
  app: JupyterFrontEnd,
  tracker: INotebookTracker,
  panel: IRefactorPanel,
  editors: IEditorExtensionRegistry | null,
  registry: ISettingRegistry | null,
  translator: ITranslator | null,
  dialogs: ISessionContextDialogs | null,
  palette: ICommandPalette | null,
  statusBar: IStatusBar | null,
  freshRuns: IFreshRuns | null
): IJudgements {
  const language = translator ?? nullTranslator;
  const trans = language.load(TRANSLATION_DOMAIN);
  const underlines = new Underlines();
  editors?.addExtension(underlines.factory());

  const client = createClient(app.serviceManager.serverSettings);
  const watches = new NotebookWatches(tracker, client);
  freshRuns?.finished.connect((_, run) => watches.learn(run));
  const controller = new HiddenStateController({
    watches,
    underlines,
    attention: new Attention(panel, statusBar, DEFAULTS),
    dialogs: dialogs ?? new SessionContextDialogs({ translator: language }),
    translator: language,
    runAll: () => void app.commands.execute('notebook:run-all-cells')
  });

  underlines.mend = controller.mend;
  panel.addRoom(new HiddenStateRoom(controller, trans));
  addCommands(app, controller, panel, trans);
  Object.values(CommandIDs).forEach(command =>
    palette?.addItem({ command, category: trans.__('Notebook Refactoring') })
  );
  if (statusBar) {
    addStatusItem(app, statusBar, controller, trans);
  }
  void followSettings(registry, controller);
  return controller;
}

function addStatusItem(
  app: JupyterFrontEnd,
  statusBar: IStatusBar,
  controller: HiddenStateController,
  trans: ReturnType<ITranslator['load']>
): void {
  const item = new StatusItem({
    changed: controller.changed,
    standing: () => controller.standing(),
    open: () => void app.commands.execute(CommandIDs.open),
    trans
  });
  statusBar.registerStatusItem('nb-refactor:hidden-state', {
    item,
    align: 'left',
    rank: 20,
    isActive: () => item.isActive && controller.inStatusBar,
    activeStateChanged: controller.changed
  });
}

async function followSettings(
  registry: ISettingRegistry | null,
  controller: HiddenStateController
): Promise<void> {
  const settings = await registry
    ?.load(hiddenStatePlugin.id)
    // Without its settings it works with the defaults.
    .catch(() => null);
  if (settings) {
    const apply = () => controller.apply(readSettings(settings));
    settings.changed.connect(apply);
    apply();
  }
}
