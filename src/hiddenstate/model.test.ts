import { describe, expect, it } from 'vitest';

import type { CheckRequest, CheckResponse } from '../messages';
import { RequestFailed } from '../request';
import { HiddenStateModel } from './model';

const requestFor = (source: string, language = 'python'): CheckRequest => ({
  path: 'a.ipynb',
  notebook: { cells: [{ cell_id: 'a', source }], language },
  executions: []
});

const answer = (state: 'fresh' | 'hidden'): CheckResponse => ({
  path: 'a.ipynb',
  seconds: 0,
  cells: [{ cell_id: 'a', state, execution_count: 1, findings: [] }]
});

/** A model over a document that a test can change, and a server that it can hold back. */
function world() {
  const state = {
    source: 'x',
    language: 'python',
    asked: [] as string[],
    answer: async (): Promise<CheckResponse> => answer('fresh')
  };
  const model = new HiddenStateModel({
    delay: 0,
    read: async () => ({
      request: requestFor(state.source, state.language),
      basis: 'history'
    }),
    client: {
      check: request => {
        state.asked.push(request.notebook.cells[0].source);
        return state.answer();
      }
    }
  });
  const checked = () =>
    new Promise<void>(resolve => {
      const slot = () => {
        model.changed.disconnect(slot);
        resolve();
      };
      model.changed.connect(slot);
    });
  return { state, model, checked };
}

describe('HiddenStateModel', () => {
  it('asks nothing as long as nobody looks, and at once when somebody does', async () => {
    const { state, model, checked } = world();
    model.schedule();
    await new Promise(resolve => setTimeout(resolve, 5));
    expect(state.asked).toEqual([]);
    expect(model.standing.kind).toBe('loading');
    const done = checked();
    model.active = true;
    await done;
    expect(model.standing.kind).toBe('checked');
  });

  it('does not send again what was judged already', async () => {
    const { state, model, checked } = world();
    await model.checkNow();
    model.active = true;
    const done = checked();
    model.schedule();
    await done;
    expect(state.asked).toEqual(['x']);
  });

  it('asks about what is typed in the same turn', async () => {
    const { state, model } = world();
    model.active = true;
    await expect.poll(() => state.asked).toEqual(['x']);
    await expect.poll(() => model.standing.kind).toBe('checked');
    const nextTurn = new Promise(resolve => setTimeout(resolve));
    for (const source of ['xy', 'xyz']) {
      state.source = source;
      model.edited();
    }
    await nextTurn;
    expect(state.asked).toEqual(['x', 'xyz']);
  });

  it('sends the last of many changes once, after the request under way', async () => {
    const { state, model, checked } = world();
    let release = () => undefined as void;
    state.answer = () =>
      new Promise(resolve => {
        release = () => resolve(answer('fresh'));
      });
    const first = model.checkNow();
    await expect.poll(() => state.asked).toEqual(['x']);
    state.answer = async () => answer('hidden');
    for (const source of ['xy', 'xyz']) {
      state.source = source;
      void model.checkNow();
    }
    const done = checked();
    release();
    await done;
    await first;
    expect(state.asked).toEqual(['x', 'xyz']);
    expect(model.standing).toMatchObject({
      report: { cells: [{ state: 'hidden' }] }
    });
  });

  it('asks again on demand, also while the same is asked', async () => {
    const { state, model } = world();
    const first = model.checkNow();
    await expect.poll(() => state.asked).toEqual(['x']);
    await Promise.all([first, model.checkNow()]);
    expect(state.asked).toEqual(['x', 'x']);
  });

  it('keeps the report of a cell that is as before', async () => {
    const { state, model } = world();
    await model.checkNow();
    const before =
      model.standing.kind === 'checked' && model.standing.report.cells[0];
    state.source = 'y';
    await model.checkNow();
    const after =
      model.standing.kind === 'checked' && model.standing.report.cells[0];
    expect(after).toBe(before);
  });

  it('leaves other languages alone', async () => {
    const { state, model } = world();
    state.language = 'julia';
    await model.checkNow();
    expect(state.asked).toEqual([]);
    expect(model.standing).toEqual({ kind: 'not_python', language: 'julia' });
  });

  it('does not ask a server at each key that somebody must mend first', async () => {
    const { state, model, checked } = world();
    state.answer = async () => {
      throw new RequestFailed('version_mismatch', 'Another version.');
    };
    model.active = true;
    await checked();
    expect(model.standing).toMatchObject({ reason: 'version_mismatch' });
    state.answer = async () => answer('fresh');
    model.edited();
    await new Promise(resolve => setTimeout(resolve, 10));
    expect(state.asked).toHaveLength(1);
    await model.checkNow();
    expect(model.standing.kind).toBe('checked');
  });

  it('tells why there is no answer, and recovers with the next one', async () => {
    const { state, model } = world();
    state.answer = async () => {
      throw new RequestFailed('unreachable', 'No answer.');
    };
    await model.checkNow();
    expect(model.standing).toEqual({
      kind: 'failed',
      reason: 'unreachable',
      message: 'No answer.'
    });
    state.answer = async () => answer('fresh');
    await model.checkNow();
    expect(model.standing.kind).toBe('checked');
  });

  it('says nothing after its end', async () => {
    const { model } = world();
    let said = 0;
    model.changed.connect(() => said++);
    const running = model.checkNow();
    model.dispose();
    await running;
    expect(said).toBe(0);
  });
});
