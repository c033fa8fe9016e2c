import { describe, expect, it } from 'vitest';

import type { CellReport, CheckRequest, Finding } from '../messages';
import { namesInTheWay } from './trial';

const finding = (values: Partial<Finding>): Finding => ({
  rule: 'rerun',
  severity: 'error',
  message: '',
  name: null,
  at: null,
  sources: [],
  mends: [],
  ...values
});

const READING: CheckRequest = {
  path: 'a.ipynb',
  notebook: { cells: [], language: 'python' },
  executions: [{ source: 'x = 1', execution_count: 1 }]
};
const EDITS = [{ cell_id: 'a', before: 'x += 1', after: 'x = f(x)' }];

async function tried(cells: CellReport[]) {
  let request: CheckRequest | null = null;
  const check = (sent: CheckRequest) => {
    request = sent;
    return Promise.resolve({ path: '', seconds: 0, cells });
  };
  const names = await namesInTheWay({ check }, READING, EDITS);
  return { names, request: request as CheckRequest | null };
}

describe('namesInTheWay', () => {
  it('asks what one more run of the old version would be', async () => {
    const { request } = await tried([]);
    expect(request?.executions).toEqual([
      { source: 'x = 1', execution_count: 1 },
      { cell_id: 'a', source: 'x += 1', status: 'ok' }
    ]);
  });

  it('names each name once, and only those of the cell itself', async () => {
    const report = (cell_id: string, state: CellReport['state']) => ({
      cell_id,
      state,
      execution_count: null,
      findings: [
        finding({ name: `${cell_id}1` }),
        finding({ name: `${cell_id}1`, rule: 'out-of-order' }),
        finding({ name: 'seed', severity: 'info' }),
        finding({})
      ]
    });
    const hidden = await tried([report('a', 'hidden'), report('b', 'hidden')]);
    expect(hidden.names).toEqual(['a1']);
    const affected = await tried([report('a', 'affected')]);
    expect(affected.names).toEqual([]);
  });
});
