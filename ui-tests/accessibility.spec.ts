import AxeBuilder from '@axe-core/playwright';

import { expect, test } from './fixtures';

const THEMES = [
  'JupyterLab Light',
  'JupyterLab Dark',
  'JupyterLab Dark High Contrast'
];

/** What is ours on the screen. */
const OURS = ['.nbr-Panel', '.nbr-MapPanel', '.nbr-ReportPanel'];

const CLEAN = [
  'kept = [row for row in rows if row]',
  'numbers = [int(row) for row in kept]',
  'total = sum(numbers)',
  'top = max(numbers)',
  'low = min(numbers)',
  'spread = top - low'
].join('\n');

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
      const shown = [];
      for (const each of OURS) {
        if (await page.locator(each).first().isVisible()) {
          shown.push(each);
        }
      }
      const { violations } = await shown
        .reduce((axe, each) => axe.include(each), new AxeBuilder({ page }))
        .analyze();
      expect(
        violations.map(({ id, nodes }) => ({
          theme,
          room,
          id,
          nodes: nodes.map(node => `${node.html} ${node.failureSummary}`)
        }))
      ).toEqual([]);
    }
  }
});
