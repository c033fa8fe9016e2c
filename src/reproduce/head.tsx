import type { TranslationBundle } from '@jupyterlab/translation';
import { Button } from '@jupyterlab/ui-components';
import * as React from 'react';

import { isRunning } from './model';
import type { RunView } from './model';
import {
  countsOf,
  differs,
  duration,
  headlineOf,
  progressOf,
  statusLabel
} from './report';
import type { Row } from './report';
import type { ReportProps } from './view';

interface HeadProps extends ReportProps {
  rows: readonly Row[];
  /** The cells whose new outputs are to be accepted. */
  chosen: readonly string[];
  onlyDiffering: boolean;
  setOnlyDiffering(only: boolean): void;
}

/** The verdict, how the cells stand, and what can be done. */
export function Head(props: HeadProps): JSX.Element {
  const { view, rows, trans } = props;
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
      <div className="nbr-Report-note">{subline(view, trans)}</div>
      {running ? <RunningBar {...props} /> : <Bar {...props} />}
    </div>
  );
}

function RunningBar({ view, actions, trans }: HeadProps): JSX.Element {
  return (
    <div className="nbr-Report-bar">
      <Button
        className="jp-mod-styled jp-mod-reject"
        onClick={actions.cancel}
        disabled={!view.runId || view.cancelling}
      >
        {view.cancelling ? trans.__('Cancelling…') : trans.__('Cancel')}
      </Button>
    </div>
  );
}

function Bar(props: HeadProps): JSX.Element {
  const { view, rows, chosen, actions, trans } = props;
  const differing = rows.filter(differs);
  return (
    <>
      <Counts rows={rows} trans={trans} />
      <div className="nbr-Report-bar">
        {chosen.length > 0 && (
          <Button
            className="jp-mod-styled jp-mod-accept"
            title={trans.__(
              'Write what the fresh run gave into the notebook; one undo brings the old outputs back'
            )}
            onClick={() => actions.accept(chosen)}
          >
            {trans._n(
              'Accept 1 new output',
              'Accept %1 new outputs',
              chosen.length
            )}
          </Button>
        )}
        <Button
          className={
            chosen.length > 0 ? 'jp-mod-styled' : 'jp-mod-styled jp-mod-accept'
          }
          onClick={actions.runAgain}
        >
          {trans.__('Run again')}
        </Button>
        {differing.length > 0 && (view.run?.report?.runs ?? 1) < 2 && (
          <Button
            className="jp-mod-styled"
            title={trans.__(
              'Two fresh runs tell what chance decides from what is old'
            )}
            onClick={actions.runTwice}
          >
            {trans.__('Run twice')}
          </Button>
        )}
        {view.run?.report && (
          <Button
            className="jp-mod-styled"
            aria-haspopup="menu"
            onClick={event => actions.save(event.currentTarget as HTMLElement)}
          >
            {trans.__('Save the report…')}
          </Button>
        )}
        {differing.length > 0 && differing.length < rows.length && (
          <label className="nbr-Report-filter">
            <input
              type="checkbox"
              checked={props.onlyDiffering}
              onChange={event => props.setOnlyDiffering(event.target.checked)}
            />
            {trans.__('Only what differs')}
          </label>
        )}
      </div>
    </>
  );
}

function Counts(props: {
  rows: readonly Row[];
  trans: TranslationBundle;
}): JSX.Element {
  const { rows, trans } = props;
  return (
    <ul className="nbr-Report-counts" aria-label={trans.__('Outcomes')}>
      {countsOf(rows).map(({ status, count }) => (
        <li key={status} className={`nbr-mod-${status}`}>
          <b>{count}</b> {statusLabel(status, trans)}
        </li>
      ))}
    </ul>
  );
}

function subline(view: RunView, trans: TranslationBundle): string {
  const report = view.run?.report;
  const left = view.run?.seconds_left ?? null;
  if (isRunning(view.state) && left !== null && left >= 1) {
    return trans.__(
      'About %1 left, going by earlier runs. Your own kernel and the file are not touched.',
      duration(Math.round(left), trans)
    );
  }
  if (!report || isRunning(view.state)) {
    return trans.__('Your own kernel and the file are not touched.');
  }
  return report.runs > 1
    ? trans.__(
        'In two fresh kernels (%1), %2',
        report.kernel,
        duration(report.seconds, trans)
      )
    : trans.__(
        'In a fresh kernel (%1), %2',
        report.kernel,
        duration(report.seconds, trans)
      );
}
