import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { Widget } from '@lumino/widgets';

/**
 * Shows a widget beside the notebook: in a tab to its right in JupyterLab; below it in Jupyter
 * Notebook, whose main area has room for one document only.
 */
export function showBeside(
  app: JupyterFrontEnd,
  widget: Widget,
  notebook: Widget | null
): void {
  if (app.name !== 'Jupyter Notebook') {
    app.shell.add(widget, 'main', {
      mode: 'split-right',
      ...(notebook ? { ref: notebook.id } : {})
    });
  } else {
    app.shell.add(widget, 'down');
    app.shell.activateById(widget.id);
  }
}
