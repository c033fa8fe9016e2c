import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { INotebookTracker } from '@jupyterlab/notebook';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { IRefactorClient } from '../client';
import { documentOf } from '../document';
import { Inquiry } from '../inquiry';
import type { Candidates } from '../messages';
import { indexOf, reveal, showCell } from '../navigate';
import { IRefactorPanel } from '../panel/room';
import { TRANSLATION_DOMAIN } from '../tokens';
import { candidatesRoom } from './room';

/** Says which cells are worth extracting, and why. */
export const candidatesPlugin: JupyterFrontEndPlugin<void> = {
  id: 'nb-refactor:candidates',
  description: 'Says which cells are worth extracting, and why.',
  autoStart: true,
  requires: [INotebookTracker, IRefactorPanel, IRefactorClient],
  optional: [ITranslator],
  activate
};

function activate(
  app: JupyterFrontEnd,
  notebooks: INotebookTracker,
  panel: IRefactorPanel,
  client: IRefactorClient,
  translator: ITranslator | null
): void {
  const trans = (translator ?? nullTranslator).load(TRANSLATION_DOMAIN);
  const inquiry = new Inquiry<Candidates>((path, notebook) =>
    client.candidates({ path, notebook })
  );
  const follow = () =>
    inquiry.follow(
      notebooks.currentWidget ? documentOf(notebooks.currentWidget) : null
    );
  notebooks.currentChanged.connect(follow);
  follow();

  const room = candidatesRoom(
    inquiry,
    {
      reveal: cellId => {
        if (notebooks.currentWidget) {
          void reveal(notebooks.currentWidget, cellId);
        }
      },
      extract: cellIds => {
        if (notebooks.currentWidget) {
          void extract(app, notebooks.currentWidget, cellIds);
        }
      },
      extractAll: () => {
        if (notebooks.currentWidget) {
          app.shell.activateById(notebooks.currentWidget.id);
          void app.commands.execute('nb-refactor:extract-all');
        }
      },
      showRoom: () => panel.show(room.id),
      showMap: () => void app.commands.execute('nb-refactor:open-map')
    },
    trans
  );
  panel.addRoom(room);
}

/** Selects the cells in the notebook and opens the dialog of the extraction on them. */
async function extract(
  app: JupyterFrontEnd,
  panel: NotebookPanel,
  cellIds: readonly string[]
): Promise<void> {
  app.shell.activateById(panel.id);
  if (!(await showCell(panel, cellIds[0]))) {
    return;
  }
  const last = indexOf(panel, cellIds[cellIds.length - 1]);
  if (last > panel.content.activeCellIndex) {
    panel.content.extendContiguousSelectionTo(last);
  }
  await app.commands.execute('nb-refactor:extract');
}
