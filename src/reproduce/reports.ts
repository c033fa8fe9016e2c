import type { JupyterFrontEnd } from '@jupyterlab/application';
import {
  MainAreaWidget,
  Notification,
  WidgetTracker
} from '@jupyterlab/apputils';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { bringForward, showBeside } from '../beside';
import type { IRefactorClient } from '../client';
import { pathOf, readNotebook } from '../document';
import type { IFinishedRun } from '../freshruns';
import { RUN_EVENT } from '../messages';
import type { Cause, ReproduceRequest } from '../messages';
import { reveal, showCell } from '../navigate';
import { recorderOf } from '../recorder';
import { acceptInto } from './acceptance';
import { ReportSaver } from './saver';
import { RunModel } from './model';
import { titlesOf } from './report';
import type { CellTitle } from './report';
import { DEFAULTS } from './settings';
import type { IRunSettings } from './settings';
import { ReportWidget } from './widget';

/** A report as it lies in the main area. */
export type ReportTab = MainAreaWidget<ReportWidget>;

/** The open reports, one for each notebook. */
export class Reports {
  constructor(
    private readonly _app: JupyterFrontEnd,
    private readonly _notebooks: INotebookTracker,
    private readonly _client: IRefactorClient,
    private readonly _trans: TranslationBundle
  ) {
    this._saver = new ReportSaver(_client, _trans);
    _app.serviceManager.events.stream.connect((_, event) => {
      if (event.schema_id === RUN_EVENT && typeof event.run_id === 'string') {
        const runId = event.run_id;
        this.tracker.forEach(tab => tab.content.model.wake(runId));
      }
    });
  }

  /** How runs are to be made. */
  settings: IRunSettings = DEFAULTS;

  readonly tracker = new WidgetTracker<ReportTab>({
    namespace: 'nb-refactor-reports'
  });

  /** Emitted with the notebook whose run begins. */
  get began(): ISignal<this, { panel: NotebookPanel; model: RunModel }> {
    return this._began;
  }

  /** Emitted when there is news of a run. */
  get changed(): ISignal<this, RunModel> {
    return this._changed;
  }

  /** Emitted with a run of this page that came to its end. */
  get finished(): ISignal<this, IFinishedRun> {
    return this._finished;
  }

  /** The run whose report of the notebook is open, or null. */
  modelOf(path: string): RunModel | null {
    return this._tabOf(path)?.content.model ?? null;
  }

  /** The code cells of that run. */
  titlesOf(path: string): readonly CellTitle[] {
    return this._tabOf(path)?.content.titles ?? [];
  }

  /** Runs the notebook as it stands in the browser, with the report beside it. */
  run(panel: NotebookPanel, twice = false): void {
    const tab = this._open(pathOf(panel), panel);
    const { model } = tab.content;
    if (model.isRunning) {
      bringForward(this._app, tab);
      return;
    }
    tab.content.titles = titlesIn(panel);
    this._began.emit({ panel, model });
    const cells = tab.content.titles;
    const document = documentOf(panel, twice, this.settings);
    void model.start(document).then(() => {
      const report = model.view.run?.report;
      if (model.view.state === 'finished' && report && !tab.isDisposed) {
        this._finished.emit({ path: model.path, cells, report });
      }
    });
  }

  /** Shows a run that was started before, as after a reload. */
  restore(path: string, runId: string): void {
    const panel = this._find(path);
    const tab = this._open(path, panel);
    const { model } = tab.content;
    if (!model.view.runId) {
      void model.attach(runId);
    }
    void this._nameRows(tab, path);
  }

  private _open(path: string, beside: NotebookPanel | null): ReportTab {
    const open = this._tabOf(path);
    if (open) {
      bringForward(this._app, open);
      return open;
    }
    const tab = this._create(path);
    showBeside(this._app, tab, beside);
    void this.tracker.add(tab);
    return tab;
  }

  private _tabOf(path: string): ReportTab | undefined {
    return this.tracker.find(tab => tab.content.model.path === path);
  }

