import { nullTranslator } from '@jupyterlab/translation';
import { expect, test } from 'vitest';

import type { Unanswered } from '../inquiry';
import type { FailureReason } from '../request';
import { explain, failureNotice } from './unanswered';

const trans = nullTranslator.load('nb_refactor');
const own = {
  noNotebook: 'Open one.',
  notPython: (language: string) => `Not ${language}.`
};

test('says something of its own for each way to have no answer', () => {
  const ways: Unanswered[] = [
    { kind: 'no_notebook' },
    { kind: 'loading' },
    { kind: 'not_python', language: 'r' },
    { kind: 'failed', reason: 'unreachable', message: 'No answer.' },
    { kind: 'failed', reason: 'server_missing', message: 'Enable it.' }
  ];
  expect(ways.map(way => explain(way, own, trans))).toEqual([
    'Open one.',
    'The notebook is being read…',
    'Not r.',
    'No answer. It will be asked again at the next change.',
    'Enable it.'
  ]);
});

test('the header tells failures apart that need different things', () => {
  const reasons: FailureReason[] = [
    'version_mismatch',
    'server_missing',
    'unreachable',
    'rejected'
  ];
  const said = reasons.map(reason => failureNotice(reason, 'ask', trans).text);
  expect(new Set(said).size).toBe(reasons.length);
});
