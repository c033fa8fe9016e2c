import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import { addCommand } from '../commands';
import type { HiddenStateController } from './controller';

/** Adds the commands of hidden state to the application. */
export function addCommands(
  controller: HiddenStateController,
  to: {
    commands: JupyterFrontEnd['commands'];
    palette: ICommandPalette | null;
    trans: TranslationBundle;
  }
): void {
  const { trans } = to;
  const isChecked = () => controller.standing().kind === 'checked';
  const options: Record<string, CommandRegistry.ICommandOptions> = {
    'nb-refactor:check-hidden-state': {
      label: trans.__('Check Hidden State Now'),
      isEnabled: () => controller.standing().kind !== 'no_notebook',
      execute: () => controller.checkNow()
    },
    'nb-refactor:next-finding': {
      label: trans.__('Go to the Next Finding of Hidden State'),
      isEnabled: isChecked,
      execute: () => controller.revealNext()
    },
    'nb-refactor:list-findings': {
      label: trans.__('List the Findings of This Cell'),
      caption: trans.__(
        'Lists what is underlined in the active cell, below its code'
      ),
      isEnabled: isChecked,
      execute: () => controller.listFindings()
    }
  };
  for (const [id, each] of Object.entries(options)) {
    addCommand(id, each, to);
  }
}
