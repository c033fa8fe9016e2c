import type { Page } from '@playwright/test';

import { expect, test } from './fixtures';
import type { Lab } from './fixtures';

const CELLS = [
  { id: 'prices', source: 'prices = [3, 4, None]' },
  { id: 'heading', kind: 'markdown' as const, source: '## Clean prices' },
  {
    id: 'clean',
    source: 'clean = [p for p in prices if p]\nprint(len(clean), "left")'
  },
  {
    id: 'total',
    source: '# Add up\ntotal = sum(clean)\nprint("total", total)'
  },
  { id: 'dynamic', source: 'mean = 1\nexec("mean = 2")' }
];

/** A repository with a package, and a notebook in it. */
async function openIn(lab: Lab, root: string, cells = CELLS): Promise<void> {
  for (const folder of [root, `${root}/src`, `${root}/src/shop`]) {
    await lab.page.request.put(`/api/contents/${folder}`, {
      data: { type: 'directory' }
    });
  }
  await lab.upload(
    `${root}/pyproject.toml`,
    '[project]\nname = "shop"\nversion = "1"\n'
  );
  await lab.upload(`${root}/src/shop/__init__.py`, '');
  await lab.open(`${root}/analysis.ipynb`, cells);
}

/** Opens the dialog from the cell's menu and waits for the preview. */
async function openDialog(lab: Lab, index: number): Promise<void> {
  const menu = await lab.contextMenu(index);
  await menu.locator('[data-command="nb-refactor:extract"]').click();
  await previewIsCurrent(lab.page);
}

/** Opens the dialog and names the module, and the function where it is to have another name. */
async function fillDialog(
  lab: Lab,
  index: number,
  name?: string
): Promise<void> {
  await openDialog(lab, index);
  await moduleField(lab.page).fill('shop.steps');
  if (name) {
    await functionField(lab.page).fill(name);
  }
  await previewIsCurrent(lab.page);
}

/** Goes all the way, to the Apply button. */
async function extract(lab: Lab, index: number, name?: string): Promise<void> {
  await fillDialog(lab, index, name);
  await applyButton(lab.page).click();
}

async function previewIsCurrent(page: Page): Promise<void> {
  await expect(page.locator('.nbr-Extract-preview')).toHaveAttribute(
    'aria-busy',
    'false'
  );
}

const applyButton = (page: Page) =>
  page.locator('.nbr-ExtractDialog .jp-mod-accept');
const functionField = (page: Page) => page.getByLabel('Function');
const moduleField = (page: Page) => page.getByLabel('Module');
const outputOf = (lab: Lab, index: number) =>
  lab.cell(index).locator('.jp-OutputArea-output');

test('a cell becomes a function of the module, runs, and comes back with one undo', async ({
  lab,
  page
}) => {
  await openIn(lab, 'first');
  await lab.runAll();
  await expect(outputOf(lab, 2)).toHaveText('2 left\n');

  await openDialog(lab, 2);
  await expect(functionField(page)).toHaveValue('clean_prices');
  await moduleField(page).fill('shop.steps');
  await previewIsCurrent(page);
  await expect(page.locator('.nbr-Extract-change')).toHaveCount(2);
  expect(await lab.download('first/src/shop/steps.py')).toBeNull();
  await applyButton(page).click();

  await expect
    .poll(() => lab.sources())
    .toContain(
      'from shop.steps import clean_prices\n\nclean = clean_prices(prices)'
    );
  await expect(outputOf(lab, 2)).toHaveText('2 left\n');
  const module = await lab.download('first/src/shop/steps.py');
  expect(module).toContain('def clean_prices(prices):');

  await page.keyboard.press('Control+z');
  await expect
    .poll(() => lab.sources())
    .toEqual(CELLS.map(cell => cell.source));
  await expect(outputOf(lab, 2)).toHaveText('2 left\n');
});

test('a second extraction extends the module that the kernel has loaded', async ({
  lab,
  page
}) => {
  await openIn(lab, 'second');
  await lab.run(0);
  for (const [index, name] of [
    [2, 'clean_prices'],
    [3, 'add_up']
  ] as const) {
    await extract(lab, index, name);
    await expect(outputOf(lab, index)).toBeVisible();
  }
  await expect(outputOf(lab, 3)).toHaveText('total 7\n');
  const module = await lab.download('second/src/shop/steps.py');
  expect(module).toContain('def clean_prices(');
  expect(module).toContain('def add_up(');
});

