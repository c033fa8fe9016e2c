import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IRefactorPanel } from '../panel/room';
import type { HiddenStateController } from './controller';
import { hiddenStateIcon } from './icon';

export const CommandIDs = {
  open: 'nb-refactor:open-hidden-state',
  check: 'nb-refactor:check-hidden-state',
  next: 'nb-refactor:next-finding',
  list: 'nb-refactor:list-findings'
} as const;

/** None of the commands takes arguments. */
const NO_ARGUMENTS = { args: { type: 'object', properties: {} } } as const;

/** Adds the commands of hidden state to the application. */
export function addCommands(
  app: JupyterFrontEnd,
  controller: HiddenStateController,
  panel: IRefactorPanel,
  trans: TranslationBundle
): void {
  app.commands.addCommand(CommandIDs.open, {
    label: trans.__('Show Hidden State'),
    icon: hiddenStateIcon,
    describedBy: NO_ARGUMENTS,
    execute: () => panel.show('hidden-state')
  });
  app.commands.addCommand(CommandIDs.check, {
    label: trans.__('Check Hidden State Now'),
    describedBy: NO_ARGUMENTS,
    isEnabled: () => controller.standing() !== null,
    execute: () => controller.checkNow()
  });
  app.commands.addCommand(CommandIDs.next, {
    label: trans.__('Go to the Next Finding of Hidden State'),
    describedBy: NO_ARGUMENTS,
    isEnabled: () => controller.standing()?.kind === 'checked',
    execute: () => controller.revealNext()
  });
  app.commands.addCommand(CommandIDs.list, {
    label: trans.__('List the Findings of This Cell'),
    caption: trans.__(
      'Lists what is underlined in the active cell, below its code'
    ),
    describedBy: NO_ARGUMENTS,
    isEnabled: () => controller.standing()?.kind === 'checked',
    execute: () => controller.listFindings()
  });
}
