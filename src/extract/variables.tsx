import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { ExtractState } from './model';

/** Variables of the notebook that the function takes or returns: their names in it, and order. */
export interface VariablesProps {
  title: string;
  /** The notebook's names. */
  variables: readonly string[];
  state: ExtractState;
  trans: TranslationBundle;
  labelOf(variable: string): string;
  hintOf(variable: string): string;
  rename(variable: string, name: string): void;
  move(variable: string, by: -1 | 1): void;
}

/** A field for each of the variables, in their order; nothing where there are none. */
export function Variables(props: VariablesProps): JSX.Element | null {
  const { title, variables, state } = props;
  const id = React.useId();
  if (!variables.length) {
    return null;
  }
  const problems = variables.flatMap(
    variable => state.variableProblems[variable] ?? []
  );
  return (
    <div className="nbr-Extract-variables">
      <span id={`${id}-title`}>{title}</span>
      <ul aria-labelledby={`${id}-title`}>
        {variables.map((variable, index) => (
          <Variable
            key={variable}
            {...props}
            index={index}
            problemId={`${id}-problem`}
          />
        ))}
      </ul>
      <div id={`${id}-problem`} className="nbr-Extract-problem" role="status">
        {[...new Set(problems)].join(' ')}
      </div>
    </div>
  );
}

function Variable(
  props: VariablesProps & { index: number; problemId: string }
): JSX.Element {
  const { variables, state, trans, index, problemId } = props;
  const variable = variables[index];
  const name = state.choices.names[variable] ?? variable;
  const isWrong = variable in state.variableProblems;
  return (
    <li>
      <input
        className="jp-mod-styled"
        type="text"
        spellCheck={false}
        autoComplete="off"
        value={name}
        style={{ width: `${Math.max(8, name.length + 3)}ch` }}
        title={props.hintOf(variable)}
        aria-label={props.labelOf(variable)}
        aria-invalid={isWrong}
        aria-describedby={isWrong ? problemId : undefined}
        onChange={event => props.rename(variable, event.target.value)}
      />
      {variables.length > 1 &&
        ([-1, 1] as const).map(by => (
          <Move
            key={by}
            label={
              by < 0
                ? trans.__('Move %1 to the left', name)
                : trans.__('Move %1 to the right', name)
            }
            sign={by < 0 ? '‹' : '›'}
            isAtEnd={!(index + by in variables)}
            act={() => props.move(variable, by)}
          />
        ))}
    </li>
  );
}

/** A button that keeps the focus at the end of the way, which a disabled one would lose. */
function Move(props: {
  label: string;
  sign: string;
  isAtEnd: boolean;
  act(): void;
}): JSX.Element {
  const { label, sign, isAtEnd, act } = props;
  return (
    <button
      type="button"
      className="nbr-Extract-move"
      aria-disabled={isAtEnd}
      aria-label={label}
      onClick={() => {
        if (!isAtEnd) {
          act();
        }
      }}
    >
      {sign}
    </button>
  );
}
