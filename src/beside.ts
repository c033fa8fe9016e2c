import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { Widget } from '@lumino/widgets';

/** What was shown beside a notebook. */
const besideNotebooks = new WeakSet<Widget>();

/**
 * Shows a widget beside the notebook: in a tab to its right in JupyterLab, together with what
 * stands there already, so that the notebook keeps its width; below it in Jupyter Notebook, whose
 * main area has room for one document only.
 */
export function showBeside(
  app: JupyterFrontEnd,
  widget: Widget,
  notebook: Widget | null
): void {
  if (app.name !== 'Jupyter Notebook') {
    const neighbour = [...app.shell.widgets('main')].find(
      other =>
        other !== widget && other.isAttached && besideNotebooks.has(other)
    );
    besideNotebooks.add(widget);
    app.shell.add(
      widget,
      'main',
      neighbour
        ? { mode: 'tab-after', ref: neighbour.id }
        : { mode: 'split-right', ...(notebook ? { ref: notebook.id } : {}) }
    );
  } else {
    app.shell.add(widget, 'down');
    app.shell.activateById(widget.id);
  }
}
