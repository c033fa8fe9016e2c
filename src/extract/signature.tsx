import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { ExtractedFunction } from '../messages';
import type { ExtractModel, ExtractState } from './model';
import { Variables } from './variables';
import type { VariablesProps } from './variables';

/** The function's head, and its variables to be renamed and moved. */
export function Signature(props: {
  model: ExtractModel;
  state: ExtractState;
  made: ExtractedFunction;
  trans: TranslationBundle;
}): JSX.Element {
  const { model, state, made, trans } = props;
  return (
    <div className="nbr-Extract-signature">
      <code className="nbr-Extract-head">{headOf(made)}</code>
      {variablesOf(made, model, trans).map(each => (
        <Variables
          key={each.title}
          {...each}
          state={state}
          trans={trans}
          rename={(variable, name) => model.rename(variable, name)}
        />
      ))}
      <Options model={model} state={state} made={made} trans={trans} />
    </div>
  );
}

/** What the function takes, and what it returns. */
function variablesOf(
  made: ExtractedFunction,
  model: ExtractModel,
  trans: TranslationBundle
): Omit<VariablesProps, 'state' | 'trans' | 'rename'>[] {
  return [
    {
      title: trans.__('Parameters'),
      variables: made.arguments,
      labelOf: name => trans.__('Parameter for %1', name),
      hintOf: name => trans.__('The name in the function; %1 is passed', name),
      move: (variable, by) => model.moveParameter(variable, by)
    },
    {
      title: trans.__('Returns'),
      variables: made.targets,
      labelOf: name => trans.__('Returned name for %1', name),
      hintOf: name =>
        trans.__(
          'The name in the function; the notebook goes on with %1',
          name
        ),
      move: (variable, by) => model.moveReturn(variable, by)
    }
  ];
}

function Options(props: {
  model: ExtractModel;
  state: ExtractState;
  made: ExtractedFunction;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { model, state, made, trans } = props;
  const known = [...made.arguments, ...made.targets].some(
    name => name in state.types
  );
  const hasDefaults =
    Object.keys(made.defaults).length > 0 || !state.choices.defaults;
  if (!known && !hasDefaults) {
    return null;
  }
  return (
    <div className="nbr-Extract-options">
      {known && (
        <label>
          <input
            type="checkbox"
            checked={state.annotate}
            onChange={event => model.setAnnotate(event.target.checked)}
          />
          {trans.__('Annotations from the kernel’s types')}
        </label>
      )}
      {hasDefaults && (
        <label>
          <input
            type="checkbox"
            checked={state.choices.defaults}
            onChange={event => model.setDefaults(event.target.checked)}
          />
          {trans.__('Constants as default values')}
        </label>
      )}
    </div>
  );
}

/** The function's first line, as Python has it. */
function headOf(made: ExtractedFunction): string {
  const parameters = made.parameters.map(name => {
    const annotation = made.annotations[name];
    const value = made.defaults[name];
    const typed = annotation ? `${name}: ${annotation}` : name;
    const equals = annotation ? ' = ' : '=';
    return value === undefined ? typed : `${typed}${equals}${value}`;
  });
  const start = made.is_async ? 'async def' : 'def';
  return `${start} ${made.name}(${parameters.join(', ')})`;
}
