import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { extractableIcon } from './icon';
import type { Answer, Inquiry } from '../inquiry';
import type { Candidate, Candidates, Cell } from '../messages';
import type { IRoom } from '../panel/room';
import { explain } from '../panel/unanswered';
import { Prose } from '../prose';
import { reasonText, signatureText } from './reasons';

/** What the room's buttons do, for the notebook in front. */
export interface IRoomActions {
  reveal(cellId: string): void;
  /** Opens the dialog of the extraction on these cells. */
  extract(cellIds: readonly string[]): void;
  /** Opens the dialog of the extraction of all cells that are worth it. */
  extractAll(): void;
  showRoom(): void;
  showMap(): void;
}

/** The room of candidates: which cells are worth extracting, and why. */
export function candidatesRoom(
  inquiry: Inquiry<Candidates>,
  actions: IRoomActions,
  trans: TranslationBundle
): IRoom {
  const caption = trans.__(
    'Extraction: which cells are worth moving to a module, and why'
  );
  return {
    id: 'candidates',
    label: trans.__('Extract'),
    openLabel: trans.__('Show Cells Worth Extracting'),
    caption,
    icon: extractableIcon,
    rank: 2,
    changed: inquiry.changed,
    count: () => {
      const { answer } = inquiry;
      return answer.kind === 'told' ? answer.value.candidates.length : 0;
    },
    notice: () => {
      const { kind } = inquiry.answer;
      if (kind !== 'told' && kind !== 'loading') {
        return null;
      }
      return {
        urgency: 'extractable',
        tone: 'neutral',
        text: caption,
        action: {
          label: trans.__('See what to extract'),
          caption,
          execute: () => actions.showRoom()
        }
      };
    },
    look: seen => {
      inquiry.active = seen;
    },
    refresh: () => inquiry.refresh(),
    render: () => (
      <CandidatesView answer={inquiry.answer} actions={actions} trans={trans} />
    )
  };
}

interface IProps {
  answer: Answer<Candidates>;
  actions: IRoomActions;
  trans: TranslationBundle;
}

function CandidatesView(props: IProps): JSX.Element {
  const { answer, actions, trans } = props;
  if (answer.kind !== 'told') {
    const own = {
      noNotebook: trans.__('Open a notebook to see what is worth extracting.'),
      notPython: (language: string) =>
        trans.__(
          'Only the code of Python notebooks can be extracted. The language of this one is %1.',
          language
        )
    };
    return <p className="nbr-Panel-message">{explain(answer, own, trans)}</p>;
  }
  const cells = new Map(
    (answer.notebook.cells ?? []).map(cell => [cell.cell_id, cell])
  );
  const code = [...cells.values()].filter(cell => cell.kind === 'code');
  const numbers = new Map(code.map((cell, at) => [cell.cell_id, at + 1]));
  const { candidates } = answer.value;
  return (
    <>
      <div className="nbr-Candidates-bar">
        <button
          className="jp-mod-styled"
          title={trans.__('Draws which names flow from which cell to which')}
          onClick={() => actions.showMap()}
        >
          {trans.__('Show the map')}
        </button>
        {candidates.length > 0 && (
          <button
            className="jp-mod-styled"
            title={trans.__(
              'Each into a function of its own; shows them all before anything is written'
            )}
            onClick={() => actions.extractAll()}
          >
            {trans.__('Extract all…')}
          </button>
        )}
      </div>
      {candidates.length === 0 ? (
        <p className="nbr-Panel-message">
          {answer.value.cells === 0
            ? trans.__('Write a code cell, and this room says what to extract.')
            : trans.__(
                'Nothing here is worth a function of its own yet. Any cell can still be extracted from its menu.'
              )}
        </p>
      ) : (
        <ul
          className="nbr-Panel-cells"
          aria-label={trans.__('Cells worth extracting, the worthiest first')}
        >
          {candidates.map(candidate => (
            <CandidateItem
              key={candidate.cell_ids.join(' ')}
              candidate={candidate}
              cells={cells}
              numbers={numbers}
              actions={actions}
              trans={trans}
            />
          ))}
        </ul>
      )}
    </>
  );
}

function CandidateItem(props: {
  candidate: Candidate;
  cells: ReadonlyMap<string, Cell>;
  numbers: ReadonlyMap<string, number>;
  actions: IRoomActions;
  trans: TranslationBundle;
}): JSX.Element {
  const { candidate, cells, numbers, actions, trans } = props;
  const ids = candidate.cell_ids;
  const first = numbers.get(ids[0]) ?? 0;
  const last = first + ids.length - 1;
  const code = firstLine(cells.get(ids[0])?.source ?? '');
  return (
    <li className="nbr-Candidate">
      <button
        className="nbr-Candidate-header"
        title={trans.__('Go to the cell')}
        onClick={() => actions.reveal(ids[0])}
      >
        <span className="nbr-Candidate-number">
          {first === last ? `#${first}` : `#${first}–${last}`}
        </span>
        <span className="nbr-Candidate-name">
          {candidate.heading || <code>{code}</code>}
        </span>
      </button>
      <code className="nbr-Candidate-signature">
        {signatureText(candidate)}
      </code>
      <ul className="nbr-Candidate-reasons">
        {candidate.reasons.map(reason => (
          <li key={reason.kind}>
            <Prose text={reasonText(reason, trans)} />
          </li>
        ))}
      </ul>
      <button
        className="nbr-Candidate-extract jp-mod-styled jp-mod-minimal"
        title={trans.__(
          'Shows the function and the new cell before anything is written'
        )}
        aria-label={trans.__('Extract code cell %1…', first)}
        onClick={() => actions.extract(ids)}
      >
        {trans.__('Extract…')}
      </button>
    </li>
  );
}

/** The line that tells a cell from others: its first line of code. */
function firstLine(source: string): string {
  const lines = source.split('\n').map(line => line.trim());
  return lines.find(line => line !== '' && !line.startsWith('#')) ?? lines[0];
}
