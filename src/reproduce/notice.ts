import { Time } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Unanswered } from '../inquiry';
import type { NoticeOf } from '../panel/room';
import { failureNotice, loadingNotice } from '../panel/unanswered';
import type { Headline } from './report';
import type { Verdict } from './verdicts';

/** What the reproduction of the notebook in front is at. */
export type Course =
  | Exclude<Unanswered, { kind: 'not_python' }>
  | { kind: 'empty' | 'never_run' }
  | { kind: 'running'; headline: Headline; progress: number }
  | {
      kind: 'over';
      headline: Headline;
      verdict: Verdict | null;
      edited: boolean;
    };

/** What to do next about reproduction. */
export type NextStep = 'show' | 'run' | 'ask';

/** What reproduction says in the panel's header. */
export function noticeOf(
  course: Course,
  trans: TranslationBundle
): NoticeOf<NextStep> | null {
  switch (course.kind) {
    case 'no_notebook':
    case 'empty':
      return null;
    case 'loading':
      return loadingNotice(trans);
    case 'failed':
      return failureNotice(course.reason, 'ask', trans);
    case 'never_run':
      return {
        urgency: 'unproven',
        tone: 'neutral',
        text: trans.__('Not known to give its saved outputs'),
        next: 'run'
      };
    case 'running':
      return {
        urgency: 'running',
        tone: 'neutral',
        text: course.headline.text,
        next: 'show'
      };
    case 'over':
      return over(course, trans);
  }
}

function over(
  { headline, verdict, edited }: Extract<Course, { kind: 'over' }>,
  trans: TranslationBundle
): NoticeOf<NextStep> {
  const text = verdict ? dated(verdict, edited, trans) : headline.text;
  if (edited) {
    return {
      urgency: 'reproduced',
      tone: 'neutral',
      text,
      next: 'run'
    };
  }
  const isGood = headline.tone === 'good' || headline.tone === 'neutral';
  return {
    urgency: isGood ? 'reproduced' : 'different',
    tone: headline.tone,
    text,
    next: isGood ? null : 'show'
  };
}

/** The verdict with its age: `Reproduced 2 minutes ago`. */
export function dated(
  verdict: Verdict,
  edited: boolean,
  trans: TranslationBundle
): string {
  const ago = Time.formatHuman(new Date(verdict.told));
  if (edited) {
    return verdict.tone === 'good'
      ? trans.__('Reproduced %1, edited since', ago)
      : trans.__('Run %1, edited since: %2', ago, verdict.text);
  }
  return verdict.tone === 'good'
    ? trans.__('Reproduced %1', ago)
    : trans.__('%1 (%2)', verdict.text, ago);
}
