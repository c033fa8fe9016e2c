import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { createClient, IRefactorClient } from './client';
import { translateSettings } from './settings';
import { TRANSLATION_DOMAIN } from './tokens';
import { VERSION } from './version';

/** The one client of all rooms. */
export const clientPlugin: JupyterFrontEndPlugin<IRefactorClient> = {
  id: 'nb-refactor:client',
  description: 'Asks the server part of nb_refactor.',
  autoStart: true,
  provides: IRefactorClient,
  optional: [ITranslator, ISettingRegistry],
  activate: (
    app: JupyterFrontEnd,
    translator: ITranslator | null,
    registry: ISettingRegistry | null
  ) => {
    const { languageCode } = translator ?? nullTranslator;
    if (registry) {
      void app.restored.then(() => translateSettings(registry, languageCode));
    }
    const connection = {
      settings: app.serviceManager.serverSettings,
      trans: (translator ?? nullTranslator).load(TRANSLATION_DOMAIN),
      language: languageCode.replace('_', '-')
    };
    return createClient(connection, VERSION);
  }
};
