import {
  lintKeymap,
  linter,
  openLintPanel,
  setDiagnostics
} from '@codemirror/lint';
import type { Diagnostic } from '@codemirror/lint';
import type {
  EditorState,
  Extension,
  TransactionSpec
} from '@codemirror/state';
import { keymap } from '@codemirror/view';
import type { EditorView } from '@codemirror/view';

import type { Mend } from '../messages';
import { sentence } from './sentence';
import { hasButton } from './summary';
import type { IUnderline } from './underline';

/**
 * CodeMirror's list of diagnostics below a cell's code (Ctrl+Shift+M), and its steps from one to the
 * next (F8). What is underlined and told on hover is drawn by `Underlines` itself.
 *
 * The extension has a copy of `@codemirror/lint` of its own (package.json, sharedPackages): what
 * other extensions report about the same editor stays theirs.
 */
export function diagnosticsExtension(): Extension {
  return [linter(null, { tooltipFilter: () => [] }), keymap.of(lintKeymap)];
}

/** What lists these places of an editor that holds the code that they belong to. */
export function listed(
  state: EditorState,
  underlines: readonly IUnderline[],
  mend: (mend: Mend) => void
): TransactionSpec {
  const diagnostics = underlines.map(underline => diagnostic(underline, mend));
  return setDiagnostics(state, diagnostics);
}

/** Opens the list below the code. */
export function openDiagnostics(view: EditorView): void {
  openLintPanel(view);
}

function diagnostic(
  underline: IUnderline,
  mend: (mend: Mend) => void
): Diagnostic {
  const { from, to, severity, message, mends } = underline;
  return {
    from,
    to,
    severity,
    message,
    markClass: 'nbr-Listed',
    renderMessage: () => {
      const text = document.createElement('span');
      text.append(...sentence(message));
      return text;
    },
    actions: mends.filter(hasButton).map(one => ({
      name: one.title.split('`').join(''),
      apply: () => mend(one)
    }))
  };
}
