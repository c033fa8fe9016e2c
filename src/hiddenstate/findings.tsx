import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type { CellReport, Finding, Mend, Span } from '../messages';
import { Prose } from '../prose';
import {
  firstLine,
  hasButton,
  severityLabel,
  stateLabel,
  stateTag
} from './summary';

interface ICellProps {
  report: CellReport;
  findings: readonly Finding[];
  code: string;
  /** Whether a fresh run gave something else. */
  confirmed: boolean;
  onReveal(cellId: string, at: Span | null): void;
  onMend(mend: Mend): void;
  trans: TranslationBundle;
}

/** One cell of the panel: what it is, how it stands, and why. */
function Cell(props: ICellProps): JSX.Element {
  const { report, findings, code, confirmed, onReveal, onMend, trans } = props;
  const count = report.execution_count ?? ' ';
  const state = stateLabel(report.state, trans);
  const bare = findings.length === 0 ? 'nbr-mod-bare' : '';
  return (
    <li className={`nbr-Cell nbr-mod-${report.state} ${bare}`}>
      <button
        className="nbr-Cell-header"
        title={state}
        onClick={() => onReveal(report.cell_id, null)}
      >
        <span className="nbr-Cell-count">[{count}]</span>
        <code className="nbr-Cell-code">{firstLine(code)}</code>
        <span className="nbr-Cell-state" aria-label={state}>
          {stateTag(report.state, trans)}
        </span>
      </button>
      {confirmed && (
        <p className="nbr-Cell-confirmed">
          {trans.__('Confirmed: a fresh run gave something else.')}
        </p>
      )}
      {findings.length > 0 && (
        <ul className="nbr-Cell-findings">
          {findings.map((finding, index) => (
            <FindingItem
              key={`${index} ${finding.rule}`}
              finding={finding}
              onReveal={at => onReveal(report.cell_id, at)}
              onMend={onMend}
              trans={trans}
            />
          ))}
        </ul>
      )}
    </li>
  );
}

/** Drawn again only when the cell's report or source changed. */
export const CellFindings = React.memo(
  Cell,
  (before, after) =>
    before.report === after.report &&
    before.code === after.code &&
    before.confirmed === after.confirmed &&
    before.findings.length === after.findings.length
);

function FindingItem(props: {
  finding: Finding;
  onReveal(at: Span | null): void;
  onMend(mend: Mend): void;
  trans: TranslationBundle;
}): JSX.Element {
  const { finding, onReveal, onMend, trans } = props;
  return (
    <li className={`nbr-Finding nbr-mod-${finding.severity}`}>
      <button
        className="nbr-Finding-message"
        title={trans.__('Go to the place (%1)', finding.rule)}
        onClick={() => onReveal(finding.at)}
      >
        <span className="nbr-visually-hidden">
          {severityLabel(finding.severity, trans)}:{' '}
        </span>
        <Prose text={finding.message} />
      </button>
      {finding.mends.length > 0 && (
        <div className="nbr-Finding-mends">
          {finding.mends.map((mend, index) =>
            hasButton(mend) ? (
              <button
                key={index}
                className="nbr-Mend jp-mod-styled jp-mod-minimal"
                onClick={() => onMend(mend)}
              >
                <Prose text={mend.title} />
              </button>
            ) : (
              <p key={index} className="nbr-Advice">
                <Prose text={mend.title} />
              </p>
            )
          )}
        </div>
      )}
    </li>
  );
}
