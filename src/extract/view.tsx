import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { countChanges, diffTexts } from '../diff';
import { DiffView } from '../diffview';
import type {
  CellEdit,
  ChangeSet,
  FileEdit,
  LeftCell,
  Refusal
} from '../messages';
import { Prose } from '../prose';
import { Badge } from './badge';
import type { ExtractModel, ExtractState, ImportBy } from './model';
import type { Place } from './place';
import { Signature } from './signature';
import type { UnitTestModel } from './unit_test';
import { UnitTestChoice } from './unit_test_choice';

interface PartProps {
  state: ExtractState;
  trans: TranslationBundle;
}

/** The body of the dialog. */
export function ExtractView(props: {
  model: ExtractModel;
  state: ExtractState;
  tests: UnitTestModel;
  trans: TranslationBundle;
  /** Leaves the dialog for a place in a cell. */
  goTo(place: Place): void;
}): JSX.Element {
  const { model, state, tests, trans, goTo } = props;
  return (
    <div className="nbr-Extract">
      <Names model={model} state={state} trans={trans} />
      <Failure state={state} />
      {state.function && (
        <Signature
          model={model}
          state={state}
          made={state.function}
          trans={trans}
        />
      )}
      {state.preview?.kind !== 'refused' && (
        <UnitTestChoice
          model={tests}
          isEveryCell={model.isEveryCell}
          trans={trans}
        />
      )}
      <Badge state={state} trans={trans} />
      {state.preview?.kind === 'change_set' && (
        <ImportNotice model={model} state={state} trans={trans} />
      )}
      <div
        className={`nbr-Extract-preview ${state.current ? '' : 'nbr-mod-stale'}`}
        aria-busy={!state.current}
        aria-live="polite"
      >
        <PreviewView
          model={model}
          state={state}
          tests={tests}
          trans={trans}
          goTo={goTo}
        />
      </div>
    </div>
  );
}

function Names(props: PartProps & { model: ExtractModel }): JSX.Element {
  const { model, state, trans } = props;
  return (
    <div className="nbr-Extract-names">
      {!model.isEveryCell && (
        <Field
          id="nbr-extract-function"
          label={trans.__('Function')}
          value={state.name}
          problem={state.nameProblem}
          change={name => model.setName(name)}
        />
      )}
      <Field
        id="nbr-extract-module"
        label={trans.__('Module')}
        value={state.module}
        problem={state.moduleProblem}
        choices={state.modules}
        change={module => model.setModule(module)}
      />
    </div>
  );
}

function Field(props: {
  id: string;
  label: string;
  value: string;
  problem: string;
  choices?: readonly string[];
  change(value: string): void;
}): JSX.Element {
  const { id, label, value, problem, choices, change } = props;
  return (
    <div className="nbr-Extract-field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="jp-mod-styled"
        type="text"
        spellCheck={false}
        autoComplete="off"
        value={value}
        aria-invalid={problem !== ''}
        aria-describedby={`${id}-problem`}
        list={choices ? `${id}-choices` : undefined}
        onChange={event => change(event.target.value)}
      />
      {choices && (
        <datalist id={`${id}-choices`}>
          {choices.map(choice => (
            <option key={choice} value={choice} />
          ))}
        </datalist>
      )}
      <div id={`${id}-problem`} className="nbr-Extract-problem" role="status">
        {problem}
      </div>
    </div>
  );
}

function Failure(props: { state: ExtractState }): JSX.Element | null {
  const { failure } = props.state;
  return failure ? (
    <div className="nbr-Extract-notice nbr-mod-error" role="alert">
      <Prose text={failure} />
    </div>
  ) : null;
}

function ImportNotice(
  props: PartProps & { model: ExtractModel }
): JSX.Element | null {
  const { model, state, trans } = props;
  if (state.importable.kind !== 'no') {
    return null;
  }
  const reason = state.importable.reason;
  const ways: Record<ImportBy, string> = {
    path: trans.__('Put it on the path until the kernel restarts'),
    install: trans.__(
      'Install it into the kernel’s environment (pip install -e): for good'
    ),
    nothing: trans.__('Leave it: the cell cannot run yet')
  };
  return (
    <fieldset className="nbr-Extract-notice nbr-Extract-ways nbr-mod-warning">
      <legend>
        {trans.__('The kernel of this notebook cannot import the package.')}{' '}
        <Prose text={reason} />
      </legend>
      {(Object.keys(ways) as ImportBy[]).map(way => (
        <label key={way}>
          <input
            type="radio"
            name="nbr-extract-import"
            checked={state.importBy === way}
            onChange={() => model.setImportBy(way)}
          />
          {ways[way]}
        </label>
      ))}
    </fieldset>
  );
}

function PreviewView(
  props: PartProps & {
    model: ExtractModel;
    tests: UnitTestModel;
    goTo(place: Place): void;
  }
): JSX.Element {
  const { model, state, tests, trans, goTo } = props;
  const { preview } = state;
  switch (preview?.kind) {
    case undefined:
      return (
        <div className="nbr-Extract-waiting">
          {trans.__('Reading the notebook…')}
        </div>
      );
    case 'failed':
      return (
        <div className="nbr-Extract-notice nbr-mod-error" role="alert">
          <Prose text={preview.message} />
        </div>
      );
    case 'refused':
      return (
        <Refusals
          refusals={preview.refusals}
          isPlaced={!model.isEveryCell}
          trans={trans}
          goTo={goTo}
        />
      );
    case 'change_set':
      return (
        <Changes
          changes={tests.completed(preview)}
          model={model}
          state={state}
          trans={trans}
          goTo={goTo}
        />
      );
  }
}

