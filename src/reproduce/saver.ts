import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Menu } from '@lumino/widgets';

import type { IRefactorClient, RecordName, ReportForm } from '../client';
import type { RunModel } from './model';

const SAVE = 'nb-refactor:save-report';

type FileForm = ReportForm | RecordName;

const TYPES: Record<FileForm, string> = {
  html: 'text/html',
  json: 'application/json',
  xml: 'application/xml',
  'requirements.txt': 'text/plain',
  'record.json': 'application/json'
};

/** Saves reports to the person's own disk, in the form that is picked from a menu. */
export class ReportSaver {
  constructor(
    private readonly _client: Pick<IRefactorClient, 'report' | 'record'>,
    private readonly _trans: TranslationBundle
  ) {
    const labels: Record<FileForm, string> = {
      html: _trans.__('Web page (HTML)'),
      json: _trans.__('JSON'),
      xml: _trans.__('JUnit XML'),
      'requirements.txt': _trans.__('Requirements for pip'),
      'record.json': _trans.__('What it depends on (JSON)')
    };
    const commands = new CommandRegistry();
    commands.addCommand(SAVE, {
      label: args => labels[args.form as FileForm],
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
      execute: args => this._save(args.form as FileForm)
    });
    this._menu = new Menu({ commands });
    for (const form of ['html', 'json', 'xml']) {
      this._menu.addItem({ command: SAVE, args: { form } });
    }
    this._menu.addItem({ type: 'separator' });
    for (const form of ['requirements.txt', 'record.json']) {
      this._menu.addItem({ command: SAVE, args: { form } });
    }
  }

  /** Asks for the form, in a menu below this element. */
  ask(model: RunModel, below: HTMLElement): void {
    this._model = model;
    const { left, bottom } = below.getBoundingClientRect();
    this._menu.open(left, bottom);
  }

  private async _save(form: FileForm): Promise<void> {
    const model = this._model;
    if (!model) {
      return;
    }
    try {
      const text = isRecord(form)
        ? await this._client.record(model.view.runId, form)
        : await this._client.report(model.view.runId, form);
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

function isRecord(form: FileForm): form is RecordName {
  return form === 'requirements.txt' || form === 'record.json';
}

function nameOf(model: RunModel, form: FileForm): string {
  if (form === 'requirements.txt') {
    return form;
  }
  const name = (model.path.split('/').pop() ?? '').replace(/\.ipynb$/, '');
  return isRecord(form) ? `${name}-${form}` : `${name}-report.${form}`;
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
