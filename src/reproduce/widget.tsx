import { ReactWidget, UseSignal } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { reproduceIcon } from './icon';
import type { RunModel } from './model';
import type { CellTitle } from './report';
import { ReportView } from './view';
import type { ReportActions } from './view';

export interface ReportWidgetOptions {
  model: RunModel;
  /** The code cells of the notebook: as they stood when the run began. */
  titles: readonly CellTitle[];
  trans: TranslationBundle;
  actions: ReportActions;
}

/** The report of one notebook's run, in a tab of its own. */
export class ReportWidget extends ReactWidget {
  constructor(private readonly options: ReportWidgetOptions) {
    super();
    const { model, trans } = options;
    const name = model.path.split('/').pop() ?? model.path;
    this.id = `nb-refactor-report-${model.path}`;
    this.title.label = trans.__('Fresh run: %1', name);
    this.title.caption = trans.__(
      'Whether %1 gives its saved outputs when it runs top to bottom',
      model.path
    );
    this.title.icon = reproduceIcon;
    this.title.closable = true;
    this.addClass('nbr-ReportPanel');
    this.titles = options.titles;
  }

  titles: readonly CellTitle[];

  get model(): RunModel {
    return this.options.model;
  }

  dispose(): void {
    if (!this.isDisposed) {
      this.model.dispose();
    }
    super.dispose();
  }

  protected render(): JSX.Element {
    const { model, trans, actions } = this.options;
    return (
      <UseSignal signal={model.changed}>
        {() => (
          <ReportView
            view={model.view}
            titles={this.titles}
            actions={actions}
            trans={trans}
          />
        )}
      </UseSignal>
    );
  }
}
