import type { TranslationBundle } from '@jupyterlab/translation';

import type { Candidate, Reason } from '../messages';

/** Why a candidate is one, as a person reads it; names stand between backticks. */
export function reasonText(reason: Reason, trans: TranslationBundle): string {
  const { count, names } = reason;
  switch (reason.kind) {
    case 'defines_functions':
      return trans.__('Defines %1', listed(names, trans));
    case 'reused':
      return trans._n(
        'Used by %1 cell below: %2',
        'Used by %1 cells below: %2',
        count,
        listed(names, trans)
      );
    case 'repeated':
      return trans._n(
        'The same statements stand in code cell %2',
        'The same statements stand in code cells %2',
        count,
        names.join(', ')
      );
    case 'stage':
      return trans.__(
        'Would leave the notebook: %1, which nothing else needs',
        listed(names, trans)
      );
    case 'long':
      return trans._n('%1 line of code', '%1 lines of code', count);
    case 'pure':
      return trans.__('Changes nothing that it is given');
    case 'reads_few_names':
      return trans.__('Reads only %1', listed(names, trans));
  }
}

/** `a`, `b`, `c` and 2 more. */
function listed(names: readonly string[], trans: TranslationBundle): string {
  const shown = names
    .slice(0, 3)
    .map(name => `\`${name}\``)
    .join(', ');
  const rest = names.length - 3;
  return rest > 0 ? trans.__('%1 and %2 more', shown, rest) : shown;
}

/** What a function of the candidate's code would take and give: `(df, n) → total`. */
export function signatureText(candidate: Candidate): string {
  const { parameters, returns } = candidate;
  return `(${parameters.join(', ')}) → ${returns.join(', ') || 'None'}`;
}
