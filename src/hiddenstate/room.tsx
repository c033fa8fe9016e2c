import type { TranslationBundle } from '@jupyterlab/translation';
import type { ISignal } from '@lumino/signaling';
import * as React from 'react';

import type { Mend, Span } from '../messages';
import { withAction } from '../panel/notice';
import type { IAction, IRoom } from '../panel/room';
import { explain } from '../panel/unanswered';
import { CellFindings } from './findings';
import { hiddenStateIcon } from './icon';
import type { IChecked, Standing } from './model';
import { basisNote, countStates, shownCells, shownFindings } from './summary';
import { noticeOf } from './notice';
import type { NextStep } from './notice';

/** What the room shows and what its buttons do. */
export interface IRoomSource {
  /** Emitted when there is something else to show. */
  readonly changed: ISignal<unknown, unknown>;
  /** How the notebook in front stands. */
  standing(): Standing;
  /** Whether hazards are shown. */
  readonly hazards: boolean;
  checkNow(): void;
  revealNext(): void;
  runAll(): void;
  reveal(cellId: string, at: Span | null): void;
  mend(mend: Mend): void;
}

/** The room of hidden state: which cells a fresh run would not give, why, and how to mend it. */
export function hiddenStateRoom(
  source: IRoomSource,
  trans: TranslationBundle
): IRoom {
  const actions: Record<NextStep, IAction> = {
    next_finding: {
      label: trans.__('Go to the next finding'),
      caption: trans.__(
        'Shows the next cell that depends on hidden state, from the active one down'
      ),
      execute: () => source.revealNext()
    },
    check: {
      label: trans.__('Ask again'),
      caption: trans.__('Asks the Jupyter server once more'),
      execute: () => source.checkNow()
    },
    run_all: {
      label: trans.__('Run all cells'),
      caption: trans.__('Runs the notebook in its kernel'),
      execute: () => source.runAll()
    }
  };
  return {
    id: 'hidden-state',
    label: trans.__('State'),
    openLabel: trans.__('Show Hidden State'),
    caption: trans.__(
      'Hidden state: which cells a fresh run would not give, and why'
    ),
    icon: hiddenStateIcon,
    rank: 1,
    changed: source.changed,
    count: () => {
      const standing = source.standing();
      if (standing.kind !== 'checked') {
        return 0;
      }
      const { hidden, affected } = countStates(standing.report.cells);
      return hidden + affected;
    },
    notice: () => {
      const said = noticeOf(source.standing(), trans);
      return said && withAction(said, actions);
    },
    refresh: () => source.checkNow(),
    render: () => <HiddenState source={source} trans={trans} />
  };
}

function HiddenState(props: {
  source: IRoomSource;
  trans: TranslationBundle;
}): JSX.Element {
  const { source, trans } = props;
  const standing = source.standing();
  if (standing.kind === 'checked') {
    return <Checked checked={standing} source={source} trans={trans} />;
  }
  const own = {
    noNotebook: trans.__('Open a notebook to see how it stands.'),
    notPython: (language: string) =>
      trans.__(
        'Hidden state is found in Python notebooks. The language of this one is %1.',
        language
      )
  };
  return <p className="nbr-Panel-message">{explain(standing, own, trans)}</p>;
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
