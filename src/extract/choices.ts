import type { Choices, ExtractedFunction } from '../messages';
import { isBuiltin, isIdentifier } from './names';

/** Choices with nothing left out. */
export type AllChoices = Required<Choices>;

/** Nothing is chosen: all is as it is proposed. */
export const NO_CHOICES: AllChoices = {
  lines: null,
  names: {},
  parameters: [],
  returns: [],
  types: {},
  defaults: true,
  proposed: true
};

/** Why a variable cannot have the name that was chosen for it. */
export type Unfit = 'no_name' | 'builtin' | 'twice';

/**
 * The chosen names with another one for a parameter or a return; one that is both is one variable.
 * What is the notebook's own name is no choice.
 *
 * @param variable the notebook's name for it
 */
export function renamed(
  names: Readonly<Record<string, string>>,
  made: ExtractedFunction,
  variable: string,
  name: string
): Record<string, string> {
  const others = { ...names };
  delete others[variable];
  return variablesOf(made).includes(variable) && name !== variable
    ? { ...others, [variable]: name }
    : others;
}

/**
 * The chosen names that no function can give its variables, and why. What else the code may have
 * against a name the server says.
 */
export function unfitNames(
  names: Readonly<Record<string, string>>,
  made: ExtractedFunction | null
): [string, Unfit][] {
  const variables = made ? variablesOf(made) : Object.keys(names);
  const all = variables.map(variable => names[variable] ?? variable);
  return Object.entries(names).flatMap(([variable, name]) => {
    const why = !isIdentifier(name)
      ? 'no_name'
      : isBuiltin(name)
        ? 'builtin'
        : all.filter(each => each === name).length > 1
          ? 'twice'
          : null;
    return why ? [[variable, why] as [string, Unfit]] : [];
  });
}

/** The notebook's names for all that goes in and out, each once. */
function variablesOf(made: ExtractedFunction): string[] {
  return [...new Set([...made.arguments, ...made.targets])];
}

/** The names with one of them moved by one place; as they were where it is at the end already. */
export function moved(
  names: readonly string[],
  name: string,
  by: -1 | 1
): string[] {
  const from = names.indexOf(name);
  const to = from + by;
  if (from < 0 || to < 0 || to >= names.length) {
    return [...names];
  }
  const others = names.filter(each => each !== name);
  return [...others.slice(0, to), name, ...others.slice(to)];
}
