import { expect, test } from './fixtures';

const saved = (text: string) => [
  { output_type: 'stream', name: 'stdout', text }
];
const headline = '.nbr-Report-headline';

test('a notebook that gives its saved outputs is reproduced', async ({
  lab,
  page
}) => {
  await lab.open('equal.ipynb', [
    { id: 'a', source: 'x = 1\nprint(x)', outputs: saved('1\n') },
    { id: 'b', source: 'print(x + 1)', outputs: saved('2\n') }
  ]);
  const menu = await lab.contextMenu(0);
  await menu.locator('[data-command="nb-refactor:reproduce"]').click();
  await expect(page.locator(headline)).toHaveText(
    'Reproduced: all 2 cells give their saved outputs'
  );
  await expect(page.locator('.nbr-Report-row.nbr-mod-same')).toHaveCount(2);
});

test('a notebook that gives other outputs shows each difference, as the browser has it', async ({
  lab,
  page
}) => {
  await lab.open('different.ipynb', [
    { id: 'a', source: 'x = 1\nprint(x)', outputs: saved('1\n') },
    { id: 'b', source: 'print(x + 1)', outputs: saved('2\n') }
  ]);
  await lab.edit(1, 'print(x + 2)');
  await page.locator('[data-jp-item-name="nb-refactor-reproduce"]').click();
  await expect(page.locator(headline)).toHaveText(
    '1 of 2 cells differs from its saved outputs'
  );
  const row = page.locator('.nbr-Report-row[data-cell-id="b"]');
  await expect(row.locator('.nbr-Diff-line.nbr-mod-removed')).toContainText(
    '2'
  );
  await expect(row.locator('.nbr-Diff-line.nbr-mod-added')).toContainText('3');

  await row.locator('.nbr-Report-line').click();
  await expect(lab.cell(1)).toHaveClass(/jp-mod-active/);
  expect(await lab.sources()).toEqual(['x = 1\nprint(x)', 'print(x + 2)']);
});

test('an error is told in a sentence', async ({ lab, page }) => {
  await lab.open('error.ipynb', [
    { id: 'a', source: 'missing', outputs: saved('1\n') },
    { id: 'b', source: 'print(2)', outputs: saved('2\n') }
  ]);
  await lab.command('nb-refactor:reproduce');
  await expect(page.locator(headline)).toContainText(
    "NameError: name 'missing' is not defined"
  );
});

test('a run can be cancelled, and run again', async ({ lab, page }) => {
  await lab.open('endless.ipynb', [
    { id: 'a', source: 'print(1)', outputs: saved('1\n') },
    { id: 'b', source: 'import time\ntime.sleep(600)' }
  ]);
  await lab.command('nb-refactor:reproduce');
  await expect(
    page.locator('.nbr-Report-row[data-cell-id="b"].nbr-mod-running')
  ).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.locator(headline)).toHaveText(
    'Cancelled after 1 of 2 cells'
  );

  await page
    .getByRole('tab', { name: /endless/ })
    .first()
    .click();
  await lab.edit(1, 'pass');
  await page.getByRole('button', { name: 'Run again' }).click();
  await expect(page.locator(headline)).toHaveText(
    'Reproduced: all 2 cells give their saved outputs'
  );
});

test('a report is still there after a reload', async ({ lab, page }) => {
  await lab.open('reload.ipynb', [
    { id: 'a', source: 'print(1)', outputs: saved('1\n') }
  ]);
  // The address that opens the notebook also resets the layout.
  await page.goto('/lab/tree/reload.ipynb');
  await lab.waitIdle();
  await lab.command('nb-refactor:reproduce');
  await expect(page.locator(headline)).toContainText('Reproduced');
  await page.waitForTimeout(1500);
  await page.goto('/lab');
  await expect(page.locator(headline)).toContainText('Reproduced');
});