test('the Undo button takes back both the cell and the module', async ({
  lab,
  page
}) => {
  await openIn(lab, 'undo');
  await lab.runAll();
  await extract(lab, 2);
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect
    .poll(() => lab.sources())
    .toEqual(CELLS.map(cell => cell.source));
  expect(await lab.download('undo/src/shop/steps.py')).toBeNull();
});

test('the Undo button does nothing where the module was edited since', async ({
  lab,
  page
}) => {
  await openIn(lab, 'touched');
  await lab.runAll();
  await extract(lab, 2);
  await expect(page.locator('.nbr-ExtractDialog')).toHaveCount(0);
  await lab.upload('touched/src/shop/steps.py', 'mine = 1\n');
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(page.getByText('Nothing was undone')).toBeVisible();
  expect(await lab.download('touched/src/shop/steps.py')).toBe('mine = 1\n');
  expect((await lab.sources())[2]).toContain('clean_prices(prices)');
});

test('nothing changes where the module is edited while the dialog is open', async ({
  lab,
  page
}) => {
  await openIn(lab, 'conflict');
  await lab.upload('conflict/src/shop/steps.py', 'a = 1\n');
  await fillDialog(lab, 2);
  await lab.upload('conflict/src/shop/steps.py', 'b = 2\n');
  await applyButton(page).click();
  await expect(page.locator('.nbr-Extract-notice.nbr-mod-error')).toBeVisible();
  expect(await lab.download('conflict/src/shop/steps.py')).toBe('b = 2\n');
  expect(await lab.sources()).toEqual(CELLS.map(cell => cell.source));
  await previewIsCurrent(page);
  await expect(applyButton(page)).toBeEnabled();
});

test('a refusal is a sentence with its place, and nothing can be applied', async ({
  lab,
  page
}) => {
  await openIn(lab, 'refused');
  await openDialog(lab, 4);
  const refusals = page.locator('.nbr-Extract-refusals li');
  await expect(refusals.first()).toBeVisible();
  await expect(applyButton(page)).toBeDisabled();
  await page.keyboard.press('Enter');
  await expect(page.locator('.nbr-ExtractDialog')).toBeVisible();
  await page.getByRole('button', { name: 'Go to line 2' }).click();
  await expect(page.locator('.nbr-ExtractDialog')).toHaveCount(0);
  await expect(lab.cell(4)).toHaveClass(/jp-mod-active/);
  await expect
    .poll(() => page.evaluate(() => getSelection()?.toString()))
    .toBe('exec("mean = 2")');
});

test('names that are no names cannot be applied', async ({ lab, page }) => {
  await openIn(lab, 'names');
  await openDialog(lab, 2);
  for (const name of ['', '1a', 'class', 'a b']) {
    await functionField(page).fill(name);
    await expect(applyButton(page)).toBeDisabled();
    await expect(page.locator('#nbr-extract-function-problem')).not.toBeEmpty();
  }
});

test('the cell is not run where one more run would give something else', async ({
  lab,
  page
}) => {
  await openIn(lab, 'once', [
    { id: 'prices', source: 'prices = [3, 4, None]' },
    {
      id: 'clean',
      source: 'prices = prices[:-1]\nprint(len(prices), "left")'
    },
    { id: 'total', source: 'print(sum(prices))' }
  ]);
  await lab.runAll();
  await extract(lab, 1);
  await expect(
    page.getByText('The cell was not run: with prices as the kernel has it now')
  ).toBeVisible();
  await expect(outputOf(lab, 1)).toHaveCount(0);
  await lab.run(2);
  await expect(outputOf(lab, 2)).toHaveText('7\n');
});

test('the cell is not run where the kernel lacks what it reads', async ({
  lab,
  page
}) => {
  await openIn(lab, 'lacking');
  await extract(lab, 2);
  await expect(page.getByText('The cell was not run')).toBeVisible();
  await expect(outputOf(lab, 2)).toHaveCount(0);
});
