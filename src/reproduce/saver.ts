import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Menu } from '@lumino/widgets';

import type { IRefactorClient, ReportForm } from '../client';
import type { RunModel } from './model';

const SAVE = 'nb-refactor:save-report';

const TYPES: Record<ReportForm, string> = {
  html: 'text/html',
  json: 'application/json',
  xml: 'application/xml'
};

/** Saves reports to the person's own disk, in the form that is picked from a menu. */
export class ReportSaver {
  constructor(
    private readonly _client: Pick<IRefactorClient, 'report'>,
    private readonly _trans: TranslationBundle
  ) {
    const labels: Record<ReportForm, string> = {
      html: _trans.__('Web page (HTML)'),
      json: _trans.__('JSON'),
      xml: _trans.__('JUnit XML')
    };
    const commands = new CommandRegistry();
    commands.addCommand(SAVE, {
      label: args => labels[args.form as ReportForm],
      describedBy: {
        args: {
          type: 'object',
          properties: {
            form: {
              type: 'string',
              enum: Object.keys(labels),
              description: _trans.__('The form of the file')
            }
          }
        }
      },
      execute: args => this._save(args.form as ReportForm)
    });
    this._menu = new Menu({ commands });
    for (const form of ['html', 'json', 'xml']) {
      this._menu.addItem({ command: SAVE, args: { form } });
    }
  }

  /** Asks for the form, in a menu below this element. */
  ask(model: RunModel, below: HTMLElement): void {
    this._model = model;
    const { left, bottom } = below.getBoundingClientRect();
    this._menu.open(left, bottom);
  }

  private async _save(form: ReportForm): Promise<void> {
    const model = this._model;
    if (!model) {
      return;
    }
    try {
      const text = await this._client.report(model.view.runId, form);
      download(new Blob([text], { type: TYPES[form] }), nameOf(model, form));
    } catch (error) {
      Notification.error(
        this._trans.__(
          'The report was not saved: %1',
          error instanceof Error ? error.message : String(error)
        )
      );
    }
  }

  private _model: RunModel | null = null;
  private readonly _menu: Menu;
}

function nameOf(model: RunModel, form: ReportForm): string {
  const name = (model.path.split('/').pop() ?? '').replace(/\.ipynb$/, '');
  return `${name}-report.${form}`;
}

function download(content: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // The browser reads it after the click.
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}
