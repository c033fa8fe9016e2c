import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';

/** Moves the code of cells to a module of the repository. */
export const extractPlugin: JupyterFrontEndPlugin<void> = {
  id: 'nb-refactor:extract',
  description: 'Extracts the code of cells to a module of the repository.',
  autoStart: true,
  activate: (_app: JupyterFrontEnd) => undefined
};
