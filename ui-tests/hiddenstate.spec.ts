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
