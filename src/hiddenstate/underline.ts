import type { CodeEditor } from '@jupyterlab/codeeditor';
import { EditorExtensionRegistry } from '@jupyterlab/codemirror';
import type { IEditorExtensionFactory } from '@jupyterlab/codemirror';
import type {
  EditorState,
  Extension,
  TransactionSpec
} from '@codemirror/state';
import { StateEffect, StateField } from '@codemirror/state';
import {
  Decoration,
  EditorView,
  hoverTooltip,
  ViewPlugin
} from '@codemirror/view';
import type { DecorationSet, Tooltip } from '@codemirror/view';

import type { Mend, Severity } from '../messages';
import type { IRange } from '../places';
import { diagnosticsExtension, listed, openDiagnostics } from './diagnostics';
import { sentence } from './sentence';

/** A place in a cell that is underlined, and the explanation on hover. */
export interface IUnderline extends IRange {
  severity: Severity;
  message: string;
  mends: readonly Mend[];
}

/** The underlines of one source: they are drawn only while the editor holds this source. */
export interface IUnderlined {
  source: string;
  underlines: readonly IUnderline[];
}

const NOTHING: IUnderlined = { source: '', underlines: [] };

/**
 * Underlines places in the editors of cells.
 *
 * Editors come and go as the notebook is scrolled; what was last shown for a cell's model is kept
 * and drawn when its editor comes.
 */
export class Underlines {
  /** Applies a mend that was chosen in the list of a cell's diagnostics. */
  mend: (mend: Mend) => void = () => undefined;

  /** What JupyterLab's registry of editor extensions takes. */
  factory(): IEditorExtensionFactory {
    return {
      name: 'nb-refactor:underlines',
      factory: ({ model, inline }) =>
        inline
          ? EditorExtensionRegistry.createImmutableExtension(
              this._extension(model)
            )
          : null
    };
  }

  /** Shows the underlines of one cell in place of those before. */
  show(model: CodeEditor.IModel, underlined: IUnderlined | null): void {
    const next = underlined?.underlines.length ? underlined : NOTHING;
    const before = this._shown.get(model) ?? NOTHING;
    if (next === before || isSame(next, before)) {
      return;
    }
    this._shown.set(model, next);
    this._views.get(model)?.forEach(view => {
      const effects = setUnderlined.of(next);
      view.dispatch({ effects }, this._listed(view.state, next));
    });
  }

  /** Opens the list of a cell's diagnostics below its code. */
  openList(model: CodeEditor.IModel): void {
    this._views.get(model)?.forEach(openDiagnostics);
  }

  private _listed(
    state: EditorState,
    { source, underlines }: IUnderlined
  ): TransactionSpec {
    const isOfThis = state.doc.toString() === source;
    return listed(state, isOfThis ? underlines : [], mend => this.mend(mend));
  }

  private _extension(model: CodeEditor.IModel): Extension {
    const field = StateField.define<DecorationSet>({
      create: state => draw(state, this._shown.get(model) ?? NOTHING),
      update: (decorations, transaction) => {
        const effect = transaction.effects.find(one => one.is(setUnderlined));
        return effect
          ? draw(transaction.state, effect.value as IUnderlined)
          : decorations.map(transaction.changes);
      },
      provide: field => EditorView.decorations.from(field)
    });
    const views = this._viewsOf(model);
    const registration = ViewPlugin.define(view => {
      views.add(view);
      const shown = this._shown.get(model);
      if (shown) {
        // A view cannot be changed while it is being made.
        queueMicrotask(() => {
          if (views.has(view)) {
            view.dispatch(this._listed(view.state, shown));
          }
        });
      }
      return { destroy: () => void views.delete(view) };
    });
    const hover = hoverTooltip((view, position) =>
      explanation(view.state.field(field), position)
    );
    return [field, registration, hover, diagnosticsExtension()];
  }

  private _viewsOf(model: CodeEditor.IModel): Set<EditorView> {
    let views = this._views.get(model);
    if (!views) {
      views = new Set();
      this._views.set(model, views);
    }
    return views;
  }

  private readonly _shown = new WeakMap<CodeEditor.IModel, IUnderlined>();
  private readonly _views = new WeakMap<CodeEditor.IModel, Set<EditorView>>();
}

const setUnderlined = StateEffect.define<IUnderlined>();

function isSame(first: IUnderlined, second: IUnderlined): boolean {
  return JSON.stringify(first) === JSON.stringify(second);
}

/** Typed over meanwhile, the places are no longer known: then nothing is drawn. */
function draw(state: EditorState, underlined: IUnderlined): DecorationSet {
  if (state.doc.toString() !== underlined.source) {
    return Decoration.none;
  }
  return Decoration.set(
    underlined.underlines.map(underline =>
      Decoration.mark({
        class: `nbr-Underline nbr-mod-${underline.severity}`,
        underline
      }).range(underline.from, underline.to)
    ),
    true
  );
}

/** The explanation of all underlines at a position. */
function explanation(
  decorations: DecorationSet,
  position: number
): Tooltip | null {
  const here: IUnderline[] = [];
  let from = position;
  let to = position;
  decorations.between(position, position, (start, end, decoration) => {
    here.push((decoration.spec as { underline: IUnderline }).underline);
    from = Math.min(from, start);
    to = Math.max(to, end);
  });
  if (here.length === 0) {
    return null;
  }
  return {
    pos: from,
    end: to,
    above: true,
    create: () => ({ dom: drawn(here) })
  };
}

function drawn(underlines: readonly IUnderline[]): HTMLElement {
  const dom = document.createElement('div');
  dom.className = 'nbr-Explanation';
  for (const { severity, message } of underlines) {
    const line = document.createElement('div');
    line.className = `nbr-Explanation-line nbr-mod-${severity}`;
    line.append(...sentence(message));
    dom.append(line);
  }
  return dom;
}
