import { ReactWidget } from '@jupyterlab/apputils';
import { TextItem } from '@jupyterlab/statusbar';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ISignal } from '@lumino/signaling';
import React from 'react';

import { Emissions, Live } from '../live';
import type { Standing } from './model';
import { countStates, statusText } from './summary';

/** How the notebook in front stands, in the status bar. A click opens the panel. */
export class StatusItem extends ReactWidget {
  constructor(
    private readonly _options: {
      changed: ISignal<unknown, unknown>;
      standing(): Standing;
      open(): void;
      trans: TranslationBundle;
    }
  ) {
    super();
    this._emissions = new Emissions(_options.changed);
    this.addClass('nbr-StatusItem');
    this.addClass('jp-mod-highlighted');
  }

  /** Whether there is anything to say. */
  get isActive(): boolean {
    return this._text() !== '';
  }

  protected render(): JSX.Element {
    const { open, trans } = this._options;
    const title = trans.__('Show hidden state');
    return (
      <Live emissions={this._emissions}>
        {() => (
          <TextItem
            role="button"
            tabIndex={0}
            source={this._text()}
            title={title}
            className={this._isHidden() ? 'nbr-mod-hidden' : ''}
            onClick={open}
            onKeyDown={event => {
              if (event.key === 'Enter' || event.key === ' ') {
                event.preventDefault();
                open();
              }
            }}
          />
        )}
      </Live>
    );
  }

  private _text(): string {
    return statusText(this._options.standing(), this._options.trans);
  }

  private _isHidden(): boolean {
    const standing = this._options.standing();
    return (
      standing.kind === 'checked' &&
      countStates(standing.report.cells).hidden > 0
    );
  }

  private readonly _emissions: Emissions;
}
