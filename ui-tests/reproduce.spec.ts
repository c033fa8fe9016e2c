import { readFileSync } from 'fs';

import type { Page } from '@playwright/test';

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
  await expect(row.locator('.nbr-mod-saved mark')).toHaveText('2');
  await expect(row.locator('.nbr-mod-fresh mark')).toHaveText('3');

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

const shownTexts = (page: Page) =>
  page.evaluate(() =>
    [...window.jupyterapp.shell.currentWidget.content.model!.cells].map(cell =>
      (
        cell.sharedModel.toJSON() as unknown as {
          outputs: { text: string | string[] }[];
        }
      ).outputs
        .map(output => [output.text].flat().join(''))
        .join('')
    )
  );

test('accepted outputs are in the notebook, and one undo brings the old ones back', async ({
  lab,
  page
}) => {
  await lab.open('accept.ipynb', [
    { id: 'a', source: 'print(1)', outputs: saved('10\n') },
    { id: 'b', source: 'print(2)', outputs: saved('2\n') },
    { id: 'c', source: 'print(3)', outputs: saved('30\n') },
    { id: 'd', source: 'print(4)', outputs: saved('40\n') }
  ]);
  await lab.command('nb-refactor:reproduce');
  await expect(page.locator(headline)).toContainText('3 of 4 cells differ');
  const rows = page.locator('.nbr-ReportPanel .nbr-Report-row');
  // Only what is chosen.
  await rows.nth(2).getByRole('checkbox').uncheck();
  await page.getByRole('button', { name: 'Accept 2 new outputs' }).click();
  await expect(rows.nth(0)).toHaveClass(/nbr-mod-accepted/);
  await expect(rows.nth(2)).toHaveClass(/nbr-mod-different/);
  await expect(lab.cell(0).locator('.jp-OutputArea-output')).toHaveText('1\n');
  expect(await shownTexts(page)).toEqual(['1\n', '2\n', '30\n', '4\n']);

  await lab.command('notebook:undo-cell-action');
  expect(await shownTexts(page)).toEqual(['10\n', '2\n', '30\n', '40\n']);
  await expect(lab.cell(0).locator('.jp-OutputArea-output')).toHaveText('10\n');
  await expect(rows.nth(0)).toHaveClass(/nbr-mod-different/);

  await lab.command('notebook:redo-cell-action');
  expect(await shownTexts(page)).toEqual(['1\n', '2\n', '30\n', '4\n']);
  await expect(rows.nth(0)).toHaveClass(/nbr-mod-accepted/);
});

test('a cell that was edited since the run keeps its outputs', async ({
  lab,
  page
}) => {
  await lab.open('edited.ipynb', [
    { id: 'a', source: 'print(1)', outputs: saved('10\n') },
    { id: 'b', source: 'print(2)', outputs: saved('20\n') }
  ]);
  await lab.command('nb-refactor:reproduce');
  await expect(page.locator(headline)).toContainText('2 of 2 cells differ');
  await page
    .getByRole('tab', { name: /^edited/ })
    .first()
    .click();
  await lab.edit(0, 'print(7)');
  await page.getByRole('button', { name: 'Accept 2 new outputs' }).click();
  await expect(page.getByText('One cell was edited since')).toBeVisible();
  expect(await shownTexts(page)).toEqual(['10\n', '2\n']);
  await page.getByRole('button', { name: 'Undo' }).click();
  expect(await shownTexts(page)).toEqual(['10\n', '20\n']);
});

test('the report is saved as a page, as JSON and as JUnit XML', async ({
  lab,
  page
}) => {
  await lab.open('saved.ipynb', [
    { id: 'a', source: 'print(1)', outputs: saved('10\n') }
  ]);
  await lab.command('nb-refactor:reproduce');
  await expect(page.locator(headline)).toContainText('1 of 1 cells differs');
  for (const [label, name, part] of [
    ['Web page (HTML)', 'saved-report.html', '<!DOCTYPE html>'],
    ['JSON', 'saved-report.json', '"status": "different"'],
    ['JUnit XML', 'saved-report.xml', '<testsuites']
  ]) {
    await page.getByRole('button', { name: 'Save the report' }).click();
    const downloading = page.waitForEvent('download');
    await page.locator('.lm-Menu-item', { hasText: label }).first().click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe(name);
    expect(readFileSync(await download.path(), 'utf8')).toContain(part);
  }
});

test('a cause leads to its place', async ({ lab, page }) => {
  await lab.open('cause.ipynb', [
    {
      id: 'a',
      source: 'import random\nvalue = random.random()',
      executionCount: 1
    },
    {
      id: 'b',
      source: 'print(value)',
      executionCount: 2,
      outputs: saved('0.5\n')
    }
  ]);
  await lab.command('nb-refactor:reproduce');
  const cause = page.locator('.nbr-ReportPanel .nbr-Report-cause');
  await expect(cause).toContainText('Randomness');
  await expect(cause).toContainText('code cell 1');
  await cause.getByRole('button', { name: 'Show the place' }).click();
  await expect(lab.cell(0)).toHaveClass(/jp-mod-active/);
});

