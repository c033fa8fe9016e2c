import { expect, test } from './fixtures';

const PANEL = '#nb-refactor-hidden-state';
const STANDING = '.nbr-Standing-text';

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
  await expect(page.locator(STANDING)).toHaveText(
    'Fresh: a run from top to bottom gives the same.'
  );

  await lab.remove(0);
  await lab.run(0);
  await expect(lab.cell(0)).toHaveClass(/nbr-mod-hidden/);
  await expect(panel.locator('.nbr-Finding').first()).toContainText('scale');
  await expect(page.locator(STANDING)).toHaveText(
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
  await expect(page.locator(STANDING)).toHaveText(
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
  await expect(page.locator(STANDING)).toHaveText(
    'Fresh: a run from top to bottom gives the same.'
  );
});

test('a cell is moved above the one that needs it, in one step', async ({
  lab,
  page
}) => {
  const sources = ['total = 3 * scale', 'scale = 2'];
  await lab.open('below.ipynb', [
    { id: 'a', source: sources[0] },
    { id: 'b', source: sources[1] }
  ]);
  await lab.command('nb-refactor:open-hidden-state');
  await lab.run(1);
  await lab.run(0);
  const panel = page.locator(PANEL);
  await panel.getByRole('button', { name: /^Move .* above this one$/ }).click();
  await expect(page.locator(STANDING)).toHaveText(
    'Fresh: a run from top to bottom gives the same.'
  );
  expect(await lab.sources()).toEqual([...sources].reverse());
  await lab.command('notebook:undo-cell-action');
  expect(await lab.sources()).toEqual(sources);
});

test('the kernel is restarted and run to the cell, once that is confirmed', async ({
  lab,
  page
}) => {
  await lab.open('restart.ipynb', [
    { id: 'a', source: 'rows = []' },
    { id: 'b', source: 'rows.append(1)\nprint(len(rows), "rows")' },
    { id: 'c', source: 'done = True' }
  ]);
  await lab.command('nb-refactor:open-hidden-state');
  await lab.runAll();
  await lab.run(1);
  const output = lab.cell(1).locator('.jp-OutputArea-output');
  await expect(output).toHaveText('2 rows\n');
  const mend = page
    .locator(PANEL)
    .getByRole('button', { name: 'Restart the kernel and run to this cell' });

  await mend.click();
  await page.locator('.jp-Dialog').getByText('Cancel').click();
  await expect(output).toHaveText('2 rows\n');

  await mend.click();
  await page.locator('.jp-Dialog .jp-mod-warn').click();
  await expect(output).toHaveText('1 rows\n');
  await expect(page.locator(STANDING)).toHaveText(
    'Fresh, as far as it has run: 1 cell has not.'
  );
});

test('a notebook in another language is left alone, and told so', async ({
  lab,
  page
}) => {
  const echo = { name: 'echo', display_name: 'Echo', language: 'echo' };
  await lab.open('echo.ipynb', [{ id: 'a', source: 'x <- scale' }], echo);
  await lab.command('nb-refactor:open-hidden-state');
  await lab.runAll();
  await expect(page.locator(STANDING)).toHaveText('Not a Python notebook');
  await expect(page.locator(PANEL)).toHaveText(
    'Hidden state is found in Python notebooks. The language of this one is echo.'
  );
  await expect(lab.cell(0)).not.toHaveClass(/nbr-mod-/);
  const menu = await lab.contextMenu(0);
  await menu.locator('[data-command="nb-refactor:extract"]').click();
  await expect(
    page.getByText('Only the code of Python notebooks can be extracted.')
  ).toBeVisible();
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

test('what is missing on this machine is told while one types', async ({
  lab,
  page
}) => {
  await lab.open('lacking.ipynb', [
    { id: 'a', source: 'import msgspec' },
    { id: 'b', source: 'x = 1' }
  ]);
  await lab.command('nb-refactor:open-hidden-state');
  const panel = page.locator('#nb-refactor-hidden-state');
  await lab.edit(1, 'import no_such_package_here\nopen("gone.csv")');
  await expect(panel).toContainText('no_such_package_here is not installed');
  await expect(panel).toContainText('The file gone.csv is not there');
  await lab.upload('gone.csv', 'a,b\n');
  // It is looked up again after a few seconds.
  await page.waitForTimeout(6000);
  await lab.edit(0, 'import msgspec\ny = 2');
  await expect(panel).not.toContainText('The file gone.csv is not there');
  await expect(panel).toContainText('no_such_package_here is not installed');
});
