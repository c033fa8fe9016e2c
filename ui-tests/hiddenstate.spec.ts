import { expect, test } from './fixtures';

test('the extension is there', async ({ lab }) => {
  await lab.open('plain.ipynb', [{ id: 'a', source: 'x = 1' }]);
  await lab.runAll();
  expect(await lab.sources()).toEqual(['x = 1']);
});
