import { Dialog, ReactWidget, UseSignal } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import * as React from 'react';

import type { ChangeSet } from '../messages';
import type { ExtractModel } from './model';
import type { UnitTestModel } from './unit_test';
import type { Place } from './place';
import { ExtractView } from './view';

/** How the dialog ended. */
export type DialogEnd =
  { kind: 'applied' | 'cancelled' } | { kind: 'go_to'; place: Place };

/**
 * The dialog of an extraction. Its Apply button acts while the dialog is open, and closes it only
 * where that succeeded: what stood in the way is shown beside the preview.
 */
export class ExtractDialog extends Dialog<void> {
  constructor(
    private readonly _model: ExtractModel,
    tests: UnitTestModel,
    private readonly _act: (
      changes: ChangeSet,
      module: string
    ) => Promise<string>,
    private readonly _trans: TranslationBundle
  ) {
    const trans = _trans;
    const body = new Body(_model, tests, trans);
    super({
      title: _model.isEveryCell
        ? trans.__('Extract all that is worth it')
        : trans.__('Extract to module'),
      body,
      buttons: [
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        Dialog.createButton({
          label: trans.__('Verify'),
          accept: false,
          className: VERIFY_CLASS,
          caption: trans.__(
            'Run both versions in fresh kernels and compare them; nothing is written'
          )
        }),
        Dialog.okButton({ label: trans.__('Apply') })
      ],
      defaultButton: APPLY,
      focusNodeSelector: focusedOf(_model)
    });
    this.addClass('nbr-ExtractDialog');
    body.goTo.connect(this._goTo, this);
    this._model.changed.connect(this._showButtons, this);
  }

  /** Shows the dialog; settles when it is closed. */
  async run(): Promise<DialogEnd> {
    const shown = this.launch();
    this._showButtons();
    await shown;
    return this._end;
  }

  resolve(index?: number): void {
    switch (index ?? APPLY) {
      case APPLY:
        void this._apply();
        break;
      case VERIFY:
        this._verify();
        break;
      default:
        super.resolve(index);
    }
  }

  /** What is being applied can be undone, but not left half done. */
  reject(): void {
    if (!this._model.state.applying) {
      super.reject();
    }
  }

  /** Enter and the button do nothing while there is no preview of what is shown. */
  protected _checkValidation(): void {
    this._showButtons();
  }

  private async _apply(): Promise<void> {
    const applied = await this._model.apply(this._act);
    if (applied) {
      this._end = { kind: 'applied' };
      super.resolve(APPLY);
    }
  }

  private _verify(): void {
    if (this._model.state.verify.kind === 'running') {
      this._model.stopVerifying();
    } else {
      void this._model.verify();
    }
  }

  private _goTo(_sender: Body, place: Place): void {
    this._end = { kind: 'go_to', place };
    this.reject();
  }

  private _showButtons(): void {
    const apply = this.node.querySelector<HTMLButtonElement>(
      '.jp-Dialog-button.jp-mod-accept'
    );
    if (apply) {
      apply.disabled = this._model.applicable === null;
    }
    const verify = this.node.querySelector<HTMLButtonElement>(
      `.jp-Dialog-button.${VERIFY_CLASS}`
    );
    if (verify) {
      const isRunning = this._model.state.verify.kind === 'running';
      verify.disabled = !isRunning && this._model.applicable === null;
      const label = verify.querySelector('.jp-Dialog-buttonLabel') ?? verify;
      label.textContent = isRunning
        ? this._trans.__('Stop')
        : this._trans.__('Verify');
    }
  }

  private _end: DialogEnd = { kind: 'cancelled' };
}

/** The places of the buttons. */
const VERIFY = 1;
const APPLY = 2;

const VERIFY_CLASS = 'nbr-Extract-verify';

/** Where the keys go: to the first field, or to the one that somebody has gone to by then. */
function focusedOf({ isEveryCell }: ExtractModel): string {
  const first = isEveryCell ? 'nbr-extract-module' : 'nbr-extract-function';
  return `.jp-Dialog-body:focus-within :focus, .jp-Dialog-body:not(:focus-within) #${first}`;
}

class Body extends ReactWidget {
  constructor(
    private readonly _model: ExtractModel,
    private readonly _tests: UnitTestModel,
    private readonly _trans: TranslationBundle
  ) {
    super();
  }

  /** Emitted when the person wants to see a place in the cell. */
  readonly goTo = new Signal<this, Place>(this);

  protected render(): JSX.Element {
    return (
      <UseSignal signal={this._model.changed}>
        {() => (
          <UseSignal signal={this._tests.changed}>
            {() => (
              <ExtractView
                model={this._model}
                state={this._model.state}
                tests={this._tests}
                trans={this._trans}
                goTo={place => this.goTo.emit(place)}
              />
            )}
          </UseSignal>
        )}
      </UseSignal>
    );
  }
}
