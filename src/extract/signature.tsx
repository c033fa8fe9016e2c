import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { ExtractedFunction } from '../messages';
import type { ExtractModel, ExtractState } from './model';

/** The function's head, and its parameters to be renamed and moved. */
export function Signature(props: {
  model: ExtractModel;
  state: ExtractState;
  made: ExtractedFunction;
  trans: TranslationBundle;
}): JSX.Element {
  const { model, state, made, trans } = props;
  const { returns } = made;
  return (
    <div className="nbr-Extract-signature">
      <div className="nbr-Extract-head">
        <code>{headOf(made)}</code>
        {returns.length > 0 && (
          <span>{trans.__('returns %1', returns.join(', '))}</span>
        )}
      </div>
      {made.arguments.length > 0 && (
        <ul aria-label={trans.__('Parameters')}>
          {made.arguments.map((argument, index) => (
            <Parameter
              key={argument}
              model={model}
              state={state}
              made={made}
              index={index}
              trans={trans}
            />
          ))}
        </ul>
      )}
      <Options model={model} state={state} made={made} trans={trans} />
    </div>
  );
}

function Parameter(props: {
  model: ExtractModel;
  state: ExtractState;
  made: ExtractedFunction;
  index: number;
  trans: TranslationBundle;
}): JSX.Element {
  const { model, state, made, index, trans } = props;
  const argument = made.arguments[index];
  const name = state.choices.names[argument] ?? argument;
  const problem = state.parameterProblems[argument] ?? '';
  const width = `${Math.max(8, name.length + 3)}ch`;
  return (
    <li>
      <input
        className="jp-mod-styled"
        type="text"
        spellCheck={false}
        autoComplete="off"
        value={name}
        style={{ width }}
        title={
          problem ||
          trans.__('The name in the function; %1 is passed', argument)
        }
        aria-label={trans.__('Parameter for %1', argument)}
        aria-invalid={problem !== ''}
        onChange={event => model.renameParameter(argument, event.target.value)}
      />
      {([-1, 1] as const).map(by => (
        <button
          key={by}
          type="button"
          className="nbr-Extract-move"
          disabled={index + by < 0 || index + by >= made.arguments.length}
          aria-label={
            by < 0
              ? trans.__('Move %1 to the left', name)
              : trans.__('Move %1 to the right', name)
          }
          onClick={() => model.moveParameter(argument, by)}
        >
          {by < 0 ? '‹' : '›'}
        </button>
      ))}
    </li>
  );
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
