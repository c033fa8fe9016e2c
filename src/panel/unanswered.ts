import type { TranslationBundle } from '@jupyterlab/translation';

import type { Unanswered } from '../inquiry';
import type { FailureReason } from '../request';
import { quiet } from './notice';
import type { NoticeOf } from './room';

/** What a room says of its own job where it cannot do it. */
export interface IUnanswered {
  noNotebook: string;
  /** Of a notebook in this language; a room that does its job in every language has no such sentence. */
  notPython?(language: string): string;
}

/** The sentence in place of an answer: each reason has its own. */
export function explain(
  unanswered: Unanswered,
  own: IUnanswered,
  trans: TranslationBundle
): string {
  switch (unanswered.kind) {
    case 'no_notebook':
      return own.noNotebook;
    case 'loading':
      return trans.__('The notebook is being read…');
    case 'not_python':
      return (
        own.notPython?.(unanswered.language) ??
        trans.__('The language of this notebook is %1.', unanswered.language)
      );
    case 'failed':
      return unanswered.reason === 'unreachable'
        ? trans.__(
            '%1 It will be asked again at the next change.',
            unanswered.message
          )
        : unanswered.message;
  }
}

/** The same while the notebook is read, for the panel's header. */
export function loadingNotice(trans: TranslationBundle): NoticeOf<never> {
  return quiet('loading', trans.__('The notebook is being read…'));
}

/** The same of a failure, in the few words of the panel's header, and what to do next. */
export function failureNotice<Step extends string>(
  reason: FailureReason,
  next: Step,
  trans: TranslationBundle
): NoticeOf<Step> {
  const text = failureText(reason, trans);
  return { urgency: 'obstacle', tone: 'warning', text, next };
}

function failureText(reason: FailureReason, trans: TranslationBundle): string {
  switch (reason) {
    case 'version_mismatch':
      return trans.__('Server and page have different versions');
    case 'server_missing':
      return trans.__('The server part of nb_refactor is missing');
    case 'unreachable':
      return trans.__('The Jupyter server does not answer');
    case 'rejected':
    case 'failed':
      return trans.__('The notebook could not be judged');
  }
}
