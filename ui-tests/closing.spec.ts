/// <reference lib="es2021.weakref" />

import type { Page } from '@playwright/test';

import { expect, test } from './fixtures';

/** Closes what stands beside the notebook, and says which of its parts outlive a collection. */
async function closed(
  page: Page,
  part: string
): Promise<() => Promise<number>> {
  await page.evaluate(part => {
    const { shell } = window.jupyterapp;
    const tab = [...shell.widgets('main')].find(each => each.id.includes(part));
    const { content } = tab as unknown as { content: object };
    const kept = [tab!, content, tab!.node].map(each => new WeakRef(each));
    Object.assign(window, { kept });
    tab!.dispose();
    const notebook = [...shell.widgets('main')].find(each => 'context' in each);
    shell.activateById(notebook!.id);
  }, part);
  const devtools = await page.context().newCDPSession(page);
  return async () => {
    await devtools.send('HeapProfiler.collectGarbage');
    return await page.evaluate(
      () =>
        (window as unknown as { kept: WeakRef<object>[] }).kept.filter(each =>
          each.deref()
        ).length
    );
  };
}

test('nothing is left of a map or a report that was closed', async ({
  lab,
  page
}) => {
  await lab.open('closed.ipynb', [
    { id: 'a', source: 'scale = 2' },
    { id: 'b', source: 'total = 3 * scale' }
  ]);
  await lab.runAll();
  await lab.command('nb-refactor:open-map');
  await expect(page.locator('.nbr-Map-node')).toHaveCount(2);
  await expect.poll(await closed(page, 'nb-refactor-map')).toBe(0);
  await lab.waitIdle();

  await lab.command('nb-refactor:reproduce');
  await expect(page.locator('.nbr-ReportPanel')).toContainText('Run again');
  await expect.poll(await closed(page, 'nb-refactor-report')).toBe(0);
});
