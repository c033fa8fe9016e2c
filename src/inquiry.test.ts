import { Signal } from '@lumino/signaling';
import { expect, test, vi } from 'vitest';

import { Inquiry } from './inquiry';
import { RequestFailed } from './request';

function aDocument(source = 'x = 1', language = 'python') {
  const changed = new Signal<object, void>({});
  const held = { source };
  return {
    held,
    changed,
    path: 'a.ipynb',
    read: () => ({
      cells: [{ cell_id: 'c', source: held.source }],
      language
    })
  };
}

test('asks while somebody looks, and again when the document changed', async () => {
  const ask = vi.fn(async () => 1);
  const inquiry = new Inquiry(ask, 0);
  const document = aDocument();
  inquiry.follow(document);
  expect(inquiry.answer.kind).toBe('loading');
  await new Promise(done => setTimeout(done, 10));
  expect(ask).not.toHaveBeenCalled();

  inquiry.active = true;
  await vi.waitFor(() => expect(inquiry.answer.kind).toBe('told'));
  document.changed.emit();
  await new Promise(done => setTimeout(done, 10));
  expect(ask).toHaveBeenCalledTimes(1);

  document.held.source = 'x = 2';
  document.changed.emit();
  await vi.waitFor(() => expect(ask).toHaveBeenCalledTimes(2));
  inquiry.dispose();
});

test('an answer about a document that is no longer in front is dropped', async () => {
  let give: (value: number) => void = () => undefined;
  const inquiry = new Inquiry(
    () => new Promise<number>(done => (give = done)),
    0
  );
  inquiry.active = true;
  inquiry.follow(aDocument());
  await new Promise(done => setTimeout(done, 10));
  inquiry.follow(null);
  give(1);
  await new Promise(done => setTimeout(done, 10));
  expect(inquiry.answer).toEqual({ kind: 'no_notebook' });
  inquiry.dispose();
});

test('says why there is no answer', async () => {
  const inquiry = new Inquiry(async () => {
    throw new RequestFailed('server_missing', 'Not there.');
  }, 0);
  inquiry.active = true;
  inquiry.follow(aDocument());
  await vi.waitFor(() =>
    expect(inquiry.answer).toEqual({
      kind: 'failed',
      reason: 'server_missing',
      message: 'Not there.'
    })
  );
  inquiry.follow(aDocument('1', 'r'));
  await vi.waitFor(() =>
    expect(inquiry.answer).toEqual({ kind: 'not_python', language: 'r' })
  );
  inquiry.dispose();
});
