import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { NotebookPanel } from '@jupyterlab/notebook';

/** The tests have a notebook in front, always. */
interface IShellWithNotebook {
  readonly currentWidget: NotebookPanel;
}

declare global {
  interface Window {
    /** What the server's `expose_app_in_browser` gives. */
    jupyterapp: JupyterFrontEnd & { shell: IShellWithNotebook };
  }
}

export {};
