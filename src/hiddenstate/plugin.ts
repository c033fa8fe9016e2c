import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';

/** Tells which cells a fresh run would not give. */
export const hiddenStatePlugin: JupyterFrontEndPlugin<void> = {
  id: 'nb-refactor:hiddenstate',
  description:
    'Tells which cells a fresh run would not give, why, and how to mend it.',
  autoStart: true,
  activate: (_app: JupyterFrontEnd) => undefined
};