test('two runs tell chance from what is old', async ({ lab, page }) => {
  await lab.open('twice.ipynb', [
    {
      id: 'a',
      source: 'import random\nprint(random.random())',
      outputs: saved('0.5\n')
    },
    { id: 'b', source: 'print(2)', outputs: saved('1\n') }
  ]);
  await lab.command('nb-refactor:reproduce');
  await page.getByRole('button', { name: 'Run twice' }).click();
  const rows = page.locator('.nbr-ReportPanel .nbr-Report-row');
  await expect(rows.nth(0)).toContainText('differs from run to run');
  await expect(rows.nth(1)).toContainText('Two fresh runs agree');
  // What chance decides is not accepted unless it is chosen.
  await expect(
    page.getByRole('button', { name: 'Accept 1 new output' })
  ).toBeVisible();
});

test('a run is found again when its notebook is opened in another tab', async ({
  lab,
  page,
  context
}) => {
  const sleeper = 'import time\ntime.sleep(600)';
  await lab.open('under-way.ipynb', [
    { id: 'a', source: 'print(1)', outputs: saved('1\n') },
    { id: 'b', source: sleeper }
  ]);
  await lab.command('nb-refactor:reproduce');
  await expect(
    page.locator('.nbr-Report-row[data-cell-id="b"].nbr-mod-running')
  ).toBeVisible();
  const later = await context.newPage();
  await page.close();
  await later.goto('/lab/tree/under-way.ipynb?reset');
  await expect(
    later.locator('.nbr-Report-row[data-cell-id="b"].nbr-mod-running')
  ).toBeVisible({ timeout: 30000 });
  await expect(
    later.locator('.nbr-Report-row[data-cell-id="a"].nbr-mod-same')
  ).toBeVisible();
  await later.getByRole('button', { name: 'Cancel' }).click();
  await expect(later.locator(headline)).toHaveText(
    'Cancelled after 1 of 2 cells'
  );
  await later.close();
});

test('settings keep a kernel warm and run in a copy', async ({ lab, page }) => {
  const set = (raw: string) =>
    page.request.put('/lab/api/settings/nb-refactor:reproduce', {
      data: { raw }
    });
  const kernels = async () => {
    const answer = await page.request.get('/api/kernels');
    return ((await answer.json()) as unknown[]).length;
  };
  const before = await kernels();
  await set('{"keepKernelWarm": true, "scratchCopy": true}');
  try {
    const made = 'made-by-the-run.txt';
    await lab.open('settings.ipynb', [
      {
        id: 'a',
        source: `n = open('${made}', 'w').write('1')\nprint(n)`,
        outputs: saved('1\n')
      }
    ]);
    // The notebook's own kernel, and the one for the next run.
    await expect.poll(kernels).toBe(before + 2);
    await lab.command('nb-refactor:reproduce');
    await expect(page.locator(headline)).toContainText('Reproduced');
    const file = await page.request.get(`/api/contents/${made}`);
    expect(file.status()).toBe(404);
    await expect.poll(kernels).toBe(before + 2);
  } finally {
    await set('{}');
    await page.request.delete('/nb-refactor/warm');
  }
});

test('a clean run clears what was suspected, one that differs confirms it', async ({
  lab,
  page
}) => {
  await lab.open('suspected.ipynb', [
    { id: 'a', source: 'x = 1' },
    { id: 'b', source: 'print(x)' }
  ]);
  await lab.runAll();
  await lab.command('nb-refactor:open-hidden-state');
  const room = page.locator('#nb-refactor-hidden-state');
  await lab.edit(0, 'x = 3 - 2');
  await expect(room.locator('.nbr-Cell.nbr-mod-hidden')).toHaveCount(1);

  await lab.command('nb-refactor:reproduce');
  await expect(page.locator(headline)).toContainText('Reproduced');
  await expect(room).toContainText('2 cells that looked suspicious');
  await expect(room.locator('.nbr-Cell.nbr-mod-hidden')).toHaveCount(0);

  await page
    .getByRole('tab', { name: /^suspected/ })
    .first()
    .click();
  await lab.edit(0, 'x = 2');
  await expect(room.locator('.nbr-Cell.nbr-mod-hidden')).toHaveCount(1);
  await lab.command('nb-refactor:reproduce');
  await expect(page.locator(headline)).toContainText('differs');
  await expect(
    page.locator('.nbr-ReportPanel .nbr-Report-cause')
  ).toContainText('edited since it ran');
  await expect(room).toContainText('Confirmed: a fresh run gave');
});
