import type { TranslationBundle } from '@jupyterlab/translation';
import { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { Cause, CellOutcome } from '../messages';
import { Prose } from '../prose';
import { DependenciesView } from './dependenciesview';
import { DifferenceView } from './differenceview';
import { Head } from './head';
import type { RunView } from './model';
import {
  differs,
  duration,
  hasDetails,
  isAcceptable,
  rowsOf,
  statusLabel,
  untoldError
} from './report';
import type { CellTitle, Row, RowStatus } from './report';
import { STATUS_ICONS } from './status_icons';

/** What a person can do in the report. */
export interface ReportActions {
  cancel(): void;
  runAgain(): void;
  /** Runs it in two fresh kernels, to tell chance from what is old. */
  runTwice(): void;
  goTo(title: CellTitle): void;
  /** Goes to the place of a cause. */
  goToCause(cause: Cause): void;
  /** Writes the new outputs of these cells into the notebook. */
  accept(cellIds: readonly string[]): void;
  /** Asks where the report is to be saved, below this element. */
  save(below: HTMLElement): void;
}

export interface ReportProps {
  view: RunView;
  titles: readonly CellTitle[];
  actions: ReportActions;
  trans: TranslationBundle;
}

/** The report of one run, from its first cell to its verdict. */
export function ReportView(props: ReportProps): JSX.Element {
  const { view, titles, actions, trans } = props;
  const rows = rowsOf(view, titles);
  const [onlyDiffering, setOnlyDiffering] = React.useState(false);
  const [chosen, choose] = useChoice(view, rows);
  const shown = onlyDiffering ? rows.filter(differs) : rows;
  const dependencies = view.run?.report?.dependencies;
  return (
    <div className="nbr-Report">
      <Head
        {...props}
        rows={rows}
        chosen={chosen}
        onlyDiffering={onlyDiffering}
        setOnlyDiffering={setOnlyDiffering}
      />
      <ol className="nbr-Report-rows" aria-label={trans.__('Cells')}>
        {shown.map(row => (
          <RowView
            key={row.title.cellId}
            row={row}
            actions={actions}
            accepted={view.accepted.has(row.title.cellId)}
            chosen={chosen.includes(row.title.cellId)}
            choose={isAcceptable(row) ? choose : null}
            trans={trans}
          />
        ))}
      </ol>
      {dependencies && (
        <DependenciesView
          dependencies={dependencies}
          titles={titles}
          goTo={actions.goTo}
          trans={trans}
        />
      )}
    </div>
  );
}

type Choose = (cellId: string, chosen: boolean) => void;

/** The cells whose new outputs are to be accepted: all but those that chance decides on. */
function useChoice(view: RunView, rows: readonly Row[]): [string[], Choose] {
  const [changed, setChanged] = React.useState<Record<string, boolean>>({});
  React.useEffect(() => setChanged({}), [view.runId]);
  const over = view.state === 'finished';
  const chosen = rows
    .filter(row => over && isAcceptable(row))
    .filter(row => !view.accepted.has(row.title.cellId))
    .filter(row => changed[row.title.cellId] ?? row.status !== 'unstable')
    .map(row => row.title.cellId);
  return [
    chosen,
    (cellId, isChosen) => setChanged({ ...changed, [cellId]: isChosen })
  ];
}

function RowView(props: {
  row: Row;
  actions: ReportActions;
  accepted: boolean;
  chosen: boolean;
  choose: Choose | null;
  trans: TranslationBundle;
}): JSX.Element {
  const { row, actions, accepted, trans } = props;
  const { title, status, outcome } = row;
  const ran = outcome !== null && outcome.status !== 'not_run';
  const label = accepted
    ? trans.__('accepted')
    : outcome?.error && status === 'same'
      ? trans.__('the same error')
      : statusLabel(status, trans);
  return (
    <li
      className={`nbr-Report-row nbr-mod-${accepted ? 'accepted' : status}`}
      data-cell-id={title.cellId}
    >
      <div className="nbr-Report-top">
        <button
          type="button"
          className="nbr-Report-line"
          title={trans.__('Go to the cell')}
          onClick={() => actions.goTo(title)}
        >
          <StatusIcon status={accepted ? 'same' : status} label={label} />
          <span className="nbr-Report-number">{title.number}</span>
          <code className="nbr-Report-source">{title.firstLine}</code>
          <span className="nbr-Report-status">{label}</span>
          <span className="nbr-Report-seconds">
            {ran ? duration(outcome.seconds, trans) : ''}
          </span>
        </button>
        <ChoiceBox {...props} />
      </div>
      {outcome && !accepted && hasDetails(row) && (
        <Details row={row} outcome={outcome} actions={actions} trans={trans} />
      )}
      {outcome?.notes.map((note, index) => (
        <div key={index} className="nbr-Report-note">
          <Prose text={note} />
        </div>
      ))}
    </li>
  );
}

/** Whether the new outputs of the cell go with the others when they are accepted. */
function ChoiceBox(props: {
  row: Row;
  accepted: boolean;
  chosen: boolean;
  choose: Choose | null;
  trans: TranslationBundle;
}): JSX.Element {
  const { row, accepted, chosen, choose, trans } = props;
  const label = trans.__('Accept the new outputs of cell %1', row.title.number);
  return (
    <span className="nbr-Report-choice">
      {choose && !accepted && (
        <input
          type="checkbox"
          checked={chosen}
          aria-label={label}
          title={label}
          onChange={event => choose(row.title.cellId, event.target.checked)}
        />
      )}
    </span>
  );
}

function StatusIcon(props: { status: RowStatus; label: string }): JSX.Element {
  return (
    <span className="nbr-Report-icon" role="img" aria-label={props.label}>
      <LabIcon.resolveReact
        icon={STATUS_ICONS[props.status]}
        tag="span"
        stylesheet="listing"
      />
    </span>
  );
}

function Details(props: {
  row: Row;
  outcome: CellOutcome;
  actions: ReportActions;
  trans: TranslationBundle;
}): JSX.Element {
  const { row, outcome, actions, trans } = props;
  const error = differs(row) ? untoldError(outcome) : '';
  return (
    <div className="nbr-Report-details">
      {error && <div className="nbr-Report-error">{error}</div>}
      {outcome.cause && (
        <CauseView cause={outcome.cause} actions={actions} trans={trans} />
      )}
      {outcome.differences.map((difference, index) => (
        <DifferenceView key={index} difference={difference} trans={trans} />
      ))}
    </div>
  );
}

/** Why the cell differs, with the way to the place of the cause. */
function CauseView(props: {
  cause: Cause;
  actions: ReportActions;
  trans: TranslationBundle;
}): JSX.Element {
  const { cause, actions, trans } = props;
  return (
    <div className="nbr-Report-cause" data-kind={cause.kind}>
      <span className="nbr-Report-kind">{causeLabel(cause.kind, trans)}</span>
      <span className="nbr-Report-reason">
        <Prose text={cause.message} />{' '}
        {cause.cell_id !== null && (
          <button
            type="button"
            className="nbr-Report-link"
            onClick={() => actions.goToCause(cause)}
          >
            {trans.__('Show the place')}
          </button>
        )}
      </span>
    </div>
  );
}

function causeLabel(kind: Cause['kind'], trans: TranslationBundle): string {
  switch (kind) {
    case 'missing_package':
      return trans.__('Missing package');
    case 'missing_file':
      return trans.__('Missing file');
    case 'changed_file':
      return trans.__('Changed file');
    case 'network':
      return trans.__('Network');
    case 'hidden_state':
      return trans.__('Hidden state');
    case 'package_version':
      return trans.__('Another version');
    case 'upstream':
      return trans.__('From above');
    case 'randomness':
      return trans.__('Randomness');
    case 'time':
      return trans.__('Time');
    case 'environment':
      return trans.__('Environment');
    case 'stale':
      return trans.__('Old outputs');
  }
}
