import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import {
  ICommandPalette,
  MainAreaWidget,
  WidgetTracker
} from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import { bringForward, showBeside } from '../beside';
import { IRefactorClient } from '../client';
import { addCommand } from '../commands';
import { pathOf } from '../document';
import { reveal } from '../navigate';
import { IJudgements } from '../panel/judgements';
import { TRANSLATION_DOMAIN } from '../tokens';
import { mapIcon } from './icon';
import { MapWidget } from './widget';

const OPEN = 'nb-refactor:open-map';

/** Draws the dataflow of a notebook. */
export const mapPlugin: JupyterFrontEndPlugin<void> = {
  id: 'nb-refactor:map',
  description: 'Draws which names flow from which cell to which.',
  autoStart: true,
  requires: [INotebookTracker, IJudgements, IRefactorClient],
  optional: [ITranslator, ICommandPalette, ILayoutRestorer],
  activate
};

function activate(
  app: JupyterFrontEnd,
  notebooks: INotebookTracker,
  judgements: IJudgements,
  client: IRefactorClient,
  translator: ITranslator | null,
  palette: ICommandPalette | null,
  restorer: ILayoutRestorer | null
): void {
  const trans = (translator ?? nullTranslator).load(TRANSLATION_DOMAIN);
  const maps = new Maps(app, notebooks, judgements, client, trans);
  const options: CommandRegistry.ICommandOptions = {
    label: trans.__('Show Dataflow Map'),
    caption: trans.__('Draw which names flow from which cell to which'),
    icon: mapIcon,
    describedBy: {
      args: {
        type: 'object',
        properties: {
          path: {
            type: 'string',
            description: trans.__(
              'The path of the notebook; without one, that of the notebook in front'
            )
          }
        }
      }
    },
    isEnabled: args =>
      typeof args.path === 'string' || notebooks.currentWidget !== null,
    execute: args => {
      const panel = notebooks.currentWidget;
      const path =
        typeof args.path === 'string' ? args.path : panel && pathOf(panel);
      if (path) {
        maps.open(path);
      }
    }
  };
  addCommand(OPEN, options, { commands: app.commands, palette, trans });
  notebooks.currentChanged.connect(() =>
    app.commands.notifyCommandChanged(OPEN)
  );
  void restorer?.restore(maps.tracker, {
    command: OPEN,
    args: ({ content }) => ({ path: content.path }),
    name: ({ content }) => content.path
  });
}

/** The open maps, one for each notebook. */
class Maps {
  constructor(
    private readonly _app: JupyterFrontEnd,
    private readonly _notebooks: INotebookTracker,
    private readonly _judgements: IJudgements,
    private readonly _client: IRefactorClient,
    private readonly _trans: TranslationBundle
  ) {
    // A notebook may come up later than its map, as after a reload.
    _notebooks.widgetAdded.connect((_, panel) => {
      void panel.context.ready.then(() => this._join(panel));
    });
  }

  readonly tracker = new WidgetTracker<MainAreaWidget<MapWidget>>({
    namespace: 'nb-refactor-maps'
  });

  open(path: string): void {
    const open = this.tracker.find(tab => tab.content.path === path);
    if (open) {
      bringForward(this._app, open);
      return;
    }
    const panel = this._find(path);
    const content = new MapWidget({
      path,
      ask: request => this._client.map(request),
      judgements: this._judgements,
      trans: this._trans,
      reveal: cellId => this._reveal(path, cellId)
    });
    content.follow(panel);
    const tab = new MainAreaWidget({ content });
    tab.id = `${content.id}-tab`;
    tab.toolbar.hide();
    // Two tabs beside each other are told apart.
    content.node.setAttribute('aria-label', content.title.label);
    showBeside(this._app, tab, panel);
    void this.tracker.add(tab);
    bringForward(this._app, tab);
  }

  private _join(panel: NotebookPanel): void {
    const path = panel.isDisposed ? null : pathOf(panel);
    this.tracker.find(tab => tab.content.path === path)?.content.follow(panel);
  }

  private _find(path: string): NotebookPanel | null {
    return this._notebooks.find(panel => pathOf(panel) === path) ?? null;
  }

  private _reveal(path: string, cellId: string): void {
    const panel = this._find(path);
    if (panel) {
      this._app.shell.activateById(panel.id);
      void reveal(panel, cellId);
    }
  }
}
