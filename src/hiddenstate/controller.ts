import { Notification } from '@jupyterlab/apputils';
import type { ISessionContextDialogs } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { Mend, NotebookReport, Span } from '../messages';
import { indexOf, reveal } from '../navigate';
import type { IJudgements } from '../panel/judgements';
import { TRANSLATION_DOMAIN } from '../tokens';
import type { Attention } from './attention';
import { CellMarks } from './marks';
import { applyMend } from './mend';
import type { Standing } from './model';
import type { IRoomSource } from './room';
import type { ISettings } from './settings';
import { DEFAULTS } from './settings';
import { shownCells } from './summary';
import type { Underlines } from './underline';
import type { NotebookWatch, NotebookWatches } from './watch';

/** Joins the watched notebooks with what shows them: marks, panel and status bar. */
export class HiddenStateController implements IRoomSource, IJudgements {
  constructor(options: {
    watches: NotebookWatches;
    underlines: Underlines;
    attention: Attention;
    dialogs: ISessionContextDialogs;
    translator: ITranslator;
    /** Runs all cells of the notebook in front. */
    runAll(): void;
  }) {
    this.runAll = options.runAll;
    this._watches = options.watches;
    this._dialogs = options.dialogs;
    this._translator = options.translator;
    this._trans = options.translator.load(TRANSLATION_DOMAIN);
    this._underlines = options.underlines;
    this._marks = new CellMarks(options.underlines, this._trans);
    this._attention = options.attention;
    this._attention.changed.connect(this._onAttention, this);
    this._onAttention();
    this._watches.currentChanged.connect(() => this._changed.emit());
    this._watches.checked.connect(this._onChecked, this);
  }

  readonly runAll: () => void;

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Whether the status bar is to tell. */
  get inStatusBar(): boolean {
    return this._settings.statusBar;
  }

  get hazards(): boolean {
    return this._settings.hazards;
  }

  standing(): Standing {
    return this._watches.current?.model.standing ?? { kind: 'no_notebook' };
  }

  reportOf(panel: NotebookPanel): NotebookReport | null {
    const standing = this._watches.of(panel)?.model.standing;
    return standing?.kind === 'checked' ? standing.report : null;
  }

  /** Takes new settings over, in all open notebooks. */
  apply(settings: ISettings): void {
    this._settings = settings;
    this._watches.setDelay(settings.delay);
    this._attention.apply(settings);
    this._watches.forEach(watch => this._draw(watch));
    this._changed.emit();
  }

  checkNow = (): void => {
    void this._watches.current?.model.checkNow();
  };

  reveal = (cellId: string, at: Span | null): void => {
    const watch = this._watches.current;
    if (watch) {
      void reveal(watch.panel, cellId, at);
    }
  };

  mend = (mend: Mend): void => {
    const watch = this._watches.current;
    if (!watch) {
      return;
    }
    const { panel } = watch;
    const bench = {
      panel,
      dialogs: this._dialogs,
      translator: this._translator
    };
    applyMend(mend, bench).catch((error: unknown) => {
      Notification.error(
        this._trans.__('“%1” did not succeed: %2', mend.title, String(error))
      );
    });
  };

  /** Goes to the next cell with a finding behind the active one, from the end to the top again. */
  revealNext(): void {
    const watch = this._watches.current;
    const standing = this.standing();
    if (!watch || standing.kind !== 'checked') {
      return;
    }
    const active = watch.panel.content.activeCellIndex;
    const cells = shownCells(standing.report.cells, this.hazards);
    const next =
      cells.find(cell => indexOf(watch.panel, cell.cell_id) > active) ??
      cells[0];
    if (next) {
      void reveal(watch.panel, next.cell_id);
    }
  }

  /** Lists what is underlined in the active cell, below its code. */
  listFindings(): void {
    const cell = this._watches.current?.panel.content.activeCell;
    if (cell) {
      this._underlines.openList(cell.model);
    }
  }

  private _onAttention(): void {
    this._watches.setWanted(this._attention.isPaid);
  }

  private _onChecked(_: NotebookWatches, watch: NotebookWatch): void {
    this._draw(watch);
    if (watch === this._watches.current) {
      this._changed.emit();
    }
  }

  private _draw(watch: NotebookWatch): void {
    const { panel, model } = watch;
    this._marks.draw(panel.content, model.standing, this._settings);
  }

  private readonly _watches: NotebookWatches;
  private readonly _underlines: Underlines;
  private readonly _attention: Attention;
  private readonly _marks: CellMarks;
  private readonly _dialogs: ISessionContextDialogs;
  private readonly _translator: ITranslator;
  private readonly _trans: TranslationBundle;
  private _settings: ISettings = DEFAULTS;
  private readonly _changed = new Signal<this, void>(this);
}