function Refusals(props: {
  refusals: readonly Refusal[];
  /** Whether the places are those of the chosen cells. */
  isPlaced: boolean;
  trans: TranslationBundle;
  goTo(place: Place): void;
}): JSX.Element {
  const { refusals, isPlaced, trans, goTo } = props;
  return (
    <div className="nbr-Extract-refusals" role="alert">
      <div className="nbr-Extract-heading">
        {trans.__('It cannot be extracted as it stands:')}
      </div>
      <ul>
        {refusals.map(({ code, message, at }, index) => (
          <li key={index} data-code={code}>
            <Prose text={message} />
            {at && isPlaced && (
              <button
                type="button"
                className="nbr-Extract-place"
                title={trans.__(
                  'Close the dialog and show the place in the cell'
                )}
                onClick={() => goTo({ cellId: null, at })}
              >
                {trans.__('Go to line %1', at.line)}
              </button>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Changes(
  props: PartProps & {
    model: ExtractModel;
    changes: ChangeSet;
    goTo(place: Place): void;
  }
): JSX.Element {
  const { changes, model, state, trans, goTo } = props;
  return (
    <>
      {model.isEveryCell && (
        <div className="nbr-Extract-note">
          {trans._n(
            'One cell becomes a function: %2.',
            '%1 cells become functions: %2.',
            changes.functions.length,
            changes.functions.map(made => made.name).join(', ')
          )}
        </div>
      )}
      {changes.left.length > 0 && (
        <LeftCells
          left={changes.left}
          model={model}
          trans={trans}
          goTo={goTo}
        />
      )}
      {changes.warnings.map((warning, index) => (
        <div key={index} className="nbr-Extract-notice nbr-mod-warning">
          <Prose text={warning} />
        </div>
      ))}
      {state.newPackage && (
        <div className="nbr-Extract-note">
          {trans.__(
            'The repository %1 has no package yet: this makes one.',
            state.root
          )}
        </div>
      )}
      {changes.cells.map((cell, index) => (
        <CellChange
          key={`c${index}`}
          edit={cell}
          number={changes.cells.length > 1 ? model.numberOf(cell.cell_id) : 0}
          trans={trans}
        />
      ))}
      {changes.files.map(file => (
        <FileChange key={file.path} edit={file} trans={trans} />
      ))}
    </>
  );
}

function FileChange(props: {
  edit: FileEdit;
  trans: TranslationBundle;
}): JSX.Element {
  const { edit, trans } = props;
  const note = edit.before === null ? trans.__('new file') : '';
  return (
    <Change
      title={edit.path}
      note={note}
      before={edit.before ?? ''}
      after={edit.after ?? ''}
      trans={trans}
    />
  );
}

/** The cells that stay as they are, and why. */
function LeftCells(props: {
  left: readonly LeftCell[];
  model: ExtractModel;
  trans: TranslationBundle;
  goTo(place: Place): void;
}): JSX.Element {
  const { left, model, trans, goTo } = props;
  return (
    <section className="nbr-Extract-left">
      <div className="nbr-Extract-heading">{trans.__('Left as they are:')}</div>
      <ul>
        {left.map(({ cell_id: cellId, refusals }) => (
          <li key={cellId}>
            <button
              type="button"
              className="nbr-Extract-place"
              title={trans.__('Close the dialog and show the cell')}
              onClick={() => goTo({ cellId, at: refusals[0]?.at ?? null })}
            >
              {trans.__('Code cell %1', model.numberOf(cellId))}
            </button>{' '}
            <Prose text={refusals.map(({ message }) => message).join(' ')} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function CellChange(props: {
  edit: CellEdit;
  /** The number of the code cell; 0 where it is the only one. */
  number: number;
  trans: TranslationBundle;
}): JSX.Element {
  const { edit, number, trans } = props;
  return (
    <Change
      title={
        number
          ? trans.__('Notebook cell %1', number)
          : trans.__('Notebook cell')
      }
      note={edit.after === null ? trans.__('removed') : ''}
      before={edit.before}
      after={edit.after ?? ''}
      trans={trans}
    />
  );
}

function Change(props: {
  title: string;
  note: string;
  before: string;
  after: string;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { title, note, before, after, trans } = props;
  const lines = React.useMemo(() => diffTexts(before, after), [before, after]);
  const { added, removed } = countChanges(lines);
  return (
    <section className="nbr-Extract-change">
      <div className="nbr-Extract-heading">
        <span className="nbr-Extract-title">{title}</span>
        {note && <span className="nbr-Extract-tag">{note}</span>}
        <span className="nbr-Extract-count">
          {lines.length ? `+${added} −${removed}` : trans.__('empty')}
        </span>
      </div>
      {lines.length > 0 && (
        <DiffView lines={lines} label={trans.__('Changes of %1', title)} />
      )}
    </section>
  );
}
