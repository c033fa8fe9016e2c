import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { readUnified } from '../diff';
import { DiffView } from '../diffview';
import type { Verification } from '../messages';
import { Prose } from '../prose';
import type { ExtractState } from './model';

/** What two fresh runs said of the preview. */
export function Badge(props: {
  state: ExtractState;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { state, trans } = props;
  const { verify } = state;
  switch (verify.kind) {
    case 'none':
      return null;
    case 'running':
      return (
        <div className="nbr-Extract-notice nbr-Extract-badge" role="status">
          <span className="nbr-Extract-spinner" aria-hidden />
          {verify.total
            ? trans.__(
                'Both versions run in fresh kernels: %1 of %2 cells',
                verify.done,
                verify.total
              )
            : trans.__('Starting two fresh kernels…')}
        </div>
      );
    case 'failed':
      return (
        <div className="nbr-Extract-notice nbr-mod-warning" role="alert">
          <Prose text={verify.message} />
        </div>
      );
    case 'verified':
      return <Answer verification={verify.verification} trans={trans} />;
  }
}

function Answer(props: {
  verification: Verification;
  trans: TranslationBundle;
}): JSX.Element {
  const { verification, trans } = props;
  const { same, message, notes, cells } = verification;
  const difference = cells
    .filter(cell => cell.status === 'different')
    .flatMap(cell => cell.differences)
    .find(each => each.diff);
  const tone = same ? 'nbr-mod-success' : 'nbr-mod-error';
  return (
    <div className={`nbr-Extract-notice ${tone}`} role="status">
      <div className="nbr-Extract-verdict">
        <span aria-hidden>{same ? '✓' : '✗'}</span> <Prose text={message} />
      </div>
      {!same && difference && (
        <DiffView
          lines={readUnified(difference.diff)}
          label={trans.__('The first difference')}
        />
      )}
      {notes.map((note, index) => (
        <div key={index} className="nbr-Extract-note">
          <Prose text={note} />
        </div>
      ))}
    </div>
  );
}
