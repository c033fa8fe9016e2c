/**
 * The pictures of the README and the manual, made from the real interface on the example.
 *
 *   node scripts/pictures.mjs     # in the environment; the frontend as last built
 *
 * Writes docs/pictures/*.png.
 */

import {
  close,
  command,
  openExample,
  show,
  upload,
  withBrowser,
  withServer
} from './jupyter_lab.mjs';

const PORT = process.env.NB_REFACTOR_UI_PORT ?? '8953';
const BASE = `http://127.0.0.1:${PORT}`;
const PICTURES = 'docs/pictures';

async function picture(page, name) {
  await page.waitForTimeout(2000);
  await page.screenshot({ path: `${PICTURES}/${name}.png` });
}

async function take(page) {
  await upload(page, BASE);
  await openExample(page, BASE);
  await page.waitForSelector('.nbr-Cell.nbr-mod-hidden');
  await show(page, 'settings');
  await picture(page, 'hidden-state');

  await command(page, 'nb-refactor:open-candidates');
  await page.waitForSelector('.nbr-Candidate');
  await command(page, 'nb-refactor:open-map');
  await page.waitForSelector('.nbr-Map-node');
  await picture(page, 'map');
  await close(page, 'map');

  await command(page, 'nb-refactor:reproduce');
  await page.waitForSelector('.nbr-ReportPanel :text("Run again")', {
    timeout: 120_000
  });
  await command(page, 'nb-refactor:open-reproduction');
  await picture(page, 'report');
  await close(page, 'report');
  await command(page, 'nb-refactor:open-candidates');

  await show(page, 'add-features');
  await picture(page, 'extraction-before');
  await command(page, 'nb-refactor:extract');
  await page.waitForSelector('.nbr-ExtractDialog .nbr-Diff');
  await picture(page, 'extraction-dialog');
  await page.locator('.nbr-ExtractDialog .jp-mod-accept:enabled').click();
  await page.waitForSelector('.nbr-ExtractDialog', { state: 'detached' });
  await picture(page, 'extraction-after');
}

await withServer(PORT, () =>
  withBrowser(async browser => {
    const page = await browser.newPage({
      viewport: { width: 1280, height: 760 }
    });
    page.setDefaultTimeout(60_000);
    await take(page).catch(async error => {
      await page.screenshot({ path: 'ui-tests/test-results/pictures.png' });
      throw error;
    });
  })
);
