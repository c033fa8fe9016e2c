import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

import {
  fillDialog,
  functionField,
  openDialog,
  openIn,
  previewIsCurrent
} from './extraction';
import { expect, test } from './fixtures';

const THEMES = [
  'JupyterLab Light',
  'JupyterLab Dark',
  'JupyterLab Dark High Contrast'
];

/** What stands beside the notebook: the title of its tab, and its element. */
const BESIDE = [
  ['Map:', '.nbr-MapPanel'],
  ['Fresh run:', '.nbr-ReportPanel']
] as const;

const CLEAN = [
  'kept = [row for row in rows if row]',
  'numbers = [int(row) for row in kept]',
  'total = sum(numbers)',
  'top = max(numbers)',
  'low = min(numbers)',
  'spread = top - low'
].join('\n');

// The theme is a setting of the server, which all tests share.
test.afterEach(({ lab }) => lab.theme('JupyterLab Light'));

test('axe finds nothing to object to, in three themes', async ({
  lab,
  page
}) => {
  await lab.open('axe.ipynb', [
    { id: 'a', source: 'rows = ["1", "2", "3"]' },
    { id: 'b', source: CLEAN },
    {
      id: 'c',
      source: 'print(total, spread)',
      outputs: [{ output_type: 'stream', name: 'stdout', text: '0\n' }]
    }
  ]);
  await lab.runAll();
  await lab.edit(0, 'rows = ["4"]');
  await lab.command('nb-refactor:reproduce');
  await expect(page.locator('.nbr-ReportPanel')).toContainText('differ');
  await lab.command('nb-refactor:open-map');
  await expect(page.locator('.nbr-Map-node')).toHaveCount(3);

  for (const theme of THEMES) {
    await lab.theme(theme);
    for (const room of ['hidden-state', 'candidates', 'reproduction']) {
      await lab.command(`nb-refactor:open-${room}`);
      await expect(
        page.locator(`#nb-refactor-${room} li`).first()
      ).toBeVisible();
      await page.screenshot({
        path: `ui-tests/test-results/${room}-${theme.replace(/ /g, '-')}.png`
      });
      await clean(page, '.nbr-Panel', `${theme}, ${room}`);
    }
    for (const [title, element] of BESIDE) {
      await page
        .locator('#jp-main-dock-panel .lm-TabBar-tab', { hasText: title })
        .click();
      await expect(page.locator(element)).toBeVisible();
      await clean(page, element, `${theme}, ${title}`);
    }
  }
});

test('axe finds nothing to object to in the dialog of an extraction', async ({
  lab,
  page
}) => {
  test.slow();
  await openIn(lab, 'axe-dialog', [
    { id: 'a', source: 'rows = [1, 2]\nscale = 2\nfor row in rows:\n    pass' },
    {
      id: 'b',
      source:
        'total = sum(rows) * scale\ntop = max(rows)\nfor row in rows:\n    print(row)'
    },
    { id: 'c', source: 'print(total, top)' },
    { id: 'd', source: 'mean = 1\nexec("mean = 2")' }
  ]);
  await lab.runAll();
  const dialog = page.locator('.nbr-ExtractDialog');
  const close = async () => {
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
  };
  for (const theme of THEMES) {
    const judge = async (state: string) => {
      const name = `dialog-${state}-${theme}`.replace(/ /g, '-');
      await page.screenshot({ path: `ui-tests/test-results/${name}.png` });
      await clean(page, '.nbr-ExtractDialog', `${theme}, ${state}`);
    };
    await lab.theme(theme);
    await fillDialog(lab, 1, 'measure');
    await expect(dialog.locator('.nbr-Diff')).toHaveCount(2);
    await judge('preview');
    await page.getByLabel('Returned name for total').fill('class');
    await functionField(page).fill('1st');
    await expect(dialog.locator('[aria-invalid="true"]')).toHaveCount(2);
    await judge('unfit-names');
    await close();

    await openDialog(lab, 3);
    await expect(dialog.locator('.nbr-Extract-refusals li')).toHaveCount(1);
    await judge('refused');
    await close();

    await page.route('**/nb-refactor/extract*', route => route.abort());
    await openDialog(lab, 1);
    await expect(dialog.locator('.nbr-mod-error')).toBeVisible();
    await judge('failed');
    await page.unroute('**/nb-refactor/extract*');
    await functionField(page).fill('again');
    await previewIsCurrent(page);
    await close();
  }
});

/** Nothing below the element breaks a rule of axe. */
async function clean(page: Page, element: string, where: string) {
  const { violations } = await new AxeBuilder({ page })
    .include(element)
    .analyze();
  expect(
    violations.map(({ id, nodes }) => ({
      where,
      id,
      nodes: nodes.map(node => `${node.html} ${node.failureSummary}`)
    }))
  ).toEqual([]);
}
