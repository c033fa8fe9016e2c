/**
 * Every view of the interface in three themes, mirrored, and in Russian, to be looked at; those of
 * Jupyter Notebook and the saved report page in the themes alone.
 *
 *   node scripts/views.mjs [FOLDER]     # in the environment; the frontend as last built
 *
 * Writes FOLDER/THEME-VIEW.png (ui-tests/test-results/views where no folder is given).
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import {
  close,
  command,
  EXAMPLE,
  openExample,
  show,
  upload,
  withBrowser,
  withServer
} from './jupyter_lab.mjs';

const PORT = process.env.NB_REFACTOR_UI_PORT ?? '8954';
const FOLDER = process.argv[2] ?? 'ui-tests/test-results/views';
const SIZE = { viewport: { width: 1280, height: 800 } };
const THEMES = {
  light: 'JupyterLab Light',
  dark: 'JupyterLab Dark',
  contrast: 'JupyterLab Dark High Contrast'
};

const PLAIN = { isMirrored: false, locale: 'default' };
const TRANSLATION = '@jupyterlab/translation-extension:plugin';

/** Code that a function cannot hold: its dialog shows a refusal. */
const REFUSED = 'exec("scale = 2")';

/** Code that depends on what may be missing elsewhere: the panel shows hazards. */
const RISKY = `import duckdb_of_tomorrow
import numpy as np

sample = np.random.normal(size=3)
old = pd.read_csv("rentals_of_2019.csv")
`;

/** The views in the order in which they are taken; each leaves the page as it was. */
const VIEWS = {
  'hidden-state': async page => {
    await command(page, 'nb-refactor:open-hidden-state');
    await page.waitForSelector('.nbr-Cell.nbr-mod-hidden');
    await show(page, 'settings');
  },
  candidates: async page => {
    await command(page, 'nb-refactor:open-candidates');
    await page.waitForSelector('.nbr-Candidate');
  },
  map: async page => {
    await command(page, 'nb-refactor:open-map');
    await page.waitForSelector('.nbr-Map-node');
  },
  report: async page => {
    await close(page, 'map');
    await command(page, 'nb-refactor:reproduce');
    await page.waitForSelector('.nbr-ReportPanel .nbr-Report-counts', {
      timeout: 120_000
    });
    await command(page, 'nb-refactor:open-reproduction');
  },
  lint: async page => {
    await close(page, 'report');
    await command(page, 'nb-refactor:open-hidden-state');
    await show(page, 'fit');
    await command(page, 'nb-refactor:list-findings');
    await page.waitForSelector('.cm-panel-lint, .cm-panel');
  },
  'context-menu': async page => {
    await page.keyboard.press('Escape');
    await show(page, 'add-features');
    await page
      .locator('.jp-Cell.jp-mod-active .jp-InputArea')
      .click({ button: 'right' });
    await page.waitForSelector('.lm-Menu');
  },
  dialog: async page => {
    await page.keyboard.press('Escape');
    await show(page, 'add-features');
    await command(page, 'nb-refactor:extract');
    await page.waitForSelector('.nbr-ExtractDialog .nbr-Diff');
  },
  'extract-all': async page => {
    await page.keyboard.press('Escape');
    await page.waitForSelector('.nbr-ExtractDialog', { state: 'detached' });
    await command(page, 'nb-refactor:extract-all');
    await page.waitForSelector('.nbr-ExtractDialog .nbr-Diff');
  },
  annotated: async page => {
    await page.keyboard.press('Escape');
    await page.waitForSelector('.nbr-ExtractDialog', { state: 'detached' });
    await show(page, 'fit');
    await command(page, 'nb-refactor:extract');
    await page.waitForFunction(() =>
      document
        .querySelector('.nbr-ExtractDialog .nbr-Extract-head')
        ?.textContent.includes('DataFrame')
    );
  },
  verify: async page => {
    await page.locator('.nbr-Extract-verify').click();
    await page.waitForSelector('.nbr-ExtractDialog .nbr-Extract-verdict', {
      timeout: 120_000
    });
  },
  refusal: async page => {
    await page.keyboard.press('Escape');
    await page.waitForSelector('.nbr-ExtractDialog', { state: 'detached' });
    await write(page, REFUSED);
    await command(page, 'nb-refactor:extract');
    await page.waitForSelector('.nbr-ExtractDialog .nbr-Extract-refusals');
  },
  'not-importable': async page => {
    await page.keyboard.press('Escape');
    await page.waitForSelector('.nbr-ExtractDialog', { state: 'detached' });
    await command(page, 'notebook:undo-cell-action');
    await losePackage(page);
    await show(page, 'add-features');
    await command(page, 'nb-refactor:extract');
    await page.waitForSelector('.nbr-ExtractDialog .nbr-Extract-ways');
  },
  hazards: async page => {
    await page.keyboard.press('Escape');
    await page.waitForSelector('.nbr-ExtractDialog', { state: 'detached' });
    await command(page, 'nb-refactor:open-hidden-state');
    await write(page, RISKY);
    await page.waitForSelector('.nbr-Finding.nbr-mod-info');
  },
  settings: async (page, locale) => {
    await command(page, 'notebook:undo-cell-action');
    await command(page, 'settingeditor:open', {
      query: locale === 'ru_RU' ? 'Скрытое состояние' : 'Hidden state'
    });
    await page.waitForSelector('.jp-SettingsForm');
  }
};

