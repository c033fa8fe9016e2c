import type { Page } from '@playwright/test';

import type { CellReport, Finding } from '../src/messages';
import { VERSION } from '../src/version';
import { expect, test } from './fixtures';
import type { CellSpec } from './fixtures';

/**
 * What the browser draws for an answer. The answers are written down here, so that each state of
 * the view can be had; hiddenstate.spec.ts goes the whole way.
 */

const CELLS: CellSpec[] = [
  { id: 'intro', kind: 'markdown', source: '# Prices' },
  {
    id: 'load',
    source: '# prices of the shop\nprices = [3, 4, 5]',
    executionCount: 1
  },
  {
    id: 'total',
    source: 'total = sum(prices) * rate\nprint("total", total)',
    executionCount: 12
  },
  { id: 'report', source: 'f"The total is {total}"', executionCount: 13 },
  {
    id: 'random',
    source: 'import random\nsample = random.choice(prices)',
    executionCount: 3
  },
  { id: 'later', source: 'prices.append(rate)', executionCount: 4 }
];

const finding = (values: Partial<Finding>): Finding => ({
  rule: 'deleted-cell',
  severity: 'error',
  message: '',
  name: null,
  at: null,
  sources: [],
  mends: [],
  ...values
});

const REPORT: CellReport[] = [
  { cell_id: 'load', state: 'fresh', execution_count: 1, findings: [] },
  {
    cell_id: 'total',
    state: 'hidden',
    execution_count: 12,
    findings: [
      finding({
        message:
          '`rate` was defined by a cell that is no longer in the notebook (run as [2]).',
        name: 'rate',
        at: { line: 1, column: 22, end_line: 1, end_column: 26 },
        mends: [
          {
            kind: 'restore_cell',
            title: 'Bring the deleted cell back',
            cells: ['total'],
            source: 'rate = 1.2'
          },
          {
            kind: 'edit_cell',
            title: 'Or define `rate` in this cell.',
            cells: ['total'],
            source: null
          }
        ]
      }),
      finding({
        rule: 'changed-later',
        severity: 'warning',
        message:
          '`prices` was changed in place by [4], which stands further down.',
        name: 'prices',
        at: { line: 1, column: 12, end_line: 1, end_column: 18 },
        mends: [
          {
            kind: 'run_cells',
            title: 'Run [1] and this cell again',
            cells: ['load', 'total'],
            source: null
          },
          {
            kind: 'restart_and_run_to',
            title: 'Restart and run to here',
            cells: ['total'],
            source: null
          }
        ]
      })
    ]
  },
  { cell_id: 'report', state: 'affected', execution_count: 13, findings: [] },
  {
    cell_id: 'random',
    state: 'fresh',
    execution_count: 3,
    findings: [
      finding({
        rule: 'unseeded-random',
        severity: 'info',
        message:
          '`random.choice` gives another value in each run: no seed is set before it.',
        at: { line: 2, column: 9, end_line: 2, end_column: 22 }
      })
    ]
  },
  { cell_id: 'later', state: 'fresh', execution_count: 4, findings: [] }
];

async function answer(page: Page, cells: CellReport[]): Promise<void> {
  await page.route('**/nb-refactor/version*', route =>
    route.fulfill({ json: { version: VERSION } })
  );
  await page.route('**/nb-refactor/check*', route =>
    route.fulfill({ json: { path: 'shop.ipynb', seconds: 0.001, cells } })
  );
}

const PANEL = '#nb-refactor-hidden-state';
const STANDING = '.nbr-Standing-text';
const open = 'nb-refactor:open-hidden-state';

test('draws findings in the panel, at the cells and in the text', async ({
  lab,
  page
}) => {
  await answer(page, REPORT);
  await lab.open('shop.ipynb', CELLS);
  await lab.command(open);
  const panel = page.locator(PANEL);
  await expect(page.locator(STANDING)).toHaveText(
    '1 cell depends on hidden state, 1 more is affected.'
  );
  await expect(panel.locator('.nbr-Panel-note')).toHaveText(
    'This kernel has run nothing yet: only what the file itself shows is judged.'
  );
  await expect(panel.locator('.nbr-Cell')).toHaveCount(3);
  await expect(lab.cell(2)).toHaveClass(/nbr-mod-hidden/);
  await expect(lab.cell(3)).toHaveClass(/nbr-mod-affected/);
  await expect(lab.cell(1)).not.toHaveClass(/nbr-mod-/);
  await expect(lab.cell(2).locator('.nbr-Underline.nbr-mod-error')).toHaveText(
    'rate'
  );
  await expect(page.locator('.nbr-StatusItem')).toHaveText('Hidden state: 2');

  await page.screenshot({
    path: 'ui-tests/test-results/hiddenstate-light.png'
  });
  await lab.theme('JupyterLab Dark');
  await lab.cell(2).locator('.nbr-Underline.nbr-mod-error').hover();
  await expect(page.locator('.nbr-Explanation')).toContainText(
    'no longer in the notebook'
  );
  await page.screenshot({ path: 'ui-tests/test-results/hiddenstate-dark.png' });
});

test('goes to the cell and the place in it', async ({ lab, page }) => {
  await answer(page, REPORT);
  await lab.open('shop.ipynb', CELLS);
  await lab.command(open);
  await page
    .locator(PANEL)
    .getByRole('button', { name: 'rate was defined' })
    .click();
  await expect(lab.cell(2)).toHaveClass(/jp-mod-active/);
  expect(await page.evaluate(() => getSelection()?.toString())).toBe('rate');
});

test('a restored cell is one step for undo', async ({ lab, page }) => {
  await answer(page, REPORT);
  await lab.open('shop.ipynb', CELLS);
  await lab.command(open);
  const before = await lab.sources();
  await page
    .locator(PANEL)
    .getByRole('button', { name: 'Bring the deleted cell back' })
    .click();
  await expect.poll(async () => (await lab.sources())[2]).toBe('rate = 1.2');
  await lab.command('notebook:undo-cell-action');
  expect(await lab.sources()).toEqual(before);
});

test('marks shift nothing', async ({ lab, page }) => {
  await answer(page, []);
  await lab.open('shop.ipynb', CELLS);
  const place = async () => await lab.cell(5).boundingBox();
  const before = await place();
  await page.unroute('**/nb-refactor/check*');
  await answer(page, REPORT);
  await lab.command('nb-refactor:check-hidden-state');
  await expect(lab.cell(2)).toHaveClass(/nbr-mod-hidden/);
  expect(await place()).toEqual(before);
});
