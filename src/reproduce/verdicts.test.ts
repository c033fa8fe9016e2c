import type { IStateDB } from '@jupyterlab/statedb';
import { expect, test } from 'vitest';

import { fingerprint, Verdicts } from './verdicts';
import type { Verdict } from './verdicts';

const verdict = (values: Partial<Verdict> = {}): Verdict => ({
  runId: 'r1',
  told: 1000,
  tone: 'good',
  text: 'Reproduced',
  document: 'd1',
  ...values
});

function memory(kept: unknown = undefined) {
  const saved: { value: unknown } = { value: kept };
  const state = {
    fetch: async () => saved.value,
    save: async (_: string, value: unknown) => {
      saved.value = value;
    }
  } as unknown as IStateDB;
  return { saved, state };
}

test('a verdict is there again after a reload', async () => {
  const { state } = memory();
  new Verdicts(state).tell('a.ipynb', verdict());
  const later = new Verdicts(state);
  await later.restore();
  expect(later.get('a.ipynb')).toEqual(verdict());
  expect(later.get('b.ipynb')).toBeNull();
});

test('a run that is told again keeps its time', () => {
  const verdicts = new Verdicts(null);
  verdicts.tell('a.ipynb', verdict());
  verdicts.tell('a.ipynb', verdict({ told: 9000, document: 'other' }));
  expect(verdicts.get('a.ipynb')).toEqual(verdict());
  verdicts.tell('a.ipynb', verdict({ runId: 'r2', told: 9000 }));
  expect(verdicts.get('a.ipynb')?.told).toBe(9000);
});

test('what another version remembered is passed over', async () => {
  const { state } = memory({ 'a.ipynb': { text: 1 }, 'b.ipynb': null });
  const verdicts = new Verdicts(state);
  await verdicts.restore();
  expect(verdicts.get('a.ipynb')).toBeNull();
  expect(verdicts.get('b.ipynb')).toBeNull();
});

test('documents are told apart by their sources', () => {
  expect(fingerprint(['a', 'b'])).toBe(fingerprint(['a', 'b']));
  expect(fingerprint(['a', 'b'])).not.toBe(fingerprint(['ab']));
  expect(fingerprint(['x = 1'])).not.toBe(fingerprint(['x = 2']));
});
