import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { extractPlugin } from './extract/plugin';
import { hiddenStatePlugin } from './hiddenstate/plugin';
import { panelPlugin } from './panel/plugin';
import { reproducePlugin } from './reproduce/plugin';

const PLUGINS: JupyterFrontEndPlugin<unknown>[] = [
  panelPlugin,
  hiddenStatePlugin,
  extractPlugin,
  reproducePlugin
];

export default PLUGINS;
