import type { Locator } from '@playwright/test';

import { openDialog } from './extraction';
import { expect, test } from './fixtures';

const CLEAN = [
  'kept = [row for row in rows if row]',
  'numbers = [int(row) for row in kept]',
  'total = sum(numbers)',
  'top = max(numbers)',
  'low = min(numbers)',
  'spread = top - low'
].join('\n');

/** Whether something lies out of its own box, sideways. */
async function overflows(locator: Locator): Promise<boolean> {
  return await locator.evaluate(node => node.scrollWidth > node.clientWidth);
}

test('is mirrored where the page is read from right to left, but for the code', async ({
  lab,
  page
}) => {
  await lab.open('rtl.ipynb', [
    { id: 'a', source: 'rows = ["1", "2", "3"]' },
    { id: 'b', source: CLEAN },
    {
      id: 'c',
      source: 'print(total, spread)',
      outputs: [{ output_type: 'stream', name: 'stdout', text: '0\n' }]
    }
  ]);
  await page.evaluate(() => {
    document.dir = 'rtl';
  });
  await lab.runAll();
  await lab.edit(0, 'rows = ["4"]');
  await lab.command('nb-refactor:open-hidden-state');
  const finding = page.locator('.nbr-Finding').first();
  await expect(finding).toBeVisible();
  const style = (locator: Locator, name: string) =>
    locator.evaluate(
      (node, name) => getComputedStyle(node).getPropertyValue(name),
      name
    );
  expect(await style(finding, 'border-right-width')).toBe('3px');
  expect(await style(finding, 'border-left-width')).toBe('0px');
  expect(await style(page.locator('.nbr-Cell-code').first(), 'direction')).toBe(
    'ltr'
  );
  for (const room of ['hidden-state', 'candidates', 'reproduction']) {
    await lab.command(`nb-refactor:open-${room}`);
    await expect(page.locator(`#nb-refactor-${room}`)).toBeVisible();
    await page.waitForTimeout(500);
    await page.screenshot({
      path: `ui-tests/test-results/rtl-${room}.png`
    });
    expect(await overflows(page.locator('.nbr-Panel'))).toBe(false);
  }

  await lab.command('nb-refactor:reproduce');
  const report = page.locator('.nbr-ReportPanel');
  await expect(report).toContainText('differ');
  expect(await style(report.locator('code').first(), 'direction')).toBe('ltr');
  await page.screenshot({ path: 'ui-tests/test-results/rtl-report.png' });
});

test('the dialog of an extraction is mirrored too, but for names and code', async ({
  lab,
  page
}) => {
  await lab.open('rtl-dialog.ipynb', [
    { id: 'a', source: 'rows = [1, 2]\nscale = 2' },
    { id: 'b', source: 'total = sum(rows) * scale\ntop = max(rows)' },
    { id: 'c', source: 'print(total, top)' }
  ]);
  await page.evaluate(() => {
    document.dir = 'rtl';
  });
  await openDialog(lab, 1);
  const dialog = page.locator('.nbr-Extract');
  await expect(dialog.locator('.nbr-Diff').first()).toBeVisible();
  const left = async (locator: Locator) =>
    (await locator.boundingBox())?.x ?? 0;
  const field = (name: string) => dialog.getByLabel(name, { exact: true });
  expect(await left(field('Function'))).toBeGreaterThan(
    await left(field('Module'))
  );
  // As in the code: what is called left lies to the left.
  expect(await left(field('Parameter for rows'))).toBeLessThan(
    await left(field('Parameter for scale'))
  );
  expect(await left(field('Move rows to the left'))).toBeLessThan(
    await left(field('Move rows to the right'))
  );
  for (const input of await dialog.locator('input[type="text"]').all()) {
    await expect(input).toHaveCSS('direction', 'ltr');
  }
  expect(await overflows(dialog)).toBe(false);
  await page.screenshot({ path: 'ui-tests/test-results/rtl-dialog.png' });
});
