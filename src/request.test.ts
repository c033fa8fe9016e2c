import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';

import { failure } from './request';

const trans = nullTranslator.load('nb_refactor');

describe('failure', () => {
  it.each([
    [404, '<html>404</html>', 'server_missing'],
    // Jupyter's own answer for an address that nobody serves.
    [404, '{"message": "Not Found", "reason": null}', 'server_missing'],
    [403, '', 'rejected'],
    [502, '<html>Bad gateway</html>', 'failed'],
    [400, '{"message": "The path is not a notebook."}', 'rejected'],
    [404, '{"message": "There is no such run."}', 'rejected'],
    [500, '{"message": "The disk is full."}', 'failed']
  ])('of %i %j is %s', (status, body, reason) => {
    const failed = failure(status, body, trans);
    expect(failed.reason).toBe(reason);
    expect(failed.message).not.toBe('');
  });

  it("keeps the server's own sentence", () => {
    expect(failure(400, '{"message": "No."}', trans).message).toBe('No.');
  });
});
