import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Prose } from '../prose';
import type { UnitTestModel } from './unit_test';

/** Whether a unit test is written too, one for each function where there are several, and how far
 * it is. */
export function UnitTestChoice(props: {
  model: UnitTestModel;
  isEveryCell: boolean;
  trans: TranslationBundle;
}): JSX.Element {
  const { model, isEveryCell, trans } = props;
  return (
    <div className="nbr-Extract-options">
      <label
        title={
          isEveryCell
            ? trans.__('With the values of a fresh run of the notebook')
            : trans.__(
                'With the values of a fresh run of the notebook up to the call'
              )
        }
      >
        <input
          type="checkbox"
          checked={model.isWanted}
          onChange={event => model.setWanted(event.target.checked)}
        />
        {isEveryCell
          ? trans.__('Write unit tests')
          : trans.__('Write a unit test')}
      </label>
      <span className="nbr-Extract-testing" role="status">
        <Progress model={model} isEveryCell={isEveryCell} trans={trans} />
      </span>
    </div>
  );
}

function Progress(props: {
  model: UnitTestModel;
  isEveryCell: boolean;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { model, isEveryCell, trans } = props;
  const { state } = model;
  switch (state.kind) {
    case 'none':
      return null;
    case 'running':
      return (
        <>
          <span className="nbr-Extract-spinner" aria-hidden />
          {running(state, isEveryCell, trans)}{' '}
          {trans.__('(Apply does not wait for it)')}
        </>
      );
    case 'failed':
      return (
        <>
          {trans.__('No unit test:')} <Prose text={state.message} />
        </>
      );
    case 'made': {
      const { tests } = state.unitTests;
      const count = tests.filter(test => test.name).length;
      return (
        <>
          {count
            ? trans._n('tried, and it passes', '%1 tried, and all pass', count)
            : trans.__('There is none, see below.')}
        </>
      );
    }
  }
}

function running(
  { done, total }: { done: number; total: number },
  isEveryCell: boolean,
  trans: TranslationBundle
): string {
  if (isEveryCell) {
    return total
      ? trans.__('Running the notebook: %1 of %2 steps', done, total)
      : trans.__('Running the notebook…');
  }
  return total
    ? trans.__(
        'Running the notebook up to this cell: %1 of %2 steps',
        done,
        total
      )
    : trans.__('Running the notebook up to this cell…');
}
