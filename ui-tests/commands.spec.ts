import { expect, test } from './fixtures';

const CELLS = [
  { id: 'a', source: 'scale = 2' },
  { id: 'b', source: 'total = 3 * scale' }
];

test('each command has a name and says what it takes', async ({
  lab,
  page
}) => {
  await lab.open('named.ipynb', CELLS);
  const commands = await page.evaluate(async () => {
    const { commands } = window.jupyterapp;
    const own = commands
      .listCommands()
      .filter(id => id.startsWith('nb-refactor:'));
    return await Promise.all(
      own.map(async id => ({
        id,
        label: commands.label(id),
        args: (await commands.describedBy(id)).args
      }))
    );
  });
  expect(commands.map(({ id }) => id).sort()).toEqual([
    'nb-refactor:check-hidden-state',
    'nb-refactor:extract',
    'nb-refactor:extract-all',
    'nb-refactor:extract-section',
    'nb-refactor:extract-statements',
    'nb-refactor:list-findings',
    'nb-refactor:next-finding',
    'nb-refactor:open',
    'nb-refactor:open-candidates',
    'nb-refactor:open-hidden-state',
    'nb-refactor:open-map',
    'nb-refactor:open-reproduction',
    'nb-refactor:reproduce',
    'nb-refactor:show-report'
  ]);
  for (const { id, label, args } of commands) {
    expect(label, id).not.toBe('');
    expect(args, id).toMatchObject({ type: 'object' });
  }
});

test('a report of no notebook is not opened', async ({ lab, page }) => {
  await lab.open('nothing.ipynb', CELLS);
  await lab.command('nb-refactor:show-report');
  await lab.command('nb-refactor:show-report', { path: '', runId: '' });
  await page.waitForTimeout(500);
  await expect(page.locator('.nbr-ReportPanel')).toHaveCount(0);
});

test('without a notebook no command does anything', async ({ lab, page }) => {
  await page.goto('/lab?reset');
  await page.waitForFunction(() => window.jupyterapp);
  await page.evaluate(async () => {
    await (window.jupyterapp as unknown as { restored: Promise<void> })
      .restored;
  });
  const failed = await page.evaluate(async () => {
    const { commands } = window.jupyterapp;
    const failed: string[] = [];
    for (const id of commands.listCommands()) {
      if (id.startsWith('nb-refactor:') && commands.isEnabled(id)) {
        await commands.execute(id).catch(() => failed.push(id));
      }
    }
    return failed;
  });
  expect(failed).toEqual([]);
  await expect(page.locator('.jp-Dialog')).toHaveCount(0);
  for (const room of ['hidden-state', 'candidates', 'reproduction']) {
    await lab.command(`nb-refactor:open-${room}`);
    await expect(
      page.locator(`#nb-refactor-${room} .nbr-Panel-message`)
    ).toContainText('Open a notebook');
  }
});

test('a check on demand asks the server again', async ({ lab, page }) => {
  await lab.open('again.ipynb', CELLS);
  await lab.command('nb-refactor:open-hidden-state');
  await lab.runAll();
  await expect(page.locator('.nbr-Standing-text')).toContainText('Fresh');
  const asked = page.waitForRequest('**/nb-refactor/check*');
  await lab.command('nb-refactor:check-hidden-state');
  await asked;
});
