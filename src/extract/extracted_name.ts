import type { TranslationBundle } from '@jupyterlab/translation';

import type { ChangeSet } from '../messages';

/** What a sentence calls that which was extracted: the function's name, or how many they are. */
export function extractedName(
  { function: made, functions }: Pick<ChangeSet, 'function' | 'functions'>,
  trans: TranslationBundle
): string {
  return functions.length > 1
    ? trans._n('%1 function', '%1 functions', functions.length)
    : made.name;
}
