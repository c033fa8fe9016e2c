import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

/** Adds a command to the application and to its palette. Where nothing else is said it takes no arguments. */
export function addCommand(
  id: string,
  options: CommandRegistry.ICommandOptions,
  to: {
    commands: JupyterFrontEnd['commands'];
    palette: ICommandPalette | null;
    trans: TranslationBundle;
  }
): void {
  const { commands, palette, trans } = to;
  commands.addCommand(id, {
    describedBy: { args: { type: 'object', properties: {} } },
    ...options
  });
  palette?.addItem({
    command: id,
    category: trans.__('Notebook Refactoring')
  });
}
