import type { TranslationBundle } from '@jupyterlab/translation';
import type { ISignal } from '@lumino/signaling';
import * as React from 'react';

import type { Mend, Span } from '../messages';
import type { IAction, INotice, IRoom } from '../panel/room';
import { CellFindings } from './findings';
import { hiddenStateIcon } from './icon';
import type { IChecked, Standing } from './model';
import {
  basisNote,
  countStates,
  explain,
  shownCells,
  shownFindings
} from './summary';
import { noticeOf } from './notice';
import type { NextStep } from './notice';

/** What the room shows and what its buttons do. */
export interface IRoomSource {
  /** Emitted when there is something else to show. */
  readonly changed: ISignal<unknown, unknown>;
  /** How the notebook in front stands; null where there is none. */
  standing(): Standing | null;
  /** Whether hazards are shown. */
  readonly hazards: boolean;
  readonly version: string;
  checkNow(): void;
  revealNext(): void;
  runAll(): void;
  reveal(cellId: string, at: Span | null): void;
  mend(mend: Mend): void;
}

/** The room of hidden state: which cells a fresh run would not give, why, and how to mend it. */
export class HiddenStateRoom implements IRoom {
  constructor(
    private readonly _source: IRoomSource,
    private readonly _trans: TranslationBundle
  ) {
    this.label = _trans.__('State');
    this.caption = _trans.__(
      'Hidden state: which cells a fresh run would not give, and why'
    );
  }

  readonly id = 'hidden-state';
  readonly label: string;
  readonly caption: string;
  readonly icon = hiddenStateIcon;
  readonly rank = 1;

  get changed(): ISignal<unknown, unknown> {
    return this._source.changed;
  }

  count(): number {
    const standing = this._source.standing();
    if (standing?.kind !== 'checked') {
      return 0;
    }
    const { hidden, affected } = countStates(standing.report.cells);
    return hidden + affected;
  }

  notice(): INotice | null {
    const standing = this._source.standing();
    if (!standing) {
      return null;
    }
    const { next, ...notice } = noticeOf(standing, this._trans);
    return { ...notice, action: next ? this._action(next) : null };
  }

  refresh(): void {
    this._source.checkNow();
  }

  render(): JSX.Element {
    const standing = this._source.standing();
    return standing?.kind === 'checked' ? (
      <Checked checked={standing} source={this._source} trans={this._trans} />
    ) : (
      <p className="nbr-Panel-message">
        {standing
          ? explain(standing, this._source.version, this._trans)
          : this._trans.__('Open a notebook to see how it stands.')}
      </p>
    );
  }

  private _action(next: NextStep): IAction {
    const { _source: source, _trans: trans } = this;
    switch (next) {
      case 'next_finding':
        return {
          label: trans.__('Go to the next finding'),
          caption: trans.__(
            'Shows the next cell that depends on hidden state, from the active one down'
          ),
          execute: () => source.revealNext()
        };
      case 'check':
        return {
          label: trans.__('Ask again'),
          caption: trans.__('Asks the Jupyter server once more'),
          execute: () => source.checkNow()
        };
      case 'run_all':
        return {
          label: trans.__('Run all cells'),
          caption: trans.__('Runs the notebook in its kernel'),
          execute: () => source.runAll()
        };
    }
  }
}

function Checked(props: {
  checked: IChecked;
  source: IRoomSource;
  trans: TranslationBundle;
}): JSX.Element {
  const { checked, source, trans } = props;
  const { cells } = checked.report;
  const note = basisNote(checked.basis, trans);
  const shown = shownCells(cells, source.hazards);
  return (
    <>
      {note && <p className="nbr-Panel-note">{note}</p>}
      {checked.settled.cleared.size > 0 && (
        <p className="nbr-Panel-note">
          {trans._n(
            'A fresh run gave what is shown: one cell that looked suspicious is cleared.',
            'A fresh run gave what is shown: %1 cells that looked suspicious are cleared.',
            checked.settled.cleared.size
          )}
        </p>
      )}
      {shown.length === 0 ? (
        <p className="nbr-Panel-message">
          {cells.length === 0
            ? trans.__('Write a code cell, and this room says how it stands.')
            : trans.__('No cell has anything to say here.')}
        </p>
      ) : (
        <ul className="nbr-Panel-cells" aria-label={trans.__('Cells')}>
          {shown.map(cell => (
            <CellFindings
              key={cell.cell_id}
              report={cell}
              findings={shownFindings(cell, source.hazards)}
              code={checked.sources.get(cell.cell_id) ?? ''}
              confirmed={checked.settled.confirmed.has(cell.cell_id)}
              onReveal={source.reveal}
              onMend={source.mend}
              trans={trans}
            />
          ))}
        </ul>
      )}
    </>
  );
}
