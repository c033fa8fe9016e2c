import type { Choices, ExtractedFunction } from '../messages';

/** Choices with nothing left out. */
export type AllChoices = Required<Choices>;

/** Nothing is chosen: all is as the server proposes it. */
export const NO_CHOICES: AllChoices = {
  lines: null,
  names: {},
  parameters: [],
  returns: [],
  types: {},
  defaults: true
};

/**
 * The chosen names with another one for a parameter. What is the notebook's own name is no choice.
 *
 * @param argument the notebook's name for the parameter
 */
export function renamed(
  names: Readonly<Record<string, string>>,
  made: ExtractedFunction,
  argument: string,
  name: string
): Record<string, string> {
  const others = { ...names };
  delete others[argument];
  return made.arguments.includes(argument) && name !== argument
    ? { ...others, [argument]: name }
    : others;
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
