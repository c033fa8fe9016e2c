import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { candidatesPlugin } from './candidates/plugin';
import { clientPlugin } from './client_plugin';
import { extractPlugin } from './extract/plugin';
import { hiddenStatePlugin } from './hiddenstate/plugin';
import { mapPlugin } from './map/plugin';
import { panelPlugin } from './panel/plugin';
import { reproducePlugin } from './reproduce/plugin';

const PLUGINS: JupyterFrontEndPlugin<unknown>[] = [
  clientPlugin,
  panelPlugin,
  hiddenStatePlugin,
  candidatesPlugin,
  mapPlugin,
  extractPlugin,
  reproducePlugin
];

export default PLUGINS;
