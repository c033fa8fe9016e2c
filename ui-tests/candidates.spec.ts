import { expect, test } from './fixtures';

const ROOM = '#nb-refactor-candidates';

const CLEAN = [
  'kept = [row for row in rows if row]',
  'numbers = [int(row) for row in kept]',
  'squares = [number * number for number in numbers]',
  'total = sum(squares)',
  'top = max(squares)',
  'low = min(squares)'
].join('\n');

test('ranks cells with the reason, and opens the dialog on one', async ({
  lab,
  page
}) => {
  await lab.open('ranked.ipynb', [
    { id: 'a', source: 'rows = ["1", "2", "", "3"]' },
    { id: 'h', kind: 'markdown', source: '# Clean' },
    { id: 'b', source: CLEAN },
    { id: 'c', source: 'print(total, top)' },
    { id: 'd', source: 'print(low)' }
  ]);
  await lab.command('nb-refactor:open-candidates');
  const room = page.locator(ROOM);
  const first = room.locator('.nbr-Candidate').first();
  await expect(first).toContainText('Clean');
  await expect(first).toContainText('(rows) → total, top, low');
  await expect(first).toContainText('6 lines of code');
  await expect(first).toContainText('Reads only rows');
  await first.locator('.nbr-Candidate-header').click();
  await expect(lab.cell(2)).toHaveClass(/jp-mod-active/);

  await first.getByRole('button', { name: /^Extract/ }).click();
  await expect(page.locator('.nbr-ExtractDialog')).toBeVisible();
  await expect(page.locator('.nbr-ExtractDialog')).toContainText('rows');
});

test('follows the notebook, and says when there is nothing', async ({
  lab,
  page
}) => {
  await lab.open('nothing.ipynb', [{ id: 'a', source: 'rows = [1]' }]);
  await lab.command('nb-refactor:open-candidates');
  const message = page.locator(`${ROOM} .nbr-Panel-message`);
  await expect(message).toContainText('Nothing here is worth a function');
  await lab.edit(0, `rows = ["1"]\ndef f(x):\n    return x\n${CLEAN}`);
  await expect(page.locator(`${ROOM} .nbr-Candidate`).first()).toContainText(
    'Defines f'
  );
  await lab.command('docmanager:save');
  await lab.command('application:close');
  await expect(message).toContainText('Open a notebook');
});

test('leaves another language alone', async ({ lab, page }) => {
  await lab.open('echo.ipynb', [{ id: 'a', source: 'x' }], {
    name: 'echo',
    display_name: 'Echo',
    language: 'echo'
  });
  await lab.command('nb-refactor:open-candidates');
  await expect(page.locator(`${ROOM} .nbr-Panel-message`)).toContainText(
    'The language of this one is echo.'
  );
});
