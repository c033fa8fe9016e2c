import type { JupyterFrontEnd } from '@jupyterlab/application';
import { SplitPanel, TabPanel } from '@lumino/widgets';
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
    bringForward(app, widget);
  }
}

/** Makes the widget the one that is seen and has the keys. */
export function bringForward(app: JupyterFrontEnd, widget: Widget): void {
  openBelow(widget);
  app.shell.activateById(widget.id);
}

/** The least and the usual share of the height for what stands below a notebook. */
const LOW = 0.2;
const USUAL = 0.45;

/**
 * Brings a widget to the front of the tabs that it is in, with room to be seen: Jupyter Notebook
 * opens them without any height.
 */
function openBelow(widget: Widget): void {
  const tabs = widget.parent?.parent;
  if (!(tabs instanceof TabPanel)) {
    return;
  }
  tabs.currentWidget = widget;
  const split = tabs.parent;
  if (split instanceof SplitPanel && split.widgets.length === 2) {
    const [, share] = split.relativeSizes();
    if (share < LOW) {
      split.setRelativeSizes([1 - USUAL, USUAL]);
    }
  }
}
