import { expect, test } from './fixtures';

const PANEL = '#nb-refactor-hidden-state';

test('a cell is flagged when the cell that defined its name is deleted', async ({
  lab,
  page
}) => {
  await lab.open('deleted.ipynb', [
    { id: 'a', source: 'scale = 2' },
    { id: 'b', source: 'total = 3 * scale' }
  ]);
  await lab.command('nb-refactor:open-hidden-state');
  await lab.runAll();
  const panel = page.locator(PANEL);
  await expect(panel.getByRole('status')).toHaveText(
    'Fresh: a run from top to bottom gives the same.'
  );

  await lab.remove(0);
  await lab.run(0);
  await expect(lab.cell(0)).toHaveClass(/nbr-mod-hidden/);
  await expect(panel.locator('.nbr-Finding').first()).toContainText('scale');
  await expect(panel.getByRole('status')).toHaveText(
    '1 cell depends on hidden state.'
  );
});

test('a mend leaves the notebook fresh', async ({ lab, page }) => {
  await lab.open('mended.ipynb', [
    { id: 'a', source: 'scale = 2' },
    { id: 'b', source: 'total = 3 * scale' }
  ]);
  await lab.command('nb-refactor:open-hidden-state');
  await lab.runAll();
  await lab.remove(0);
  await lab.run(0);
  const panel = page.locator(PANEL);
  await panel
    .getByRole('button', { name: 'Bring the deleted cell back' })
    .click();
  await expect(panel.getByRole('status')).toHaveText(
    'Fresh, as far as it has run: 1 cell has not.'
  );
  expect(await lab.sources()).toEqual(['scale = 2', 'total = 3 * scale']);
});

test('cells are run again in the order of the mend', async ({ lab, page }) => {
  await lab.open('again.ipynb', [
    { id: 'a', source: 'scale = 2' },
    { id: 'b', source: 'total = 3 * scale' }
  ]);
  await lab.command('nb-refactor:open-hidden-state');
  await lab.runAll();
  await lab.edit(0, 'scale = 5');
  const panel = page.locator(PANEL);
  await panel
    .getByRole('button', { name: /^Run .* again/ })
    .last()
    .click();
  await expect(panel.getByRole('status')).toHaveText(
    'Fresh: a run from top to bottom gives the same.'
  );
});

test('an edited cell is told apart from an edited comment', async ({ lab }) => {
  await lab.open('edited-comment.ipynb', [
    { id: 'a', source: 'scale = 2' },
    { id: 'b', source: 'total = 3 * scale' }
  ]);
  await lab.runAll();
  await lab.edit(0, 'scale = 2  # twice');
  await lab.edit(1, 'total = 3 * scale\n');
  await expect(lab.cell(1)).not.toHaveClass(/nbr-mod-/);
  await lab.edit(0, 'scale = 5');
  await expect(lab.cell(1)).toHaveClass(/nbr-mod-/);
  await lab.edit(0, 'scale = 2');
  await expect(lab.cell(1)).not.toHaveClass(/nbr-mod-/);
});

test('the next finding is one command away', async ({ lab, page }) => {
  await lab.open('next.ipynb', [
    { id: 'a', source: 'scale = 2' },
    { id: 'b', source: 'x = 1' },
    { id: 'c', source: 'total = 3 * scale' }
  ]);
  await lab.runAll();
  await lab.remove(0);
  await lab.run(1);
  await expect(lab.cell(1)).toHaveClass(/nbr-mod-hidden/);
  await lab.select(0);
  await lab.command('nb-refactor:next-finding');
  await expect(lab.cell(1)).toHaveClass(/jp-mod-active/);
});
