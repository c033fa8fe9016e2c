import { expect, test } from './fixtures';

const STANDING = '.nbr-Standing-text';
const saved = (text: string) => [
  { output_type: 'stream', name: 'stdout', text }
];

test('the header says how the notebook stands and what to do next', async ({
  lab,
  page
}) => {
  await lab.open('stands.ipynb', [
    { id: 'a', source: 'scale = 2' },
    { id: 'b', source: 'print(3 * scale)', outputs: saved('6\n') }
  ]);
  await lab.command('nb-refactor:open');
  const standing = page.locator(STANDING);
  const action = page.locator('.nbr-Standing-action');
  await expect(standing).toHaveText('Nothing has run yet.');
  await action.click();
  await expect(standing).toContainText('Fresh');

  await lab.edit(0, 'scale = 3');
  await expect(standing).toContainText('on hidden state');
  await action.click();
  await expect(lab.cell(0)).toHaveClass(/jp-mod-active/);

  await lab.runAll();
  await lab.command('nb-refactor:reproduce');
  await expect(standing).toHaveText(/^Reproduced/);
  await page
    .getByRole('tab', { name: /^stands/ })
    .first()
    .click();
  await lab.edit(0, 'scale = 4');
  await lab.runAll();
  await expect(standing).toHaveText(/^Reproduced .*, edited since$/);
  await expect(action).toHaveText('Run top to bottom and compare');
});

test('the keyboard alone reaches all of the panel', async ({ lab, page }) => {
  await lab.open('keys.ipynb', [
    { id: 'a', source: 'scale = 2' },
    { id: 'b', source: 'total = 3 * scale' },
    { id: 'c', source: 'total + scale' }
  ]);
  await lab.runAll();
  await lab.edit(0, 'scale = 5');
  await lab.command('nb-refactor:open-hidden-state');
  const focused = page.locator(':focus');
  await expect(focused).toHaveRole('tab');
  await expect(focused).toContainText('State');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('End');
  await expect(focused).toContainText('Reproduce');
  await page.keyboard.press('Home');
  await expect(focused).toContainText('State');

  await expect(page.locator('.nbr-Cell-header').first()).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(focused).toHaveClass(/nbr-Cell-header/);
  await page.keyboard.press('ArrowDown');
  await expect(focused).toHaveClass(/nbr-Finding-message/);
  await page.keyboard.press('End');
  const last = await focused.textContent();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Tab');
  await expect(focused).toHaveText(last!);
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await expect(lab.cell(0)).toHaveClass(/jp-mod-active/);
});

test('the chosen room is remembered', async ({ lab, page }) => {
  await lab.open('room.ipynb', [{ id: 'a', source: 'x = 1' }]);
  // The address that opens the notebook also resets the layout.
  await page.goto('/lab/tree/room.ipynb');
  await lab.waitIdle();
  await lab.command('nb-refactor:open-reproduction');
  await expect(page.locator('#nb-refactor-reproduction')).toBeVisible();
  await page.waitForTimeout(1500);
  await page.goto('/lab');
  await expect(page.locator('#nb-refactor-reproduction')).toBeVisible();
});
