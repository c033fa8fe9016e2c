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

import { IRefactorClient } from '../client';
import { IFreshRuns } from '../freshruns';
import { IJudgements } from '../panel/judgements';
import { IRefactorPanel } from '../panel/room';
import { followSettings } from '../settings';
import { TRANSLATION_DOMAIN } from '../tokens';
import { Attention } from './attention';
import { addCommands } from './commands';
import { HiddenStateController } from './controller';
import { hiddenStateRoom } from './room';
import { DEFAULTS } from './settings';
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
  requires: [INotebookTracker, IRefactorPanel, IRefactorClient],
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
  client: IRefactorClient,
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
  const room = hiddenStateRoom(controller, trans);
  panel.addRoom(room);
  addCommands(controller, { commands: app.commands, palette, trans });
  if (statusBar) {
    const open = () => panel.show(room.id);
    addStatusItem(statusBar, controller, open, trans);
  }
  void followSettings(registry, hiddenStatePlugin.id, DEFAULTS, settings =>
    controller.apply(settings)
  );
  return controller;
}

function addStatusItem(
  statusBar: IStatusBar,
  controller: HiddenStateController,
  open: () => void,
  trans: ReturnType<ITranslator['load']>
): void {
  const item = new StatusItem({
    changed: controller.changed,
    standing: () => controller.standing(),
    open,
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