/** The views that are taken in Jupyter Notebook. */
const IN_NOTEBOOK = [
  'hidden-state',
  'candidates',
  'map',
  'report',
  'annotated'
];

async function take(page, base, name, theme, { isMirrored, locale }) {
  await page.request.put(`${base}/lab/api/settings/${TRANSLATION}`, {
    data: { raw: JSON.stringify({ locale }) }
  });
  await openExample(page, base);
  await inTheme(page, theme);
  await page.evaluate(isMirrored => {
    document.dir = isMirrored ? 'rtl' : 'ltr';
  }, isMirrored);
  await takeViews(page, name, VIEWS, locale);
}

async function takeNotebook(page, base, name, theme) {
  await openExample(page, base, 'notebooks');
  await inTheme(page, theme);
  const views = IN_NOTEBOOK.map(view => [view, VIEWS[view]]);
  await takeViews(page, `notebook-${name}`, Object.fromEntries(views));
}

/** The page that the report of the example is saved as, as a light and a dark browser show it. */
async function takePage(browser) {
  const file = resolve(FOLDER, 'report.html');
  const options = { stdio: 'ignore' };
  spawnSync('nb-refactor', ['reproduce', EXAMPLE, '--html', file], options);
  for (const colorScheme of ['light', 'dark']) {
    const page = await browser.newPage({ ...SIZE, colorScheme });
    await page.goto(pathToFileURL(file).href);
    await page.screenshot({
      path: `${FOLDER}/page-${colorScheme}.png`,
      fullPage: true
    });
    await page.close();
  }
}

/** Writes code into the active cell. */
async function write(page, source) {
  await page.evaluate(source => {
    const notebook = [...window.jupyterapp.shell.widgets('main')].find(
      each => 'context' in each
    );
    notebook.content.activeCell.model.sharedModel.setSource(source);
  }, source);
}

/** Makes the kernel forget where the example's package is. */
async function losePackage(page) {
  await page.evaluate(async () => {
    const notebook = [...window.jupyterapp.shell.widgets('main')].find(
      each => 'context' in each
    );
    const code = [
      'import sys',
      'sys.path[:] = [each for each in sys.path if not each.endswith("/src")]',
      'for name in [each for each in sys.modules if each.startswith("bikes")]:',
      '    del sys.modules[name]'
    ];
    await notebook.sessionContext.session.kernel.requestExecute({
      code: code.join('\n'),
      silent: true
    }).done;
  });
}

async function inTheme(page, theme) {
  await command(page, 'apputils:change-theme', { theme });
  await page.waitForFunction(
    theme => document.body.dataset.jpThemeName === theme,
    theme
  );
}

async function takeViews(page, name, views, locale = 'default') {
  for (const [view, enter] of Object.entries(views)) {
    try {
      await enter(page, locale);
    } catch (error) {
      console.error(`${name}-${view}: ${String(error).split('\n')[0]}`);
    }
    await page.waitForTimeout(700);
    await page.screenshot({ path: `${FOLDER}/${name}-${view}.png` });
  }
}

mkdirSync(FOLDER, { recursive: true });
await withServer(PORT, base =>
  withBrowser(async browser => {
    const page = await browser.newPage(SIZE);
    page.setDefaultTimeout(20_000);
    await upload(page, base);
    for (const [name, theme] of Object.entries(THEMES)) {
      await take(page, base, name, theme, PLAIN);
      await takeNotebook(page, base, name, theme);
    }
    await take(page, base, 'mirrored', THEMES.light, {
      ...PLAIN,
      isMirrored: true
    });
    await take(page, base, 'russian', THEMES.light, {
      ...PLAIN,
      locale: 'ru_RU'
    });
    await takePage(browser);
  })
);
