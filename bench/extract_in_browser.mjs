/**
 * How long a person waits for an extraction, in Chromium on a notebook of 200 cells: from the right
 * click to the menu, from the choice in the menu to the preview, from Apply to the swapped cell.
 *
 *   node bench/extract_in_browser.mjs [ROUNDS]
 *
 * Times are taken in the page, from the mouse's event to the frame after the change. Needs what the
 * browser tests need (`jlpm build`, Chromium).
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { chromium } from '@playwright/test';

const ROUNDS = Number(process.argv[2] ?? 20);
const CELLS = 200;
const PORT = Number(process.env.NB_REFACTOR_UI_PORT ?? 8951);
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const URL_ = `http://127.0.0.1:${PORT}`;
const LIMITS = { preview: 200, apply: 300 };

const server = spawn(
  'jupyter',
  ['lab', '--config', 'ui-tests/jupyter_server_config.py'],
  {
    cwd: ROOT,
    env: { ...process.env, NB_REFACTOR_UI_PORT: String(PORT) },
    stdio: 'ignore'
  }
);
try {
  await untilItAnswers();
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu']
  });
  try {
    const page = await browser.newPage({
      viewport: { width: 1440, height: 900 }
    });
    report(await measured(page));
  } finally {
    await browser.close();
  }
} finally {
  server.kill('SIGTERM');
  await once(server, 'exit');
}

async function untilItAnswers() {
  for (let tries = 0; tries < 240; tries += 1) {
    const answer = await fetch(`${URL_}/api`).catch(() => null);
    if (answer?.ok) {
      return;
    }
    await new Promise(resolve => setTimeout(resolve, 500));
  }
  throw new Error('The Jupyter server did not start.');
}

/** A notebook like those that people have: reading, cleaning, counting, in sections. */
function notebook() {
  const cells = [code('c0', 'import math\nrows = list(range(100))')];
  for (let n = 1; n < CELLS; n += 1) {
    if (n % 10 === 0) {
      cells.push({
        id: `c${n}`,
        cell_type: 'markdown',
        metadata: {},
        source: `## Part ${n}`
      });
    } else {
      cells.push(
        code(
          `c${n}`,
          [
            `# Step ${n}`,
            `picked_${n} = [row * ${n} for row in rows if row % ${n} == 0]`,
            `total_${n} = sum(picked_${n})`,
            `mean_${n} = total_${n} / max(1, len(picked_${n}))`,
            `if mean_${n} > 10:`,
            `    label_${n} = "high"`,
            'else:',
            `    label_${n} = "low"`,
            n > 1 && (n - 1) % 10
              ? `print(label_${n}, mean_${n} - mean_${n - 1})`
              : `print(label_${n})`
          ].join('\n')
        )
      );
    }
  }
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: {
        name: 'python3',
        display_name: 'Python 3',
        language: 'python'
      }
    },
    cells
  };
}

function code(id, source) {
  return {
    id,
    cell_type: 'code',
    metadata: {},
    execution_count: null,
    outputs: [],
    source
  };
}

async function open(page) {
  for (const folder of ['speed', 'speed/src', 'speed/src/shop']) {
    await put(page, folder, { type: 'directory' });
  }
  const text = (path, content) =>
    put(page, path, { type: 'file', format: 'text', content });
  await text('speed/pyproject.toml', '[project]\nname = "shop"\nversion = "1"\n');
  await text('speed/src/shop/__init__.py', '');
  await put(page, 'speed/a.ipynb', {
    type: 'notebook',
    format: 'json',
    content: notebook()
  });
  await page.goto(`${URL_}/lab/tree/speed/a.ipynb?reset`);
  await page.waitForSelector('.jp-NotebookPanel .jp-Cell');
  await idle(page);
  await page.evaluate(() =>
    window.jupyterapp.commands.execute('notebook:run-all-cells')
  );
  await idle(page);
  await page.waitForTimeout(2000);
}

async function put(page, path, data) {
  const answer = await page.request.put(`${URL_}/api/contents/${path}`, {
    data
  });
  if (!answer.ok()) {
    throw new Error(`${path} was not written: ${answer.status()}`);
  }
}

async function idle(page) {
  await page.waitForFunction(() => {
    const panel = window.jupyterapp.shell.currentWidget;
    return (
      panel?.sessionContext?.isReady &&
      panel.sessionContext.session?.kernel?.status === 'idle'
    );
  });
}

