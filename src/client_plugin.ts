import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { createClient, IRefactorClient } from './client';
import { TRANSLATION_DOMAIN } from './tokens';
import { VERSION } from './version';

/** The one client of all rooms. */
export const clientPlugin: JupyterFrontEndPlugin<IRefactorClient> = {
  id: 'nb-refactor:client',
  description: 'Asks the server part of nb_refactor.',
  autoStart: true,
  provides: IRefactorClient,
  optional: [ITranslator],
  activate: (app: JupyterFrontEnd, translator: ITranslator | null) => {
    const { languageCode } = translator ?? nullTranslator;
    const connection = {
      settings: app.serviceManager.serverSettings,
      trans: (translator ?? nullTranslator).load(TRANSLATION_DOMAIN),
      language: languageCode.replace('_', '-')
    };
    return createClient(connection, VERSION);
  }
};
