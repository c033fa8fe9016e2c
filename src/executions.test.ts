import type { Kernel } from '@jupyterlab/services';
import { describe, expect, it } from 'vitest';

import { ExecutionRecord } from './executions';

type Message = Kernel.IAnyMessageArgs;

function message(
  direction: 'send' | 'recv',
  msgType: string,
  id: string,
  content: object,
  metadata: object = {}
): Message {
  const sent = direction === 'send';
  return {
    direction,
    msg: {
      header: { msg_type: msgType, msg_id: sent ? id : `${id}-${msgType}` },
      parent_header: sent ? {} : { msg_id: id, msg_type: 'execute_request' },
      content,
      metadata
    }
  } as unknown as Message;
}

const request = (id: string, code: string, cellId?: string, content = {}) =>
  message('send', 'execute_request', id, { code, ...content }, { cellId });
const input = (id: string, code: string, count: number) =>
  message('recv', 'execute_input', id, { code, execution_count: count });
const reply = (id: string, status: string, count?: number) =>
  message('recv', 'execute_reply', id, { status, execution_count: count });
const raised = (id: string) => message('recv', 'error', id, { ename: 'E' });
const status = (id: string, state: string) =>
  message('recv', 'status', id, { execution_state: state });

function recordOf(...messages: Message[]): ExecutionRecord {
  const record = new ExecutionRecord();
  messages.forEach(message => record.observe(message));
  return record;
}

const run = (id: string, code: string, count: number, cellId?: string) => [
  request(id, code, cellId),
  input(id, code, count),
  reply(id, 'ok', count),
  status(id, 'idle')
];

describe('ExecutionRecord', () => {
  it('tells the cell, the source as sent and how the run ended', () => {
    const record = recordOf(
      ...run('1', 'x = 1', 1, 'a'),
      request('2', 'boom', 'b'),
      input('2', 'boom', 2),
      raised('2'),
      reply('2', 'error', 2)
    );
    expect(record.executions()).toEqual([
      { source: 'x = 1', execution_count: 1, cell_id: 'a', status: 'ok' },
      { source: 'boom', execution_count: 2, cell_id: 'b', status: 'error' }
    ]);
  });

  it('keeps aborted runs behind what ran before them, without a count', () => {
    const record = recordOf(
      request('1', 'boom', 'a'),
      request('2', 'x', 'b'),
      input('1', 'boom', 1),
      reply('1', 'error', 1),
      reply('2', 'aborted'),
      status('2', 'idle'),
      ...run('3', 'y', 2, 'c')
    );
    expect(record.executions().map(run => [run.cell_id, run.status])).toEqual([
      ['a', 'error'],
      ['b', 'aborted'],
      ['c', 'ok']
    ]);
    expect(record.executions()[1].execution_count).toBeNull();
  });

  it('leaves out what is still running', () => {
    const record = recordOf(request('1', 'x', 'a'), input('1', 'x', 1));
    record.learn([[1, 'x']]);
    expect(record.executions()).toEqual([]);
    record.observe(reply('1', 'ok', 1));
    expect(record.executions()).toHaveLength(1);
  });

  it('leaves out silent runs and those that are not stored', () => {
    const record = recordOf(
      request('1', 'probe', undefined, { silent: true }),
      request('2', 'probe', undefined, { store_history: false }),
      input('2', 'probe', 1),
      reply('2', 'ok', 1)
    );
    expect(record.executions()).toEqual([]);
  });

  it('hears the runs of other clients', () => {
    const record = recordOf(
      input('x', 'y = 2', 1),
      raised('x'),
      status('x', 'idle')
    );
    expect(record.executions()).toEqual([
      { source: 'y = 2', execution_count: 1, cell_id: null, status: 'error' }
    ]);
  });

  it('fills in from the history what it did not see, each run once', () => {
    const record = recordOf(...run('1', 'b = 2\n', 2, 'b'));
    record.learn([
      [0, ''],
      [1, 'a = 1'],
      [2, 'b = 2']
    ]);
    expect(
      record.executions().map(run => [run.execution_count, run.cell_id])
    ).toEqual([
      [1, null],
      [2, 'b']
    ]);
  });

  it('knows whether it knows the whole', () => {
    const joined = recordOf(...run('1', 'x', 7));
    expect(joined.isComplete).toBe(false);
    joined.learn([[7, 'x']]);
    expect(joined.isComplete).toBe(true);
    expect(recordOf(status('', 'starting')).isComplete).toBe(true);
  });

  it('asks for the history at first and when the counts leap', () => {
    const record = recordOf();
    expect(record.needsHistory).toBe(true);
    record.learn([]);
    run('1', 'x', 1).forEach(message => record.observe(message));
    expect(record.needsHistory).toBe(false);
    run('2', 'x', 3).forEach(message => record.observe(message));
    expect(record.needsHistory).toBe(true);
  });

  it.each([
    ['a lower count', 1, 2],
    ['a count that another run has', 1, 1]
  ])(
    'takes %s in a reply for a new life of the kernel, whose start was not heard',
    (_, count, last) => {
      const record = recordOf(
        ...Array.from({ length: last }, (_, i) =>
          run(`${i}`, `x = ${i}`, i + 1, 'a')
        ).flat(),
        request('new', 'y = 1', 'b'),
        reply('new', 'ok', count)
      );
      expect(record.executions().map(run => run.cell_id)).toEqual(['b']);
    }
  );

  it('is not misled by replies that overtake what is told of the runs', () => {
    const record = recordOf(
      request('1', 'x', 'a'),
      request('2', 'y', 'b'),
      reply('1', 'ok', 1),
      reply('2', 'ok', 2),
      input('1', 'x', 1),
      input('2', 'y', 2),
      status('1', 'idle'),
      status('2', 'idle')
    );
    expect(record.executions().map(run => run.cell_id)).toEqual(['a', 'b']);
  });

  it('keeps a run that took the count of the next one', () => {
    const record = recordOf(
      input('x', 'probe()', 1),
      status('x', 'idle'),
      ...run('1', 'x = 1', 1, 'a')
    );
    record.learn([[1, 'x = 1']]);
    expect(record.executions().map(run => run.source)).toEqual([
      'probe()',
      'x = 1'
    ]);
  });

  it('forgets all when the kernel starts anew', () => {
    const record = recordOf(...run('1', 'x', 1, 'a'), status('', 'starting'));
    expect(record.executions()).toEqual([]);
    expect(record.needsHistory).toBe(false);
  });

  it('keeps a request that overtook the news of the restart', () => {
    const record = recordOf(
      ...run('1', 'x', 1, 'a'),
      request('2', 'y', 'b'),
      status('', 'starting'),
      input('2', 'y', 1),
      reply('2', 'ok', 1)
    );
    expect(record.executions()).toEqual([
      { source: 'y', execution_count: 1, cell_id: 'b', status: 'ok' }
    ]);
  });

  it('notices a restart that nobody told of', () => {
    const counted = recordOf(
      ...run('1', 'x', 1),
      ...run('2', 'y', 2),
      ...run('3', 'z', 1, 'c')
    );
    expect(counted.executions().map(run => run.cell_id)).toEqual(['c']);

    const learned = recordOf(...run('1', 'x', 5, 'a'));
    learned.learn([[1, 'new']]);
    expect(learned.executions().map(run => run.source)).toEqual(['new']);
  });

  it('ignores empty cells, which take no count', () => {
    const record = recordOf(
      request('1', ' \n', 'a'),
      input('1', ' \n', 1),
      reply('1', 'ok', 1)
    );
    expect(record.executions()).toEqual([]);
  });
});
