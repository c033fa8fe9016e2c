import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { IRefactorClient } from '../client';
import { pathOf } from '../document';
import { failureOf } from '../request';
import type { IFailure } from '../request';
import { isRunning } from './model';
import type { RunModel } from './model';
import type { Course } from './notice';
import { headlineOf, progressOf, rowsOf } from './report';
import type { Row } from './report';
import type { Reports } from './reports';
import { fingerprint } from './verdicts';
import type { Verdicts } from './verdicts';

/** How long nobody types before it is told that the document is another one, in milliseconds. */
const PAUSE = 300;

/** How the reproduction of the notebook in front goes, or how it came out. */
export class Courses {
  constructor(
    private readonly _notebooks: INotebookTracker,
    private readonly _reports: Reports,
    private readonly _verdicts: Verdicts,
    private readonly _client: Pick<IRefactorClient, 'greet'>,
    private readonly _trans: TranslationBundle
  ) {
    _reports.began.connect((_, { panel, model }) => {
      this._documents.set(model, documentOf(panel));
    });
    _reports.changed.connect((_, model) => {
      this._remember(model);
      this._changed.emit();
    });
    _notebooks.currentChanged.connect((_, panel) => this._follow(panel));
    this._follow(_notebooks.currentWidget);
    void _verdicts.restore().then(() => this._changed.emit());
  }

  /** Emitted when there is something else to tell. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get panel(): NotebookPanel | null {
    return this._notebooks.currentWidget;
  }

  /** Whether anybody looks: then the server is asked whether it could run the notebook. */
  set isSeen(seen: boolean) {
    if (seen && !this._isSeen) {
      void this.greet();
    }
    this._isSeen = seen;
  }

  /** Finds out whether the server is there for a run. */
  async greet(): Promise<void> {
    try {
      await this._client.greet();
      this._failure = null;
    } catch (error) {
      this._failure = failureOf(error);
    }
    this._tell();
  }

  current(): Course {
    const { panel } = this;
    if (!panel) {
      return { kind: 'no_notebook' };
    }
    if (!panel.context.isReady) {
      return { kind: 'loading' };
    }
    const path = pathOf(panel);
    const verdict = this._verdicts.get(path);
    const model = this._reports.modelOf(path);
    const edited =
      verdict !== null &&
      verdict.document !== '' &&
      verdict.document !== (this._document ??= documentOf(panel));
    if (model && !(model.view.state === 'lost' && !model.view.runId)) {
      const headline = headlineOf(model.view, this.rows(), this._trans);
      return isRunning(model.view.state)
        ? { kind: 'running', headline, progress: progressOf(model.view) }
        : {
            kind: 'over',
            headline,
            verdict: model.view.state === 'finished' ? verdict : null,
            edited: model.view.state === 'finished' && edited
          };
    }
    if (this._failure) {
      return { kind: 'failed', ...this._failure };
    }
    if (verdict) {
      return { kind: 'over', headline: verdict, verdict, edited };
    }
    return { kind: hasCode(panel) ? 'never_run' : 'empty' };
  }

  /** The cells of the run whose report is open. */
  rows(): Row[] {
    const path = this.panel ? pathOf(this.panel) : '';
    const model = this._reports.modelOf(path);
    return model ? rowsOf(model.view, this._reports.titlesOf(path)) : [];
  }

  private _remember(model: RunModel): void {
    if (model.view.state !== 'finished' || !model.view.run?.report) {
      return;
    }
    const rows = rowsOf(model.view, this._reports.titlesOf(model.path));
    this._verdicts.tell(model.path, {
      ...headlineOf(model.view, rows, this._trans),
      runId: model.view.runId,
      told: Date.now(),
      document: this._documents.get(model) ?? ''
    });
  }

  private _follow(panel: NotebookPanel | null): void {
    this._followed?.context.model?.contentChanged.disconnect(this._wait, this);
    this._followed = panel;
    this._document = null;
    panel?.context.model?.contentChanged.connect(this._wait, this);
    void panel?.context.ready.then(() => this._tell());
    if (this._isSeen) {
      void this.greet();
    }
    this._tell();
  }

  /** At each key there is nothing new to tell, and to find that out takes all sources. */
  private _wait(): void {
    clearTimeout(this._timer);
    this._timer = setTimeout(() => {
      this._document = null;
      this._tell();
    }, PAUSE);
  }

  private _tell(): void {
    this._changed.emit();
  }

  private _isSeen = false;
  private _failure: IFailure | null = null;
  private _followed: NotebookPanel | null = null;
  /** The fingerprint of the document that is followed, since the last pause. */
  private _document: string | null = null;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private readonly _documents = new WeakMap<RunModel, string>();
  private readonly _changed = new Signal<this, void>(this);
}

function codeOf(panel: NotebookPanel): string[] {
  return [...(panel.content.model?.cells ?? [])]
    .filter(cell => cell.type === 'code')
    .map(cell => cell.sharedModel.getSource());
}

function hasCode(panel: NotebookPanel): boolean {
  for (const cell of panel.content.model?.cells ?? []) {
    if (cell.type === 'code' && cell.sharedModel.getSource().trim() !== '') {
      return true;
    }
  }
  return false;
}

function documentOf(panel: NotebookPanel): string {
  return fingerprint(codeOf(panel));
}
