import { ReactWidget, UseSignal } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { refreshIcon } from '@jupyterlab/ui-components';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import React from 'react';

import type { Mend, Span } from '../messages';
import { CellFindings } from './findings';
import type { IChecked, Standing } from './model';
import {
  basisNote,
  explain,
  headline,
  shownCells,
  shownFindings,
  standsOut
} from './summary';

/** What the panel shows and what its buttons do. */
export interface IPanelSource {
  /** Emitted when there is something else to show. */
  readonly changed: ISignal<unknown, unknown>;
  /** How the notebook in front stands; null where there is none. */
  standing(): Standing | null;
  /** Whether hazards are shown. */
  readonly hazards: boolean;
  readonly version: string;
  checkNow(): void;
  reveal(cellId: string, at: Span | null): void;
  mend(mend: Mend): void;
}

/** The panel of hidden state in the right sidebar. It follows the notebook in front. */
export class HiddenStatePanel extends ReactWidget {
  constructor(
    private readonly _source: IPanelSource,
    private readonly _trans: TranslationBundle
  ) {
    super();
    this.id = 'nb-refactor-hidden-state';
    this.addClass('nbr-HiddenStatePanel');
    _source.changed.connect(this._onChanged, this);
  }

  dispose(): void {
    Signal.clearData(this);
    super.dispose();
  }

  protected onAfterShow(): void {
    this._shown.emit();
  }

  protected render(): JSX.Element {
    return (
      <UseSignal signal={this._shown}>
        {() => (
          <HiddenState
            standing={this._source.standing()}
            source={this._source}
            trans={this._trans}
          />
        )}
      </UseSignal>
    );
  }

  /** Nothing is drawn while the panel is closed. */
  private _onChanged(): void {
    if (this.isVisible) {
      this._shown.emit();
    }
  }

  private readonly _shown = new Signal<this, void>(this);
}

interface IHiddenStateProps {
  standing: Standing | null;
  source: IPanelSource;
  trans: TranslationBundle;
}

function HiddenState(props: IHiddenStateProps): JSX.Element {
  const { standing, source, trans } = props;
  return (
    <>
      <div className="nbr-Panel-header">
        <h2 className="nbr-Panel-title">{trans.__('Hidden state')}</h2>
        <button
          className="nbr-Panel-refresh jp-ToolbarButtonComponent jp-mod-minimal jp-Button"
          title={trans.__('Check now')}
          aria-label={trans.__('Check now')}
          disabled={!standing}
          onClick={() => source.checkNow()}
        >
          <refreshIcon.react tag="span" elementSize="normal" />
        </button>
      </div>
      {standing?.kind === 'checked' ? (
        <Checked checked={standing} source={source} trans={trans} />
      ) : (
        <p className="nbr-Panel-message" role="status">
          {standing
            ? explain(standing, source.version, trans)
            : trans.__('Open a notebook to see how it stands.')}
        </p>
      )}
    </>
  );
}

function Checked(props: {
  checked: IChecked;
  source: IPanelSource;
  trans: TranslationBundle;
}): JSX.Element {
  const { checked, source, trans } = props;
  const { cells } = checked.report;
  const state = standsOut(cells);
  const note = basisNote(checked.basis, trans);
  return (
    <>
      <div
        className={`nbr-Panel-headline ${state ? `nbr-mod-${state}` : ''}`}
        role="status"
      >
        <p>{headline(cells, checked.basis, trans)}</p>
        {note && <p className="nbr-Panel-note">{note}</p>}
      </div>
      <ul className="nbr-Panel-cells" aria-label={trans.__('Cells')}>
        {shownCells(cells, source.hazards).map(cell => (
          <CellFindings
            key={cell.cell_id}
            report={cell}
            findings={shownFindings(cell, source.hazards)}
            code={checked.sources.get(cell.cell_id) ?? ''}
            onReveal={source.reveal}
            onMend={source.mend}
            trans={trans}
          />
        ))}
      </ul>
    </>
  );
}
