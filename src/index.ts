import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { extractPlugin } from './extract/plugin';
import { hiddenStatePlugin } from './hiddenstate/plugin';
import { reproducePlugin } from './reproduce/plugin';

const PLUGINS: JupyterFrontEndPlugin<unknown>[] = [
  hiddenStatePlugin,
  extractPlugin,
  reproducePlugin
];

export default PLUGINS;
