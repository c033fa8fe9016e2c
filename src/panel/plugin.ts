import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import type { IStateDB } from '@jupyterlab/statedb';
import { IStateDB as IStateDBToken } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { addCommand } from '../commands';
import { TRANSLATION_DOMAIN } from '../tokens';
import { panelIcon } from './icon';
import { RefactorPanel } from './panel';
import { IRefactorPanel } from './room';

const OPEN = 'nb-refactor:open';

/** Where the chosen room is remembered. */
const STATE = 'nb-refactor:panel';

/** The one panel: each of the other plugins adds its room. */
export const panelPlugin: JupyterFrontEndPlugin<IRefactorPanel> = {
  id: 'nb-refactor:panel',
  description: 'The panel that says how the notebook stands.',
  autoStart: true,
  provides: IRefactorPanel,
  optional: [ITranslator, ICommandPalette, ILayoutRestorer, IStateDBToken],
  activate
};

function activate(
  app: JupyterFrontEnd,
  translator: ITranslator | null,
  palette: ICommandPalette | null,
  restorer: ILayoutRestorer | null,
  state: IStateDB | null
): IRefactorPanel {
  const trans = (translator ?? nullTranslator).load(TRANSLATION_DOMAIN);
  const panel = new RefactorPanel(trans);
  panel.title.icon = panelIcon;
  panel.title.caption = trans.__('Notebook refactoring');
  app.shell.add(panel, 'right', { rank: 600, type: 'Notebook refactoring' });
  restorer?.add(panel, panel.id);
  void remember(panel, app, state);

  const show = (roomId: string) => {
    panel.roomId = roomId;
    app.shell.activateById(panel.id);
  };
  const to = { commands: app.commands, palette, trans };
  addCommand(
    OPEN,
    {
      label: trans.__('Notebook Refactoring'),
      caption: trans.__('Show how the notebook stands, and what to do next'),
      icon: panelIcon,
      execute: () => app.shell.activateById(panel.id)
    },
    to
  );
  return {
    get isVisible() {
      return panel.isVisible;
    },
    visibleChanged: panel.visibleChanged,
    addRoom: room => {
      panel.addRoom(room);
      addCommand(
        `${OPEN}-${room.id}`,
        {
          label: room.openLabel,
          caption: room.caption,
          icon: room.icon,
          execute: () => show(room.id)
        },
        to
      );
    },
    show
  };
}

/** Keeps the chosen room from one visit to the next. */
async function remember(
  panel: RefactorPanel,
  app: JupyterFrontEnd,
  state: IStateDB | null
): Promise<void> {
  if (!state) {
    return;
  }
  await app.restored;
  const kept = (await state.fetch(STATE).catch(() => undefined)) as
    { room?: string } | undefined;
  if (kept?.room && !panel.roomId) {
    panel.roomId = kept.room;
  }
  panel.roomChanged.connect((_, room) => {
    void state.save(STATE, { room });
  });
}
