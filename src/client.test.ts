import { ServerConnection } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import { expect, test } from 'vitest';

import { createClient } from './client';

/** A client of version 1, and a server that answers as a test says. */
function world() {
  const state = { version: '1', isThere: true, asked: [] as string[] };
  const settings = ServerConnection.makeSettings({
    baseUrl: 'http://127.0.0.1/',
    fetch: async (input: RequestInfo | URL) => {
      const url = input instanceof Request ? input.url : String(input);
      const route = url.split('/nb-refactor/')[1].replace(/\?.*/, '');
      state.asked.push(route);
      if (!state.isThere) {
        return new Response('<html>404</html>', { status: 404 });
      }
      const body = route === 'version' ? { version: state.version } : {};
      return new Response(JSON.stringify(body));
    }
  });
  const trans = nullTranslator.load('nb_refactor');
  const connection = { settings, trans, language: 'en' };
  return { state, client: createClient(connection, '1') };
}

test('the version is asked once, before anything else', async () => {
  const { state, client } = world();
  await Promise.all([client.targets({ path: 'a' }), client.underWay('a')]);
  await client.greet();
  expect(state.asked).toEqual(['version', 'targets', 'reproduce']);
});

test('nothing is sent to a server of another version', async () => {
  const { state, client } = world();
  state.version = '2';
  await expect(client.targets({ path: 'a' })).rejects.toMatchObject({
    reason: 'version_mismatch',
    message: expect.stringMatching(/nb_refactor 2, this page 1/) as string
  });
  expect(state.asked).toEqual(['version']);
  state.version = '1';
  await client.targets({ path: 'a' });
  expect(state.asked).toEqual(['version', 'version', 'targets']);
});

test('a server that went away is asked for its version when it is back', async () => {
  const { state, client } = world();
  await client.greet();
  state.isThere = false;
  await expect(client.targets({ path: 'a' })).rejects.toMatchObject({
    reason: 'server_missing'
  });
  state.isThere = true;
  state.version = '2';
  await expect(client.targets({ path: 'a' })).rejects.toMatchObject({
    reason: 'version_mismatch'
  });
});
