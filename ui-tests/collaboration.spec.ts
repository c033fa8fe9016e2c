import type { Browser, Page } from '@playwright/test';

import { applyButton, fillDialog, openIn, outputOf } from './extraction';
import { Lab, expect, test } from './fixtures';
import { SHARED_PORT, addressOf } from './servers';

/**
 * Two browsers on one document, by jupyter-collaboration: what one does, the other sees at once.
 */

const SOURCES = [
  'prices = [3, 4, None]',
  'clean = [p for p in prices if p]\nprint(len(clean), "left")',
  'print("total", sum(clean))'
];
const CELLS = SOURCES.map((source, index) => ({ id: `c${index}`, source }));
const CALL =
  'from shop.steps import take_clean\n\nclean = take_clean(prices)\nprint(len(clean), "left")';

test.use({ baseURL: addressOf(SHARED_PORT) });

// Two browsers take their time to start.
test.setTimeout(180_000);

/** A second person on the notebook of the first, in a browser of her own. */
async function join(browser: Browser, path: string): Promise<Lab> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`/lab/workspaces/second/tree/${path}?reset`);
  await page.waitForSelector('.jp-NotebookPanel .jp-Cell');
  const lab = new Lab(page);
  await lab.waitIdle();
  return lab;
}

/** Both on one notebook of a repository, all of it run. */
async function together(
  lab: Lab,
  browser: Browser,
  root: string
): Promise<Lab> {
  await openIn(lab, root, CELLS);
  await expect
    .poll(() => isShared(lab.page), 'jupyter-collaboration is not installed')
    .toBe(true);
  await lab.runAll();
  const other = await join(browser, `${root}/analysis.ipynb`);
  await agree(lab, other, SOURCES);
  return other;
}

async function isShared(page: Page): Promise<boolean> {
  return await page.evaluate(
    () =>
      window.jupyterapp.shell.currentWidget.context.model.collaborative === true
  );
}

/** Both see these cells. */
async function agree(lab: Lab, other: Lab, sources: string[]): Promise<void> {
  for (const each of [lab, other]) {
    await expect.poll(() => each.sources()).toEqual(sources);
  }
}

const moduleOf = (lab: Lab, root: string) =>
  lab.download(`${root}/src/shop/steps.py`);

test('both see one call in the place of the cell, and undo takes it back for both', async ({
  lab,
  page,
  browser
}) => {
  const other = await together(lab, browser, 'shared');
  await fillDialog(lab, 1, 'take_clean');
  await applyButton(page).click();
  await expect(page.locator('.nbr-ExtractDialog')).toHaveCount(0);
  await agree(lab, other, [SOURCES[0], CALL, SOURCES[2]]);
  expect(await moduleOf(lab, 'shared')).toContain('def take_clean(');
  await expect(outputOf(lab, 1)).toHaveText('2 left\n');
  await expect(outputOf(other, 1)).toHaveText('2 left\n');

  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await agree(lab, other, SOURCES);
  expect(await moduleOf(lab, 'shared')).toBeNull();
  await other.run(1);
  await expect(outputOf(lab, 1)).toHaveText('2 left\n');
  await other.page.context().close();
});

test('the other one edits elsewhere meanwhile, and nothing of it is lost', async ({
  lab,
  page,
  browser
}) => {
  const other = await together(lab, browser, 'elsewhere');
  await fillDialog(lab, 1, 'take_clean');
  await other.edit(2, 'print("sum", sum(clean))');
  await expect
    .poll(async () => (await lab.sources())[2])
    .toBe('print("sum", sum(clean))');
  await applyButton(page).click();
  await agree(lab, other, [SOURCES[0], CALL, 'print("sum", sum(clean))']);
  await page.keyboard.press('Control+z');
  await agree(lab, other, [SOURCES[0], SOURCES[1], 'print("sum", sum(clean))']);
  await other.page.context().close();
});

test('nothing changes where the other one edits the cell while the preview is open', async ({
  lab,
  page,
  browser
}) => {
  const other = await together(lab, browser, 'conflict');
  await fillDialog(lab, 1, 'take_clean');
  const edited = SOURCES[1].replace('if p', 'if p is not None');
  await other.edit(1, edited);
  await agree(lab, other, [SOURCES[0], edited, SOURCES[2]]);
  await applyButton(page).click();
  await expect(page.locator('.nbr-Extract-notice.nbr-mod-error')).toContainText(
    'Nothing was changed: the cell is not what the preview was made for.'
  );
  expect(await moduleOf(lab, 'conflict')).toBeNull();
  await agree(lab, other, [SOURCES[0], edited, SOURCES[2]]);

  // The preview is a new one by now: of what the other one has written.
  await expect(applyButton(page)).toBeEnabled();
  await applyButton(page).click();
  await agree(lab, other, [SOURCES[0], CALL, SOURCES[2]]);
  expect(await moduleOf(lab, 'conflict')).toContain('if p is not None');
  await other.page.context().close();
});

test('the cell that the other one edits while the module is written stays hers', async ({
  lab,
  page,
  browser
}) => {
  const other = await together(lab, browser, 'between');
  await fillDialog(lab, 1, 'take_clean');
  const edited = `${SOURCES[1]}\nprint("mine")`;
  let requests = 0;
  await page.route('**/nb-refactor/apply*', async route => {
    requests += 1;
    const response = await route.fetch();
    if (requests === 1) {
      await other.edit(1, edited);
      await expect.poll(async () => (await lab.sources())[1]).toBe(edited);
    }
    await route.fulfill({ response });
  });
  await applyButton(page).click();
  await expect(page.locator('.nbr-Extract-notice.nbr-mod-error')).toContainText(
    'Nothing was changed'
  );
  expect(await moduleOf(lab, 'between')).toBeNull();
  await agree(lab, other, [SOURCES[0], edited, SOURCES[2]]);
  await other.page.context().close();
});

test('of two who extract the same cell at once one is told that it was done', async ({
  lab,
  page,
  browser
}) => {
  const other = await together(lab, browser, 'both');
  await fillDialog(lab, 1, 'take_clean');
  await fillDialog(other, 1, 'take_clean');
  await Promise.all([
    applyButton(page).click(),
    applyButton(other.page).click()
  ]);
  const told = '.nbr-Extract-notice.nbr-mod-error, .nbr-Extract-refusals';
  await expect
    .poll(
      async () =>
        (await page.locator(told).count()) +
        (await other.page.locator(told).count())
    )
    .toBeGreaterThan(0);
  await agree(lab, other, [SOURCES[0], CALL, SOURCES[2]]);
  const module = (await moduleOf(lab, 'both')) ?? '';
  expect(module.split('def take_clean(')).toHaveLength(2);
  await other.page.context().close();
});
