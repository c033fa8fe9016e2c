import type { Page } from '@playwright/test';

import { expect, test } from './fixtures';
import type { Lab } from './fixtures';

/** The rooms and the map, and where each says why it has nothing to show. */
const VIEWS = {
  'hidden-state': '#nb-refactor-hidden-state',
  candidates: '#nb-refactor-candidates',
  reproduction: '#nb-refactor-reproduction',
  map: '.nbr-MapPanel'
} as const;

type View = keyof typeof VIEWS;

/** What our server part answers; the page's own files lie elsewhere. */
const ROUTES = /:\d+\/nb-refactor\//;
const CELLS = [{ id: 'a', source: 'print(1)' }];
const ECHO = { name: 'echo', display_name: 'Echo', language: 'echo' };

/** What the view says, once it is open. */
async function expectSaid(lab: Lab, view: View, text: string | RegExp) {
  await lab.command(`nb-refactor:open-${view}`);
  const place = lab.page.locator(VIEWS[view]).last();
  await expect(place.locator('.nbr-Panel-message')).toHaveText(text);
}

/** The server as one whose part for nb_refactor answers so. */
async function answer(page: Page, status: number, body: string) {
  await page.route(ROUTES, route => route.fulfill({ status, body }));
}

/** Every view says the sentence of a server that does not do its part, and recovers. */
async function expectTrouble(
  lab: Lab,
  sentence: string | RegExp,
  header: string
): Promise<void> {
  const { page } = lab;
  for (const view of Object.keys(VIEWS) as View[]) {
    await expectSaid(lab, view, sentence);
    await page.locator('.jp-NotebookPanel').first().click();
    await expect(page.locator('.nbr-Standing-text')).toHaveText(header);
  }
  await page.unroute(ROUTES);
  for (const room of ['hidden-state', 'candidates', 'reproduction'] as const) {
    await lab.command(`nb-refactor:open-${room}`);
    await page.locator('.nbr-Panel-refresh').click();
    await expect(page.locator(VIEWS[room])).not.toHaveText(sentence);
  }
  await expect(page.locator('.nbr-Standing-text')).not.toHaveText(header);
}

test('a server without our part is told how to get it', async ({
  lab,
  page
}) => {
  await answer(page, 404, '<html>404: Not Found</html>');
  await lab.open('missing.ipynb', CELLS);
  await expectTrouble(
    lab,
    /^The server part of nb_refactor does not answer\. Enable it with/,
    'The server part of nb_refactor is missing'
  );
});

test('a server of another version is told what to do', async ({
  lab,
  page
}) => {
  await answer(page, 200, '{"version": "99.0"}');
  await lab.open('version.ipynb', CELLS);
  await expectTrouble(
    lab,
    /^The server runs nb_refactor 99\.0, this page .* Restart the Jupyter server/,
    'Server and page have different versions'
  );
});

test('a server that does not answer is asked again', async ({ lab, page }) => {
  await page.route(ROUTES, route => route.abort());
  await lab.open('silent.ipynb', CELLS);
  await expectTrouble(
    lab,
    'The Jupyter server does not answer. It will be asked again at the next change.',
    'The Jupyter server does not answer'
  );
});

test('a server that takes its time is waited for', async ({ lab, page }) => {
  let go = () => undefined as void;
  const held = new Promise<void>(resolve => {
    go = resolve;
  });
  await page.route(ROUTES, async route => {
    await held;
    await route.continue();
  });
  await lab.open('slow.ipynb', CELLS);
  for (const view of ['hidden-state', 'candidates', 'map'] as const) {
    await expectSaid(lab, view, 'The notebook is being read…');
  }
  go();
  await lab.command('nb-refactor:open-hidden-state');
  await expect(page.locator('.nbr-Standing-text')).toHaveText(
    'Nothing has run yet.'
  );
});

test('another language has its sentence in each room that reads code', async ({
  lab,
  page
}) => {
  await lab.open('language.ipynb', CELLS, ECHO);
  await expectSaid(
    lab,
    'hidden-state',
    'Hidden state is found in Python notebooks. The language of this one is echo.'
  );
  await expectSaid(
    lab,
    'candidates',
    'Only the code of Python notebooks can be extracted. The language of this one is echo.'
  );
  await expectSaid(
    lab,
    'map',
    'The dataflow of Python notebooks can be drawn. The language of this one is echo.'
  );
  // Outputs are compared whatever the language.
  await lab.command('nb-refactor:open-reproduction');
  await expect(page.locator(VIEWS.reproduction).getByRole('button')).toHaveText(
    'Run top to bottom and compare'
  );
});

test('a notebook without code has its sentence', async ({ lab }) => {
  await lab.open('empty.ipynb', [{ id: 'a', kind: 'markdown', source: '# A' }]);
  await expectSaid(
    lab,
    'hidden-state',
    'Write a code cell, and this room says how it stands.'
  );
  await expectSaid(
    lab,
    'candidates',
    'Write a code cell, and this room says what to extract.'
  );
  await expectSaid(
    lab,
    'reproduction',
    'Write a code cell, and this room says whether a fresh run gives its outputs.'
  );
  await expectSaid(lab, 'map', 'This notebook has no code cells yet.');
});

test('no notebook has its sentence', async ({ lab, page }) => {
  await page.goto('/lab?reset');
  await page.waitForSelector('.jp-Launcher');
  await expectSaid(
    lab,
    'hidden-state',
    'Open a notebook to see how it stands.'
  );
  await expectSaid(
    lab,
    'candidates',
    'Open a notebook to see what is worth extracting.'
  );
  await expectSaid(
    lab,
    'reproduction',
    'Open a notebook to see whether it reproduces.'
  );
});

test('without a kernel the rooms say what they go by, and do what needs none', async ({
  lab,
  page
}) => {
  await lab.open('kernelless.ipynb', [
    { id: 'a', source: 'def twice(n):\n    return 2 * n\nprint(twice(1))' }
  ]);
  await page.evaluate(
    async () =>
      await window.jupyterapp.shell.currentWidget.sessionContext.shutdown()
  );
  await lab.command('nb-refactor:open-hidden-state');
  await page.locator('.nbr-Panel-refresh').click();
  await expect(page.locator(VIEWS['hidden-state'])).toContainText(
    'No kernel is running: only what the file itself shows is judged.'
  );
  await lab.command('nb-refactor:open-candidates');
  await expect(page.locator('.nbr-Candidate')).toContainText('Defines twice');
  await lab.command('nb-refactor:open-reproduction');
  await page.locator(VIEWS.reproduction).getByRole('button').click();
  await expect(page.locator(VIEWS.reproduction)).toContainText(
    'It runs from top to bottom, but no outputs were saved'
  );
});
