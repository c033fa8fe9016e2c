import type { TranslationBundle } from '@jupyterlab/translation';

import { quiet } from '../panel/notice';
import type { NoticeOf } from '../panel/room';
import { failureNotice, loadingNotice } from '../panel/unanswered';
import type { IChecked, Standing } from './model';
import { countStates, headline, standsOut } from './summary';

/** What to do next about hidden state. */
export type NextStep = 'next_finding' | 'check' | 'run_all';

/** What hidden state says in the panel's header. */
export function noticeOf(
  standing: Standing,
  trans: TranslationBundle
): NoticeOf<NextStep> | null {
  switch (standing.kind) {
    case 'no_notebook':
      return null;
    case 'loading':
      return loadingNotice(trans);
    case 'not_python':
      return quiet('obstacle', trans.__('Not a Python notebook'));
    case 'failed':
      return failureNotice(standing.reason, 'check', trans);
    case 'checked':
      return judged(standing, trans);
  }
}

function judged(
  standing: IChecked,
  trans: TranslationBundle
): NoticeOf<NextStep> {
  const { cells } = standing.report;
  const text = headline(cells, standing.basis, trans);
  const state = standsOut(cells);
  if (state === 'hidden' || state === 'affected') {
    const tone = state === 'hidden' ? 'bad' : 'warning';
    return { urgency: 'hidden', tone, text, next: 'next_finding' };
  }
  const counts = countStates(cells);
  if (counts.not_run === cells.length) {
    const runs = cells.length > 0 && standing.basis === 'nothing_ran';
    return { ...quiet('nothing_ran', text), next: runs ? 'run_all' : null };
  }
  return {
    urgency: 'fresh',
    tone:
      state === 'fresh' && standing.basis === 'history' ? 'good' : 'neutral',
    text,
    next: null
  };
}
