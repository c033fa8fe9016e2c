import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';

import type { RunResponse } from '../messages';
import { RequestFailed } from '../request';
import { RunModel } from './model';
import type { RunModelOptions } from './model';

const answer = (state: RunResponse['state'], done = 0): RunResponse => ({
  run_id: 'r1',
  state,
  done,
  total: 3,
  running: null,
  report: null,
  message: '',
  seconds_left: null
});

/** A server that answers one after the other of these; an error is thrown. */
function model(
  answers: (RunResponse | Error)[],
  changes: Partial<RunModelOptions['client']> = {}
) {
  const next = async () => {
    const head = answers.length > 1 ? answers.shift() : answers[0];
    if (head instanceof Error) {
      throw head;
    }
    return head as RunResponse;
  };
  const made = new RunModel({
    client: {
      reproduce: async () => ({ run_id: 'r1' }),
      run: next,
      cancel: async () => answer('cancelled', 1),
      ...changes
    },
    path: 'a.ipynb',
    trans: nullTranslator.load(''),
    interval: 1
  });
  const states: string[] = [];
  made.changed.connect((_, view) => {
    if (states[states.length - 1] !== view.state) {
      states.push(view.state);
    }
  });
  return { made, states };
}

describe('RunModel', () => {
  it('follows a run to its end', async () => {
    const { made, states } = model([
      answer('queued'),
      answer('running', 1),
      answer('finished', 3)
    ]);
    await made.start({ content: {} });
    expect(states).toEqual(['starting', 'queued', 'running', 'finished']);
    expect(made.view.run?.done).toBe(3);
    expect(made.isRunning).toBe(false);
  });

  it('goes on where the server comes back', async () => {
    const { made } = model([
      answer('running', 1),
      new RequestFailed('unreachable', 'No answer.'),
      answer('finished', 3)
    ]);
    await made.start({ content: {} });
    expect(made.view.state).toBe('finished');
    expect(made.view.message).toBe('');
  });

  it('says that the run is lost where the server does not know it', async () => {
    const { made } = model([new RequestFailed('rejected', 'No such run.')]);
    await made.attach('r1');
    expect(made.view).toMatchObject({
      state: 'lost',
      message: 'No such run.'
    });
  });

  it('says why a run could not start', async () => {
    const { made } = model([answer('queued')], {
      reproduce: () => Promise.reject(new RequestFailed('failed', 'No.'))
    });
    await made.start({ content: {} });
    expect(made.view).toMatchObject({ state: 'failed', message: 'No.' });
  });

  it('ends at once when it is cancelled', async () => {
    const { made, states } = model([answer('running', 1)]);
    const followed = made.start({ content: {} });
    while (made.view.state !== 'running') {
      await new Promise(resolve => made.changed.connect(resolve));
    }
    await made.cancel();
    await followed;
    expect(states).toEqual(['starting', 'queued', 'running', 'cancelled']);
    expect(made.view.cancelling).toBe(false);
  });

  it('stops asking when it is closed', async () => {
    const { made } = model([answer('running', 1)]);
    const followed = made.start({ content: {} });
    await new Promise(resolve => setTimeout(resolve, 5));
    made.dispose();
    await followed;
    expect(made.isRunning).toBe(true);
  });

  it('shows the newer of two runs alone', async () => {
    const { made } = model([answer('finished', 3)]);
    await Promise.all([
      made.start({ content: {} }),
      made.start({ content: {} })
    ]);
    expect(made.view.state).toBe('finished');
  });
});
