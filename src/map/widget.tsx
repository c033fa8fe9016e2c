import { ReactWidget, UseSignal } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';
import { Signal } from '@lumino/signaling';
import * as React from 'react';

import { documentOf } from '../document';
import { Inquiry } from '../inquiry';
import type { Answer } from '../inquiry';
import type { MapRequest, NotebookMap, NotebookReport } from '../messages';
import type { IJudgements } from '../panel/judgements';
import { explain } from '../panel/unanswered';
import { graphOf } from './graph';
import { mapIcon } from './icon';
import { MapView } from './view';

interface IMapOptions {
  path: string;
  ask(request: MapRequest): Promise<NotebookMap>;
  judgements: IJudgements;
  trans: TranslationBundle;
  reveal(cellId: string): void;
}

/** The map of one notebook, in a tab of its own. */
export class MapWidget extends ReactWidget {
  constructor(private readonly _options: IMapOptions) {
    super();
    const { path, ask, judgements, trans } = _options;
    this.id = `nb-refactor-map-${path}`;
    this.title.label = trans.__('Map: %1', path.split('/').pop() ?? path);
    this.title.caption = trans.__(
      'How names flow between the cells of %1',
      path
    );
    this.title.icon = mapIcon;
    this.title.closable = true;
    this.addClass('nbr-MapPanel');
    this._inquiry = new Inquiry((path, notebook) => ask({ path, notebook }));
    this._inquiry.changed.connect(this._draw, this);
    judgements.changed.connect(this._draw, this);
  }

  get path(): string {
    return this._options.path;
  }

  /** Draws this notebook, which lies at `path`; or none. */
  follow(panel: NotebookPanel | null): void {
    this._panel?.disposed.disconnect(this._onClosed, this);
    this._panel = panel;
    panel?.disposed.connect(this._onClosed, this);
    this._inquiry.follow(panel && documentOf(panel));
  }

  dispose(): void {
    this._inquiry.dispose();
    Signal.clearData(this);
    super.dispose();
  }

  protected onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this._look();
  }

  protected onAfterShow(): void {
    this._look();
    this._drawn.emit();
  }

  protected onAfterHide(): void {
    this._look();
  }

  protected render(): JSX.Element {
    const { judgements, trans, reveal } = this._options;
    return (
      <UseSignal signal={this._drawn}>
        {() => (
          <AnswerView
            answer={this._inquiry.answer}
            report={this._panel && judgements.reportOf(this._panel)}
            trans={trans}
            reveal={reveal}
          />
        )}
      </UseSignal>
    );
  }

  private _look(): void {
    this._inquiry.active = this.isVisible;
  }

  private _draw(): void {
    if (this.isVisible) {
      this._drawn.emit();
    }
  }

  private _onClosed(): void {
    this.follow(null);
  }

  private _panel: NotebookPanel | null = null;
  private readonly _inquiry: Inquiry<NotebookMap>;
  private readonly _drawn = new Signal<this, void>(this);
}

function AnswerView(props: {
  answer: Answer<NotebookMap>;
  report: NotebookReport | null;
  trans: TranslationBundle;
  reveal(cellId: string): void;
}): JSX.Element {
  const { answer, report, trans, reveal } = props;
  const graph = React.useMemo(
    () =>
      answer.kind === 'told'
        ? graphOf(
            answer.value,
            report,
            new Map(
              answer.notebook.cells.map(cell => [cell.cell_id, cell.source])
            )
          )
        : null,
    [answer, report]
  );
  if (!graph || graph.nodes.length === 0) {
    const own = {
      noNotebook: trans.__('Open the notebook to see its map.'),
      notPython: (language: string) =>
        trans.__(
          'The dataflow of Python notebooks can be drawn. The language of this one is %1.',
          language
        )
    };
    return (
      <p className="nbr-Panel-message" role="status">
        {answer.kind === 'told'
          ? trans.__('This notebook has no code cells yet.')
          : explain(answer, own, trans)}
      </p>
    );
  }
  return <MapView graph={graph} trans={trans} reveal={reveal} />;
}
