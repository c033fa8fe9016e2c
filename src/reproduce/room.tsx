import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { withAction } from '../panel/notice';
import type { IAction, IRoom } from '../panel/room';
import { explain } from '../panel/unanswered';
import type { Courses } from './course';
import { reproduceIcon } from './icon';
import { dated, noticeOf } from './notice';
import type { Course, NextStep } from './notice';
import { statusLabel } from './report';
import type { Row } from './report';
import { STATUS_ICONS } from './status_icons';

/** What the room's buttons do, for the notebook in front. */
export interface IRoomActions {
  run(): void;
  cancel(): void;
  /** Shows the whole report. */
  show(): void;
  goTo(row: Row): void;
}

/** The room of reproduction: how the last fresh run of the notebook in front came out. */
export function reproductionRoom(
  courses: Courses,
  actions: IRoomActions,
  trans: TranslationBundle
): IRoom {
  const steps: Record<NextStep, IAction> = {
    show: {
      label: trans.__('Show the report'),
      caption: trans.__('Shows each cell of the fresh run and what differs'),
      execute: () => actions.show()
    },
    run: {
      label: trans.__('Run top to bottom and compare'),
      caption: trans.__(
        'Runs the notebook in a fresh kernel; your own kernel and the file are not touched'
      ),
      execute: () => actions.run()
    },
    ask: {
      label: trans.__('Ask again'),
      caption: trans.__('Asks the Jupyter server once more'),
      execute: () => void courses.greet()
    }
  };
  return {
    id: 'reproduction',
    label: trans.__('Reproduce'),
    openLabel: trans.__('Show Reproduction'),
    caption: trans.__(
      'Reproduction: whether a run from top to bottom gives the saved outputs'
    ),
    icon: reproduceIcon,
    rank: 3,
    changed: courses.changed,
    count: () => differing(courses.rows()).length,
    notice: () => {
      const said = noticeOf(courses.current(), trans);
      return said && withAction(said, steps);
    },
    look: seen => {
      courses.isSeen = seen;
    },
    refresh: () => void courses.greet(),
    render: () => (
      <Reproduction
        course={courses.current()}
        rows={courses.rows()}
        actions={actions}
        trans={trans}
      />
    )
  };
}

interface IProps {
  course: Course;
  rows: readonly Row[];
  actions: IRoomActions;
  trans: TranslationBundle;
}

function Reproduction(props: IProps): JSX.Element {
  const { course, actions, trans } = props;
  switch (course.kind) {
    case 'no_notebook':
    case 'loading':
    case 'failed': {
      const own = {
        noNotebook: trans.__('Open a notebook to see whether it reproduces.')
      };
      return <p className="nbr-Panel-message">{explain(course, own, trans)}</p>;
    }
    case 'empty':
      return (
        <p className="nbr-Panel-message">
          {trans.__(
            'Write a code cell, and this room says whether a fresh run gives its outputs.'
          )}
        </p>
      );
    case 'never_run':
      return (
        <div className="nbr-Panel-message">
          <p>
            {trans.__(
              'It is not known whether this notebook gives its saved outputs. A fresh run finds out; your own kernel and the file are not touched.'
            )}
          </p>
          <RunButton actions={actions} trans={trans} />
        </div>
      );
    case 'running':
      return <Running {...props} course={course} />;
    case 'over':
      return <Over {...props} course={course} />;
  }
}

function Running(
  props: IProps & { course: Extract<Course, { kind: 'running' }> }
): JSX.Element {
  const { course, actions, trans } = props;
  return (
    <div className="nbr-Panel-message">
      <p>{course.headline.text}</p>
      <progress
        className="nbr-Report-progress"
        value={course.progress}
        aria-label={trans.__('Progress of the run')}
      />
      <div className="nbr-Reproduction-bar">
        <button
          className="jp-mod-styled jp-mod-reject"
          onClick={() => actions.cancel()}
        >
          {trans.__('Cancel')}
        </button>
        <ShowButton actions={actions} trans={trans} />
      </div>
    </div>
  );
}

function Over(
  props: IProps & { course: Extract<Course, { kind: 'over' }> }
): JSX.Element {
  const { course, rows, actions, trans } = props;
  const { headline, verdict, edited } = course;
  const shown = differing(rows);
  return (
    <>
      <div className="nbr-Panel-message">
        <p>{verdict ? dated(verdict, edited, trans) : headline.text}</p>
        <div className="nbr-Reproduction-bar">
          <RunButton actions={actions} trans={trans} />
          <ShowButton actions={actions} trans={trans} />
        </div>
      </div>
      {shown.length > 0 && (
        <ul
          className="nbr-Panel-cells"
          aria-label={trans.__('Cells that differ')}
        >
          {shown.map(row => (
            <RowItem
              key={row.title.cellId}
              row={row}
              actions={actions}
              trans={trans}
            />
          ))}
        </ul>
      )}
    </>
  );
}

function RowItem(props: {
  row: Row;
  actions: IRoomActions;
  trans: TranslationBundle;
}): JSX.Element {
  const { row, actions, trans } = props;
  const { icon: Icon, label } = {
    icon: STATUS_ICONS[row.status],
    label: statusLabel(row.status, trans)
  };
  const why = row.outcome?.differences[0]?.why ?? row.outcome?.error ?? '';
  return (
    <li className={`nbr-Reproduction-row nbr-mod-${row.status}`}>
      <button
        className="nbr-Reproduction-line"
        title={[label, why].filter(Boolean).join('\n')}
        onClick={() => actions.goTo(row)}
      >
        <Icon.react tag="span" className="nbr-Report-icon" />
        <span className="nbr-Report-number">{row.title.number}</span>
        <code className="nbr-Report-source">{row.title.firstLine}</code>
        <span className="nbr-Report-status">{label}</span>
      </button>
    </li>
  );
}

function RunButton(props: Pick<IProps, 'actions' | 'trans'>): JSX.Element {
  return (
    <button
      className="jp-mod-styled jp-mod-accept"
      onClick={() => props.actions.run()}
    >
      {props.trans.__('Run top to bottom and compare')}
    </button>
  );
}

function ShowButton(props: Pick<IProps, 'actions' | 'trans'>): JSX.Element {
  return (
    <button className="jp-mod-styled" onClick={() => props.actions.show()}>
      {props.trans.__('Show the report')}
    </button>
  );
}

/** The cells that are not as they were saved. */
function differing(rows: readonly Row[]): readonly Row[] {
  return rows.filter(row =>
    ['different', 'unstable', 'error'].includes(row.status)
  );
}
