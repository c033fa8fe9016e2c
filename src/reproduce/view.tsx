import type { TranslationBundle } from '@jupyterlab/translation';
import { Button, LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { readUnified } from '../diff';
import { DiffView } from '../diffview';
import type { CellOutcome, Difference } from '../messages';
import { Prose } from '../prose';
import { isRunning } from './model';
import type { RunView } from './model';
import {
  duration,
  hasDetails,
  headlineOf,
  pictureAddress,
  progressOf,
  rowsOf,
  untoldError
} from './report';
import type { CellTitle, Row, RowStatus } from './report';
import { STATUS_ICONS } from './status_icons';

/** What a person can do in the report. */
export interface ReportActions {
  cancel(): void;
  runAgain(): void;
  goTo(title: CellTitle): void;
}

interface ReportProps {
  view: RunView;
  titles: readonly CellTitle[];
  actions: ReportActions;
  trans: TranslationBundle;
}

/** The report of one run, from its first cell to its verdict. */
export function ReportView(props: ReportProps): JSX.Element {
  const { view, titles, actions, trans } = props;
  const rows = rowsOf(view, titles);
  return (
    <div className="nbr-Report">
      <Head {...props} rows={rows} />
      <ol className="nbr-Report-rows" aria-label={trans.__('Cells')}>
        {rows.map(row => (
          <RowView
            key={row.title.cellId}
            row={row}
            trans={trans}
            goTo={() => actions.goTo(row.title)}
          />
        ))}
      </ol>
    </div>
  );
}

function Head(props: ReportProps & { rows: readonly Row[] }): JSX.Element {
  const { view, rows, actions, trans } = props;
  const headline = headlineOf(view, rows, trans);
  const running = isRunning(view.state);
  return (
    <div className="nbr-Report-head">
      <div
        className={`nbr-Report-headline nbr-mod-${headline.tone}`}
        role="status"
      >
        {headline.text}
      </div>
      {running && (
        <progress
          className="nbr-Report-progress"
          value={progressOf(view)}
          aria-label={trans.__('Progress of the run')}
        />
      )}
      {running && view.message && (
        <div className="nbr-Report-note" role="alert">
          {view.message}
        </div>
      )}
      <div className="nbr-Report-bar">
        <span className="nbr-Report-note">{subline(view, trans)}</span>
        {running ? (
          <Button
            className="jp-mod-styled jp-mod-reject"
            onClick={actions.cancel}
            disabled={!view.runId || view.cancelling}
          >
            {view.cancelling ? trans.__('Cancelling…') : trans.__('Cancel')}
          </Button>
        ) : (
          <Button
            className="jp-mod-styled jp-mod-accept"
            onClick={actions.runAgain}
          >
            {trans.__('Run again')}
          </Button>
        )}
      </div>
    </div>
  );
}

function subline(view: RunView, trans: TranslationBundle): string {
  const report = view.run?.report;
  return report && !isRunning(view.state)
    ? trans.__(
        'In a fresh kernel (%1), %2',
        report.kernel,
        duration(report.seconds)
      )
    : trans.__('Your own kernel and the file are not touched.');
}

function RowView(props: {
  row: Row;
  trans: TranslationBundle;
  goTo(): void;
}): JSX.Element {
  const { row, trans, goTo } = props;
  const { title, status, outcome } = row;
  const ran = outcome !== null && outcome.status !== 'not_run';
  const label = statusLabel(status, trans);
  return (
    <li
      className={`nbr-Report-row nbr-mod-${status}`}
      data-cell-id={title.cellId}
    >
      <button
        type="button"
        className="nbr-Report-line"
        title={trans.__('Go to the cell')}
        onClick={goTo}
      >
        <StatusIcon status={status} label={label} />
        <span className="nbr-Report-number">{title.number}</span>
        <code className="nbr-Report-source">{title.firstLine}</code>
        <span className="nbr-Report-status">{label}</span>
        <span className="nbr-Report-seconds">
          {ran ? duration(outcome.seconds) : ''}
        </span>
      </button>
      {outcome && hasDetails(row) && (
        <Details outcome={outcome} trans={trans} />
      )}
      {outcome?.notes.map((note, index) => (
        <div key={index} className="nbr-Report-note">
          <Prose text={note} />
        </div>
      ))}
    </li>
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

/** How a row stands, in a word or two. */
export function statusLabel(
  status: RowStatus,
  trans: TranslationBundle
): string {
  switch (status) {
    case 'same':
      return trans.__('same');
    case 'different':
      return trans.__('different');
    case 'unstable':
      return trans.__('differs from run to run');
    case 'error':
      return trans.__('error');
    case 'not_run':
      return trans.__('not run');
    case 'no_saved_output':
      return trans.__('no saved output');
    case 'running':
      return trans.__('running…');
    case 'waiting':
      return '';
  }
}

function Details(props: {
  outcome: CellOutcome;
  trans: TranslationBundle;
}): JSX.Element {
  const { outcome, trans } = props;
  const error = untoldError(outcome);
  return (
    <div className="nbr-Report-details">
      {error && <div className="nbr-Report-error">{error}</div>}
      {outcome.differences.map((difference, index) => (
        <DifferenceView key={index} difference={difference} trans={trans} />
      ))}
    </div>
  );
}

function DifferenceView(props: {
  difference: Difference;
  trans: TranslationBundle;
}): JSX.Element {
  const { difference, trans } = props;
  const { why, diff } = difference;
  return (
    <div className="nbr-Report-difference">
      <div className="nbr-Report-why">
        <Prose text={why} />
      </div>
      {diff ? (
        <DiffView
          lines={readUnified(diff)}
          label={trans.__('Difference of the output')}
        />
      ) : (
        <SideBySide difference={difference} trans={trans} />
      )}
    </div>
  );
}

function SideBySide(props: {
  difference: Difference;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { difference, trans } = props;
  const { mime, saved, fresh } = difference;
  if (saved === null && fresh === null) {
    return null;
  }
  return (
    <div className="nbr-Report-sides">
      <Side
        label={trans.__('Saved')}
        mime={mime}
        content={saved}
        trans={trans}
      />
      <Side
        label={trans.__('Fresh run')}
        mime={mime}
        content={fresh}
        trans={trans}
      />
    </div>
  );
}

function Side(props: {
  label: string;
  mime: string;
  content: string | null;
  trans: TranslationBundle;
}): JSX.Element {
  const { label, mime, content, trans } = props;
  const picture = content === null ? null : pictureAddress(mime, content);
  return (
    <figure className="nbr-Report-side">
      <figcaption>{label}</figcaption>
      {content === null ? (
        <div className="nbr-Report-note">{trans.__('no output')}</div>
      ) : picture !== null ? (
        <img src={picture} alt={label} />
      ) : (
        <pre>{content}</pre>
      )}
    </figure>
  );
}