async function measured(page) {
  await open(page);
  await page.evaluate(watch);
  const times = { menu: [], preview: [], apply: [] };
  const cells = [];
  for (let n = 11; cells.length < ROUNDS + 1 && n < CELLS; n += 1) {
    if (n % 10 && n % 10 !== 9) {
      cells.push(n);
    }
  }
  for (const [round, n] of cells.entries()) {
    const took = await oneRound(page, n);
    // The first one loads what is loaded once.
    if (round) {
      for (const [what, time] of Object.entries(took)) {
        times[what].push(time);
      }
    }
  }
  return times;
}

async function oneRound(page, n) {
  await page.evaluate(index => {
    const { content } = window.jupyterapp.shell.currentWidget;
    content.activeCellIndex = index;
    content.mode = 'command';
  }, n);
  const cell = page.locator(`.jp-Cell >> nth=${n}`);
  await cell.scrollIntoViewIfNeeded();
  await page.waitForTimeout(400);
  await cell.locator('.jp-InputArea').click({ button: 'right' });
  const item = page.locator('.lm-Menu [data-command="nb-refactor:extract"]');
  await item.waitFor();
  const menu = await page.evaluate(() => window.bench.menu);
  await item.click();
  const preview = await page.evaluate(() => window.bench.preview);
  await page.locator('.nbr-ExtractDialog').getByText('Apply').click();
  const apply = await page.evaluate(() => window.bench.apply);
  await page.locator('.nbr-ExtractDialog').waitFor({ state: 'detached' });
  await idle(page);
  await page.waitForTimeout(300);
  return { menu, preview, apply };
}

/** Runs in the page: takes the times of what the mouse begins. */
function watch() {
  const until = test =>
    new Promise(resolve => {
      const look = () => {
        if (test()) {
          requestAnimationFrame(() => resolve(performance.now()));
          return true;
        }
        return false;
      };
      if (!look()) {
        const observer = new MutationObserver(() => {
          if (look()) {
            observer.disconnect();
          }
        });
        observer.observe(document.body, {
          subtree: true,
          childList: true,
          attributes: true,
          characterData: true
        });
      }
    });
  const since = (event, test) =>
    until(test).then(now => now - event.timeStamp);
  window.bench = {};
  document.addEventListener(
    'contextmenu',
    event => {
      window.bench.menu = since(event, () => document.querySelector('.lm-Menu'));
    },
    true
  );
  document.addEventListener(
    'pointerup',
    event => {
      if (event.target.closest?.('[data-command="nb-refactor:extract"]')) {
        window.bench.preview = since(event, () =>
          document.querySelector(
            '.nbr-Extract-preview[aria-busy="false"] .nbr-Diff'
          )
        );
      }
    },
    true
  );
  document.addEventListener(
    'click',
    event => {
      const apply = event.target.closest?.('.nbr-ExtractDialog .jp-mod-accept');
      if (apply) {
        const { content } = window.jupyterapp.shell.currentWidget;
        const source = () => content.activeCell?.model.sharedModel.getSource();
        const before = source();
        window.bench.apply = since(
          event,
          () =>
            !document.querySelector('.nbr-ExtractDialog') && source() !== before
        );
      }
    },
    true
  );
}

function report(times) {
  const sum = times.menu.map((time, index) => time + times.preview[index]);
  const rows = [
    ['right click -> menu', times.menu, 0],
    ['choice -> preview', times.preview, 0],
    ['right click -> preview', sum, LIMITS.preview],
    ['Apply -> cell swapped, dialog gone', times.apply, LIMITS.apply]
  ];
  console.log(`${CELLS} cells, ${times.menu.length} extractions, in ms`);
  console.log(`${''.padEnd(36)}${'p50'.padStart(7)}${'p95'.padStart(7)}  aim`);
  for (const [name, values, aim] of rows) {
    const told = aim ? `< ${aim}` : '';
    console.log(
      name.padEnd(36) +
        quantile(values, 0.5).padStart(7) +
        quantile(values, 0.95).padStart(7) +
        `  ${told}`
    );
  }
}

function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const place = Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1);
  return sorted[Math.max(0, place)].toFixed(0);
}
