import type { Page } from '@playwright/test';

import type { CheckRequest } from '../src/messages';
import { VERSION } from '../src/version';
import { expect, test } from './fixtures';

/** What the browser tells the server of a real kernel's runs. */

type Row = [
  source: string,
  cell: string | null,
  count: number | null,
  status: string
];

/** Keeps the last request; the answer is of no interest here. */
async function listen(page: Page): Promise<() => Row[] | null> {
  let last: CheckRequest | null = null;
  await page.route('**/nb-refactor/version*', route =>
    route.fulfill({ json: { version: VERSION } })
  );
  await page.route('**/nb-refactor/check*', route => {
    last = route.request().postDataJSON() as CheckRequest;
    return route.fulfill({ json: { path: '', seconds: 0, cells: [] } });
  });
  return () =>
    last?.executions?.map(run => [
      run.source,
      run.cell_id ?? null,
      run.execution_count ?? null,
      run.status ?? 'unknown'
    ]) ?? null;
}

const CELLS = [
  { id: 'a', source: 'x = 1' },
  { id: 'b', source: '1 / 0' },
  { id: 'c', source: 'y = x' }
];

/** What Run All of these cells leaves behind. */
const RUN_ALL: Row[] = [
  ['x = 1', 'a', 1, 'ok'],
  ['1 / 0', 'b', 2, 'error'],
  ['y = x', 'c', null, 'aborted']
];

test('completed, raised and aborted runs are told apart', async ({
  lab,
  page
}) => {
  const rows = await listen(page);
  await lab.open('runs.ipynb', CELLS);
  await expect.poll(rows).toBeNull();
  await lab.runAll();
  await expect.poll(rows).toEqual(RUN_ALL);
});

test('a cell deleted or edited since keeps its run', async ({ lab, page }) => {
  const rows = await listen(page);
  await lab.open('edited.ipynb', CELLS);
  await lab.run(0);
  await lab.edit(0, 'x = 2');
  await lab.run(2);
  await lab.remove(2);
  await expect.poll(rows).toEqual([
    ['x = 1', 'a', 1, 'ok'],
    ['y = x', 'c', 2, 'ok']
  ]);
});

test('a reloaded page asks the kernel what it ran', async ({ lab, page }) => {
  const rows = await listen(page);
  await lab.open('reloaded.ipynb', CELLS);
  await lab.runAll();
  await expect.poll(rows).toHaveLength(3);
  await page.reload();
  await page.waitForSelector('.jp-NotebookPanel .jp-Cell');
  await lab.waitIdle();
  await expect.poll(rows).toEqual([
    ['x = 1', null, 1, 'unknown'],
    ['1 / 0', null, 2, 'unknown']
  ]);
  await lab.run(2);
  await expect.poll(rows).toHaveLength(3);
  expect(rows()?.[2]).toEqual(['y = x', 'c', 3, 'ok']);
});

test('a restart forgets all', async ({ lab, page }) => {
  const rows = await listen(page);
  await lab.open('restarted.ipynb', CELLS);
  await lab.runAll();
  await expect.poll(rows).toEqual(RUN_ALL);
  await page.evaluate(async () => {
    const { sessionContext } = window.jupyterapp.shell.currentWidget;
    await sessionContext.restartKernel();
  });
  await expect.poll(rows).toBeNull();
  await lab.waitIdle();
  await lab.run(0);
  await expect.poll(rows).toEqual([['x = 1', 'a', 1, 'ok']]);
});

test('a restart by somebody else is noticed', async ({ lab, page }) => {
  const rows = await listen(page);
  await lab.open('restarted-elsewhere.ipynb', CELLS);
  await lab.runAll();
  await expect.poll(rows).toEqual(RUN_ALL);
  const id = await page.evaluate(
    () =>
      window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.id
  );
  await page.request.post(`/api/kernels/${id}/restart`);
  await lab.run(0);
  await expect.poll(rows).toEqual([['x = 1', 'a', 1, 'ok']]);
});

test('runs of a console on the same kernel are heard', async ({
  lab,
  page
}) => {
  const rows = await listen(page);
  await lab.open('console.ipynb', CELLS);
  await lab.run(0);
  await page.evaluate(async () => {
    const { sessionContext } = window.jupyterapp.shell.currentWidget;
    const { serviceManager } = window.jupyterapp;
    const kernel = serviceManager.kernels.connectTo({
      model: sessionContext.session!.kernel!.model
    });
    await kernel.requestExecute({ code: 'x = 5' }).done;
    await kernel.requestExecute({ code: 'x = 6', silent: true }).done;
    kernel.dispose();
  });
  await expect.poll(rows).toEqual([
    ['x = 1', 'a', 1, 'ok'],
    ['x = 5', null, 2, 'ok']
  ]);
});

test('code that a cell runs through IPython is filled in', async ({
  lab,
  page
}) => {
  const rows = await listen(page);
  await lab.open('nested.ipynb', [
    {
      id: 'a',
      source: 'get_ipython().run_cell("z = 9", store_history=True);'
    },
    { id: 'b', source: 'z' }
  ]);
  await lab.runAll();
  await expect
    .poll(() => rows()?.map(row => row[0]))
    .toEqual(expect.arrayContaining(['z = 9', 'z']));
});

test('without a kernel there is no history', async ({ lab, page }) => {
  const rows = await listen(page);
  await lab.open('shutdown.ipynb', CELLS);
  await lab.run(0);
  await expect.poll(rows).toHaveLength(1);
  await page.evaluate(async () => {
    await window.jupyterapp.shell.currentWidget.sessionContext.shutdown();
  });
  await expect.poll(rows).toBeNull();
});

test('a busy kernel is not taken for one that ran nothing', async ({
  lab,
  page
}) => {
  const rows = await listen(page);
  await lab.open('busy.ipynb', [
    { id: 'a', source: 'x = 1' },
    { id: 'b', source: 'import time\ntime.sleep(3600)' }
  ]);
  await lab.run(0);
  await expect.poll(rows).toHaveLength(1);
  await lab.select(1);
  void page.evaluate(
    () => void window.jupyterapp.commands.execute('notebook:run-cell')
  );
  await expect(lab.cell(1)).toContainText('[*]');
  await lab.command('docmanager:save');
  await page.reload();
  await page.waitForSelector('.jp-NotebookPanel .jp-Cell');
  await lab.command('nb-refactor:open-hidden-state');
  await expect(page.locator('.nbr-Panel-note')).toContainText('busy');
  expect(rows()).toBeNull();
  await lab.command('notebook:interrupt-kernel');
  await expect
    .poll(rows)
    .toEqual([['x = 1', null, 1, 'unknown'], expect.anything()]);
  await expect(page.locator('.nbr-Panel-note')).toHaveCount(0);
});
