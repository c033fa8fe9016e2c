import { expect, test } from './fixtures';

const MAP = '.nbr-MapPanel';

test('draws how names flow, and goes to a cell', async ({ lab, page }) => {
  await lab.open('flows.ipynb', [
    { id: 'a', source: 'scale = 2\nunused = 1' },
    { id: 'b', source: 'total = 3 * scale' },
    { id: 'c', source: 'print(total, scale)' },
    { id: 'd', source: 'import os' }
  ]);
  await lab.command('nb-refactor:open-map');
  const map = page.locator(MAP);
  await expect(map.locator('.nbr-Map-node')).toHaveCount(4);
  await expect(map.locator('.nbr-Map-edge')).toHaveCount(2);
  await map.getByLabel('All flows').check();
  await expect(map.locator('.nbr-Map-edge')).toHaveCount(3);
  await map.locator('.nbr-Map-node[data-cell-id="c"]').click();
  await expect(lab.cell(2)).toHaveClass(/jp-mod-active/);
});

test('draws hidden state in red, also of a cell that is gone', async ({
  lab,
  page
}) => {
  await lab.open('hidden.ipynb', [
    { id: 'a', source: 'scale = 2' },
    { id: 'b', source: 'total = 3 * scale' }
  ]);
  await lab.runAll();
  await lab.remove(0);
  await lab.run(0);
  await expect(lab.cell(0)).toHaveClass(/nbr-mod-hidden/);
  await lab.command('nb-refactor:open-map');
  const map = page.locator(MAP);
  await expect(map.locator('.nbr-Map-node.nbr-mod-hidden')).toHaveCount(1);
  await expect(map.locator('.nbr-Map-node.nbr-mod-gone')).toContainText(
    'scale'
  );
  await expect(map.locator('.nbr-Map-edge.nbr-mod-hidden')).toHaveText('scale');
});

test('is read by the keyboard, and follows the notebook', async ({
  lab,
  page
}) => {
  await lab.open('keyboard.ipynb', [
    { id: 'a', source: 'scale = 2' },
    { id: 'b', source: 'total = 3 * scale' }
  ]);
  await lab.command('nb-refactor:open-map');
  const nodes = page.locator(`${MAP} .nbr-Map-node`);
  await expect(nodes).toHaveCount(2);
  await page.locator('.nbr-Map-frame').focus();
  await page.keyboard.press('Tab');
  const focused = page.locator(':focus');
  await expect(focused).toHaveAttribute('data-cell-id', 'a');
  await expect(focused).toHaveAccessibleName(/gives scale to cell 2/);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(lab.cell(1)).toHaveClass(/jp-mod-active/);
  await lab.edit(1, 'total = 3');
  await expect(page.locator(`${MAP} .nbr-Map-edge`)).toHaveCount(0);
});

test('opens at hidden state where it is wider than its tab, and fits on demand', async ({
  lab,
  page
}) => {
  const readers = Array.from({ length: 12 }, (_, at) => ({
    id: `r${at}`,
    source: `total_${at} = ${at} * scale`
  }));
  await lab.open('wide.ipynb', [
    { id: 'a', source: 'scale = 2' },
    ...readers,
    { id: 'last', source: 'scale_after = scale + lost' },
    { id: 'gone', source: 'lost = 3' }
  ]);
  await lab.run(0);
  await lab.run(14);
  await lab.run(13);
  await expect(lab.cell(13)).toHaveClass(/nbr-mod-hidden/);
  await lab.command('nb-refactor:open-map');
  const map = page.locator(MAP);
  const frame = map.locator('.nbr-Map-frame');
  await expect(map.locator('.nbr-Map-node.nbr-mod-hidden')).toBeInViewport({
    ratio: 1
  });
  const isWhole = () =>
    frame.evaluate(node => node.scrollWidth <= node.clientWidth);
  expect(await isWhole()).toBe(false);
  await map.getByRole('button', { name: 'Fit' }).click();
  await expect.poll(isWhole).toBe(true);
});

test('says why there is no map', async ({ lab, page }) => {
  await lab.open('empty.ipynb', [
    { id: 'a', kind: 'markdown', source: '# Nothing' }
  ]);
  await lab.command('nb-refactor:open-map');
  const message = page.locator(`${MAP} .nbr-Panel-message`);
  await expect(message).toContainText('no code cells yet');
  await page.evaluate(() => {
    const { shell } = window.jupyterapp;
    [...shell.widgets('main')].find(each => 'context' in each)?.dispose();
  });
  await expect(message).toContainText('Open the notebook');
});
