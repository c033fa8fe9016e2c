import type { Page } from '@playwright/test';

import { expect, test } from './fixtures';
import type { CellSpec, Lab } from './fixtures';

/** The judgement follows what is done, stays out of the way, and costs nothing unseen. */

const CELLS: CellSpec[] = [
  { id: 'a', source: 'scale = 2' },
  { id: 'b', source: 'total = 3 * scale\nprint(total)' },
  { id: 'c', source: 'other = 1' }
];

const STANDING = '.nbr-Standing-text';
const FRESH = 'Fresh: a run from top to bottom gives the same.';

/** Opens a notebook that ran from top to bottom, with the panel beside it. */
async function opened(lab: Lab, page: Page, path: string): Promise<void> {
  await lab.open(path, CELLS);
  await lab.command('nb-refactor:open-hidden-state');
  await lab.runAll();
  await expect(page.locator(STANDING)).toHaveText(FRESH);
}

/** Counts the checks that the page asks for. */
function countChecks(page: Page): { asked: number } {
  const counted = { asked: 0 };
  page.on('request', request => {
    counted.asked += request.url().includes('nb-refactor/check') ? 1 : 0;
  });
  return counted;
}

async function setSettings(page: Page, values: object): Promise<void> {
  const answer = await page.request.put(
    '/lab/api/settings/nb-refactor:hiddenstate',
    { data: { raw: JSON.stringify(values) } }
  );
  expect(answer.ok()).toBe(true);
}

test('marks, panel and status bar follow typing, runs, moves and deletions', async ({
  lab,
  page
}) => {
  await opened(lab, page, 'follows.ipynb');
  const status = page.locator('.nbr-StatusItem');
  await expect(status).toHaveText('Fresh');

  // Typing: keys in the editor itself.
  await lab.cell(0).locator('.cm-content').click();
  await page.keyboard.press('End');
  await page.keyboard.type('1');
  await expect(lab.cell(0)).toHaveClass(/nbr-mod-hidden/);
  await expect(lab.cell(1)).toHaveClass(/nbr-mod-(hidden|affected)/);
  await expect(status).toHaveText('Hidden state: 2');
  await page.keyboard.press('Backspace');
  await expect(lab.cell(0)).not.toHaveClass(/nbr-mod-/);
  await expect(status).toHaveText('Fresh');

  // A run.
  await lab.edit(0, 'scale = 3');
  await expect(lab.cell(0)).toHaveClass(/nbr-mod-hidden/);
  await lab.run(0);
  await expect(lab.cell(0)).not.toHaveClass(/nbr-mod-/);
  await lab.run(1);
  await expect(page.locator(STANDING)).toHaveText(FRESH);

  // A move.
  await lab.select(0);
  await lab.command('notebook:move-cell-down');
  await expect(lab.cell(0)).toHaveClass(/nbr-mod-hidden/);
  await lab.select(1);
  await lab.command('notebook:move-cell-up');
  await expect(page.locator(STANDING)).toHaveText(FRESH);

  // A deletion.
  await lab.remove(0);
  await expect(lab.cell(0)).toHaveClass(/nbr-mod-hidden/);
  await expect(status).toHaveText('Hidden state: 1');
});

test('the place is underlined, told on hover and in the list of diagnostics', async ({
  lab,
  page
}) => {
  await opened(lab, page, 'listed.ipynb');
  await lab.edit(0, 'scale = 3');
  await lab.run(0);
  const underlined = lab.cell(1).locator('.nbr-Underline');
  await expect(underlined.first()).toHaveText('scale');
  await underlined.first().hover();
  await expect(page.locator('.nbr-Explanation')).toContainText('scale');

  await lab.cell(1).locator('.cm-content').click();
  await page.keyboard.press('Control+Shift+M');
  const list = lab.cell(1).locator('.cm-panel-lint');
  await expect(list).toContainText('scale');
  await expect(list.locator('.cm-diagnosticAction').first()).toContainText(
    'Run this cell again'
  );
  await page.screenshot({
    path: 'ui-tests/test-results/diagnostics-light.png'
  });
  await lab.theme('JupyterLab Dark');
  await expect(page.locator('#jupyterlab-splash')).toHaveCount(0);
  await list.locator('.cm-diagnosticText').first().click();
  await page.screenshot({ path: 'ui-tests/test-results/diagnostics-dark.png' });
  await lab.theme('JupyterLab Light');
  await expect(page.locator('#jupyterlab-splash')).toHaveCount(0);
  await list.locator('.cm-diagnosticAction').first().click();
  await expect(page.locator(STANDING)).toHaveText(FRESH);
  await page.keyboard.press('Escape');

  await lab.edit(0, 'scale = 4');
  await lab.run(0);
  await lab.select(1);
  await lab.command('nb-refactor:list-findings');
  await expect(list).toContainText('scale');
});

test('marks and underlines do not move anything', async ({ lab, page }) => {
  await opened(lab, page, 'still.ipynb');
  const places = () =>
    page.evaluate(() =>
      [...document.querySelectorAll('.jp-Notebook .cm-line')].map(line => {
        const { x, y, width, height } = line.getBoundingClientRect();
        return [x, y, width, height].map(Math.round);
      })
    );
  await lab.select(2);
  const before = await places();
  await lab.edit(0, 'scale = 3');
  await expect(lab.cell(1)).toHaveClass(/nbr-mod-/);
  expect(await places()).toEqual(before);
});

test('nothing is asked while nothing shows the answer', async ({
  lab,
  page
}) => {
  await setSettings(page, {
    marks: false,
    underlines: false,
    statusBar: false
  });
  try {
    await opened(lab, page, 'unseen.ipynb');
    const checks = countChecks(page);
    await lab.edit(0, 'scale = 3');
    await expect.poll(() => checks.asked).toBe(1);

    await lab.command('application:toggle-right-area');
    await lab.edit(0, 'scale = 4');
    await lab.run(0);
    await page.waitForTimeout(1000);
    expect(checks.asked).toBe(1);

    // What changed meanwhile is made up for when the panel is seen again.
    await lab.command('application:toggle-right-area');
    await expect(page.locator(STANDING)).toContainText('1 cell');
    expect(checks.asked).toBe(2);
  } finally {
    await setSettings(page, {});
  }
});

test('many keys lead to few requests, and the last word is that of the last key', async ({
  lab,
  page
}) => {
  await opened(lab, page, 'keys.ipynb');
  let underWay = 0;
  let most = 0;
  await page.route('**/nb-refactor/check*', async route => {
    most = Math.max(most, ++underWay);
    // A slow server: the answer is old when it comes.
    await new Promise(resolve => setTimeout(resolve, 300));
    underWay--;
    await route.continue();
  });
  const checks = countChecks(page);
  await lab.cell(0).locator('.cm-content').click();
  await page.keyboard.press('End');
  await page.keyboard.type('12345678901234567890', { delay: 20 });
  await expect(lab.cell(0)).toHaveClass(/nbr-mod-hidden/);
  for (let i = 0; i < 20; i++) {
    await page.keyboard.press('Backspace');
  }
  await expect(page.locator(STANDING)).toHaveText(FRESH);
  expect(most).toBe(1);
  expect(checks.asked).toBeLessThan(20);
});