  private _create(path: string): ReportTab {
    const model = new RunModel({
      client: this._client,
      path,
      trans: this._trans
    });
    model.started.connect(this._save, this);
    model.changed.connect(() => this._changed.emit(model));
    const content = new ReportWidget({
      model,
      titles: [],
      trans: this._trans,
      actions: {
        cancel: () => void model.cancel(),
        runAgain: () => this._inNotebook(path, panel => this.run(panel)),
        runTwice: () => this._inNotebook(path, panel => this.run(panel, true)),
        goTo: title => this.goTo(path, title),
        goToCause: cause => this._goToCause(path, cause),
        accept: cellIds => this._accept(path, model, cellIds),
        save: below => this._saver.ask(model, below)
      }
    });
    const tab = new MainAreaWidget({ content });
    tab.id = `${content.id}-tab`;
    tab.toolbar.hide();
    // Two tabs beside each other are told apart.
    content.node.setAttribute('aria-label', content.title.label);
    // The tracker forgets the tab in the same moment: tell when it has.
    tab.disposed.connect(() => queueMicrotask(() => this._changed.emit(model)));
    return tab;
  }

  private _accept(
    path: string,
    model: RunModel,
    cellIds: readonly string[]
  ): void {
    this._inNotebook(path, panel => {
      this._app.shell.activateById(panel.id);
      void acceptInto(panel, model, cellIds, this._client, this._trans);
    });
  }

  private _goToCause(path: string, { cell_id, at }: Cause): void {
    this._inNotebook(path, panel => {
      this._app.shell.activateById(panel.id);
      if (cell_id !== null) {
        void reveal(panel, cell_id, at);
      }
    });
  }

  /** Does something in the notebook, if it is open. */
  private _inNotebook(path: string, act: (panel: NotebookPanel) => void): void {
    const panel = this._find(path);
    if (panel) {
      act(panel);
    } else {
      this._askToOpen();
    }
  }

  /** Shows the cell of a row in the notebook. */
  goTo(path: string, title: CellTitle): void {
    this._inNotebook(path, panel => {
      this._app.shell.activateById(panel.id);
      void showCell(panel, title.cellId);
    });
  }

  private _askToOpen(): void {
    Notification.info(this._trans.__('Open the notebook first.'), {
      autoClose: 4000
    });
  }

  private _find(path: string): NotebookPanel | null {
    return this._notebooks.find(panel => pathOf(panel) === path) ?? null;
  }

  /** After a reload the notebook may come up later than its report. */
  private async _nameRows(tab: ReportTab, path: string): Promise<void> {
    await this._notebooks.restored;
    const panel = this._find(path);
    await panel?.context.ready;
    if (panel && !tab.isDisposed && !tab.content.titles.length) {
      tab.content.titles = titlesIn(panel);
      tab.content.update();
    }
  }

  /** What a reload needs to find the run again. */
  private _save(model: RunModel): void {
    const tab = this.tracker.find(each => each.content.model === model);
    if (tab) {
      void this.tracker.save(tab);
    }
  }

  private readonly _began = new Signal<
    this,
    { panel: NotebookPanel; model: RunModel }
  >(this);
  private readonly _changed = new Signal<this, RunModel>(this);
  private readonly _finished = new Signal<this, IFinishedRun>(this);
  private readonly _saver: ReportSaver;
}

/** What is sent: the document of now, and what its kernel ran, as far as that one tells. */
async function documentOf(
  panel: NotebookPanel,
  twice: boolean,
  settings: IRunSettings
): Promise<Omit<ReproduceRequest, 'path'>> {
  const content = panel.context.model.toJSON() as Record<string, unknown>;
  const { executions } = await recorderOf(panel.sessionContext).read();
  return {
    content,
    executions,
    twice,
    scratch: settings.scratchCopy,
    tolerance: settings.tolerance,
    keep_warm: settings.keepKernelWarm
  };
}

function titlesIn(panel: NotebookPanel): CellTitle[] {
  const cells = panel.content.model
    ? readNotebook(panel.content.model).cells
    : [];
  return titlesOf(
    cells.map(({ cell_id, kind, source, execution_count }) => ({
      id: cell_id,
      kind: kind ?? 'code',
      source,
      executionCount: execution_count
    }))
  );
}
