import type { Page } from '@playwright/test';

import { expect, notebookJson, test } from './fixtures';

/** Jupyter Notebook 7: one document, the same extension. */
async function open(page: Page, path: string): Promise<void> {
  await page.goto(`/notebooks/${path}`);
  await page.waitForSelector('.jp-NotebookPanel .jp-Cell');
  await page.waitForFunction(() => {
    const app = window.jupyterapp;
    return (
      app.shell.currentWidget?.sessionContext?.session?.kernel?.status ===
      'idle'
    );
  });
}

test('works in Jupyter Notebook too', async ({ lab, page }) => {
  await lab.upload(
    'seven.ipynb',
    notebookJson([
      { id: 'a', source: 'scale = 2' },
      {
        id: 'b',
        source: 'print(3 * scale)',
        outputs: [{ output_type: 'stream', name: 'stdout', text: '6\n' }]
      }
    ])
  );
  await open(page, 'seven.ipynb');
  await lab.command('nb-refactor:open-hidden-state');
  await lab.runAll();
  await expect(page.locator('.nbr-Standing-text')).toContainText('Fresh');
  await lab.remove(0);
  await lab.run(0);
  await expect(lab.cell(0)).toHaveClass(/nbr-mod-hidden/);
  await page
    .getByRole('button', { name: 'Bring the deleted cell back' })
    .click();
  await expect.poll(async () => await lab.sources()).toHaveLength(2);

  await lab.command('nb-refactor:open-map');
  await expect(page.locator('.nbr-Map-node')).toHaveCount(2);
  await expect(page.locator('.nbr-Map-node').first()).toBeInViewport();
  await lab.command('nb-refactor:open-candidates');
  await expect(page.locator('#nb-refactor-candidates')).toContainText(
    'Nothing here is worth'
  );
  await lab.command('nb-refactor:reproduce');
  await expect(page.locator('.nbr-Standing-text')).toHaveText(/^Reproduced/);
  await expect(page.locator('.nbr-Report-counts')).toBeInViewport();
  await lab.command('nb-refactor:open-map');
  await expect(page.locator('.nbr-Map-node').first()).toBeInViewport();
  await lab.select(1);
  // The command ends when its dialog is closed.
  await page.evaluate(
    () => void window.jupyterapp.commands.execute('nb-refactor:extract')
  );
  await expect(page.locator('.nbr-ExtractDialog')).toBeVisible();
});
