import { describe, expect, it } from 'vitest';

import type { ExtractRequest, ExtractResponse } from '../messages';
import { AskedAhead } from './ahead';

const body = (source: string): ExtractRequest => ({
  path: 'a.ipynb',
  notebook: {
    cells: [{ cell_id: 'c', kind: 'code', source }],
    language: 'python'
  },
  cell_ids: ['c'],
  module: 'proj.steps',
  function: 'load'
});

function client(fails = false) {
  const asked: string[] = [];
  let now = 0;
  const ahead = new AskedAhead(
    {
      extract: async body => {
        asked.push(body.notebook.cells[0].source);
        if (fails) {
          throw new Error('No answer.');
        }
        return {
          kind: 'refused',
          refusals: [],
          proposed_name: ''
        } as ExtractResponse;
      }
    },
    () => now
  );
  return { ahead, asked, wait: (ms: number) => (now += ms) };
}

describe('AskedAhead', () => {
  it('asks once for what is wanted then', async () => {
    const { ahead, asked } = client();
    ahead.ask(body('x = 1'));
    expect(await ahead.extract(body('x = 1'))).toMatchObject({
      kind: 'refused'
    });
    expect(asked).toEqual(['x = 1']);
  });

  it('asks anew where the notebook is another one by then', async () => {
    const { ahead, asked } = client();
    ahead.ask(body('x = 1'));
    await ahead.extract(body('x = 2'));
    expect(asked).toEqual(['x = 1', 'x = 2']);
  });

  it('serves one request only: files may have changed', async () => {
    const { ahead, asked } = client();
    ahead.ask(body('x = 1'));
    await ahead.extract(body('x = 1'));
    await ahead.extract(body('x = 1'));
    expect(asked).toEqual(['x = 1', 'x = 1']);
  });

  it('asks anew where the answer has become old', async () => {
    const { ahead, asked, wait } = client();
    ahead.ask(body('x = 1'));
    wait(10_000);
    await ahead.extract(body('x = 1'));
    expect(asked).toEqual(['x = 1', 'x = 1']);
  });

  it('tells a failure to who wants the answer', async () => {
    const { ahead } = client(true);
    ahead.ask(body('x = 1'));
    await expect(ahead.extract(body('x = 1'))).rejects.toThrow('No answer.');
  });
});
