/**
 * What a person feels of the extension, measured in Chromium against a real Jupyter server.
 *
 *   node bench/face.mjs [--rounds N] [--only memory|scrolling|startUp]
 *
 * Start-up with and without the extension, in turns; memory while a 200-cell notebook is worked in;
 * frames while 500 findings scroll; the size of what is loaded. "Without" takes
 * the extension out of the page's list, all else is the same server.
 */

import { readFileSync, readdirSync, statSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

import { withBrowser, withServer } from '../scripts/jupyter_lab.mjs';

const PORT = process.env.NB_REFACTOR_UI_PORT ?? '8952';
const BASE = `http://127.0.0.1:${PORT}`;
const at = process.argv.indexOf('--rounds');
const ROUNDS = at > 0 ? Number(process.argv[at + 1]) : 60;
const STARTS = 4;
const CELLS = 200;
const FINDINGS = 500;
const KERNEL = {
  name: 'python3',
  display_name: 'Python 3',
  language: 'python'
};

async function newPage(browser, withExtension) {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 }
  });
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  if (!withExtension) {
    await page.route(/\/lab(\/tree\/[^?]*)?(\?.*)?$/, async route => {
      const answer = await route.fetch();
      const body = await answer.text();
      await route.fulfill({
        response: answer,
        body: body.replace(/"federated_extensions": \[[^\]]*\]/, found => {
          const list = JSON.parse(found.slice(found.indexOf('[')));
          const others = list.filter(each => each.name !== 'nb-refactor');
          return `"federated_extensions": ${JSON.stringify(others)}`;
        })
      });
    });
  }
  const devtools = await context.newCDPSession(page);
  await devtools.send('Performance.enable');
  const metrics = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
  };
  const settle = async () => {
    for (let times = 0; times < 3; times += 1) {
      await devtools.send('HeapProfiler.collectGarbage');
    }
    return await metrics();
  };
  return { context, page, metrics, settle, detached: detached(devtools) };
}

/**
 * Counts the elements that are in memory and no longer in the page: all of them, those of our
 * own (a class that begins with nbr-), and the buttons of cell toolbars. JupyterLab 4.6 keeps the
 * toolbar of every cell that was active (jupyterlab/jupyterlab#19370), with our button among
 * those that stand in it.
 */
const detached = devtools => async () => {
  const evaluated = await devtools.send('Runtime.evaluate', {
    expression: 'HTMLElement.prototype'
  });
  const { objects } = await devtools.send('Runtime.queryObjects', {
    prototypeObjectId: evaluated.result.objectId
  });
  const { result } = await devtools.send('Runtime.callFunctionOn', {
    objectId: objects.objectId,
    returnByValue: true,
    functionDeclaration: `function () {
      const elements = this.filter(each => !Object.hasOwn(each, 'constructor'));
      const lost = elements.filter(each => !each.isConnected);
      const has = (each, name) => [...each.classList].some(one => one.startsWith(name));
      return {
        all: lost.length,
        ours: lost.filter(each => has(each, 'nbr-')).length,
        buttons: lost.filter(each => has(each, 'jp-CommandToolbarButton')).length
      };
    }`
  });
  await devtools.send('Runtime.releaseObject', {
    objectId: objects.objectId
  });
  return result.value;
};

const command = (page, id, args = {}) =>
  page.evaluate(
    async ([id, args]) => {
      await window.jupyterapp.commands.execute(id, args);
    },
    [id, args]
  );

async function start(browser, withExtension) {
  const { context, page, metrics } = await newPage(browser, withExtension);
  const began = Date.now();
  await page.goto(`${BASE}/lab?reset`);
  await page.waitForFunction(() => window.jupyterapp);
  await page.evaluate(() => window.jupyterapp.restored);
  const wall = (Date.now() - began) / 1000;
  const has = await page.evaluate(() =>
    window.jupyterapp.commands.hasCommand('nb-refactor:open')
  );
  if (has !== withExtension) {
    throw new Error('The extension is where it should not be, or is not.');
  }
  const { TaskDuration, JSHeapUsedSize } = await metrics();
  await context.close();
  return { wall, cpu: TaskDuration, heap: JSHeapUsedSize };
}

const best = (runs, key) => Math.min(...runs.map(run => run[key]));

async function startUp(browser) {
  const runs = { with: [], without: [] };
  await start(browser, true);
  await start(browser, false);
  for (let turn = 0; turn < STARTS; turn += 1) {
    runs.without.push(await start(browser, false));
    runs.with.push(await start(browser, true));
  }
  for (const [key, unit, scale] of [
    ['wall', 's', 1],
    ['cpu', 's of the page’s main thread', 1],
    ['heap', 'MB', 1e6]
  ]) {
    const [a, b] = [best(runs.with, key), best(runs.without, key)];
    console.log(
      `start-up, ${key}: with ${(a / scale).toFixed(2)}, without ${(b / scale).toFixed(2)} ${unit}, ratio ${(a / b).toFixed(3)} (best of ${STARTS})`
    );
  }
}

async function put(page, path, cells) {
  await page.request.put(`${BASE}/api/contents/${path}`, {
    data: {
      type: 'notebook',
      format: 'json',
      content: {
        nbformat: 4,
        nbformat_minor: 5,
        metadata: { kernelspec: KERNEL },
        cells: cells.map((source, index) => ({
          id: `c${index}`,
          cell_type: 'code',
          source,
          metadata: {},
          execution_count: null,
          outputs: []
        }))
      }
    }
  });
}

async function open(page, path) {
  await page.goto(`${BASE}/lab/tree/${path}?reset`);
  await page.waitForSelector('.jp-NotebookPanel .jp-Cell');
  await page.waitForFunction(
    () =>
      window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel
        ?.status === 'idle'
  );
}

/** A round of work: edit a cell, run it, insert one, delete it, look at a room and the map. */
async function round(page, number, withExtension) {
  await page.evaluate(async number => {
    const { commands, shell } = window.jupyterapp;
    const panel = [...shell.widgets('main')].find(each => 'context' in each);
    shell.activateById(panel.id);
    const { content } = panel;
    const index = (number * 37) % content.widgets.length;
    content.activeCellIndex = index;
    content.model.cells
      .get(index)
      .sharedModel.setSource(
        `v${index} = ${number} + v${Math.max(index - 1, 0)}`
      );
    await commands.execute('notebook:run-cell');
    await commands.execute('notebook:insert-cell-below');
    await commands.execute('notebook:delete-cell');
  }, number);
  if (!withExtension) {
    await openAndClose(page, 'launcher:create');
    return;
  }
  const rooms = ['hidden-state', 'candidates', 'reproduction'];
  await command(page, `nb-refactor:open-${rooms[number % 3]}`);
  await openAndClose(page, 'nb-refactor:open-map');
}

/** Opens a tab beside the notebook and closes it: the map, or without it JupyterLab's own launcher. */
async function openAndClose(page, opens) {
  await command(page, opens);
  await page.waitForTimeout(150);
  await page.evaluate(() => {
    for (const each of [...window.jupyterapp.shell.widgets('main')]) {
      if (!('context' in each)) {
        each.dispose();
      }
    }
  });
  await page.waitForTimeout(100);
}

async function memory(browser) {
  const marks = {};
  for (const [key, withExtension] of [
    ['without', false],
    ['with', true]
  ]) {
    marks[key] = await memoryOfWork(browser, withExtension);
    const show = name => marks[key].map(mark => mark[name]).join(' → ');
    const heap = marks[key].map(mark => (mark.JSHeapUsedSize / 1e6).toFixed(1));
    const lost = name => marks[key].map(mark => mark.lost[name]).join(' → ');
    console.log(
      `memory ${key}: heap ${heap.join(' → ')} MB, DOM nodes ${show('Nodes')}, ` +
        `listeners ${show('JSEventListeners')} ` +
        `(${ROUNDS} rounds in ${CELLS} cells, after collection)`
    );
    console.log(
      `memory ${key}: elements kept outside of the page ${lost('all')}, ` +
        `of them ours ${lost('ours')}, buttons of toolbars ${lost('buttons')}`
    );
  }
  for (const name of ['JSHeapUsedSize', 'Nodes', 'JSEventListeners']) {
    const grown = list => list.at(-1)[name] - list[0][name];
    const ratio = marks.with.at(-1)[name] / marks.without.at(-1)[name];
    console.log(
      `memory: ${name} with / without at the end ${ratio.toFixed(3)}; ` +
        `grown by ${grown(marks.with)} with, ${grown(marks.without)} without`
    );
  }
}

/** The page's figures at the start, at two thirds and at the end of the work, and after closing. */
async function memoryOfWork(browser, withExtension) {
  const { context, page, settle, detached } = await newPage(
    browser,
    withExtension
  );
  await put(
    page,
    'work.ipynb',
    Array.from({ length: CELLS }, (_, n) =>
      n ? `v${n} = v${n - 1} + ${n}` : 'v0 = 0'
    )
  );
  await open(page, 'work.ipynb');
  await command(page, 'notebook:run-all-cells');
  // Cells far below are drawn when the browser has time; what they take is no growth.
  await page.waitForFunction(() =>
    [...window.jupyterapp.shell.widgets('main')]
      .find(each => 'context' in each)
      .content.widgets.every(cell => cell.editor)
  );
  await page.waitForTimeout(3000);
  const marks = [];
  for (let number = 0; number <= ROUNDS; number += 1) {
    if (number % Math.max(1, Math.floor(ROUNDS / 3)) === 0) {
      await page.waitForTimeout(2000); // React keeps what it has just taken away for a moment.
      const lost = await detached();
      marks.push({ ...(await settle()), lost });
    }
    await round(page, number, withExtension);
  }
  await context.close();
  return marks;
}

async function scrolling(browser) {
  const { context, page } = await newPage(browser, true);
  const cells = Array.from({ length: FINDINGS }, (_, n) => `x${n} = ${n}`);
  await put(page, 'many.ipynb', cells);
  const { version } = await (
    await page.request.get(`${BASE}/nb-refactor/version`)
  ).json();
  await page.route('**/nb-refactor/version*', route =>
    route.fulfill({ json: { version } })
  );
  await page.route('**/nb-refactor/check*', route =>
    route.fulfill({
      json: {
        path: 'many.ipynb',
        seconds: 0,
        cells: cells.map((_, n) => ({
          cell_id: `c${n}`,
          state: 'hidden',
          execution_count: n,
          findings: [
            {
              rule: 'edited',
              severity: 'error',
              message: `\`x${n}\` comes from another version of this cell.`,
              name: `x${n}`,
              at: null,
              sources: [],
              mends: [
                {
                  kind: 'run_cells',
                  title: 'Run it again',
                  cells: [`c${n}`],
                  source: null
                }
              ]
            }
          ]
        }))
      }
    })
  );
  await open(page, 'many.ipynb');
  await command(page, 'nb-refactor:open-hidden-state');
  await page.waitForFunction(
    count => document.querySelectorAll('.nbr-Finding').length === count,
    FINDINGS
  );
  await page.waitForTimeout(3000);
  for (const [what, selector] of [
    ['findings in the panel', '.nbr-Panel-cells'],
    ['cells of the notebook itself', '.jp-WindowedPanel-outer']
  ]) {
    await scroll(page, what, selector);
  }
  await context.close();
}

async function scroll(page, what, selector) {
  const frames = await page.evaluate(async selector => {
    const list = document.querySelector(selector);
    const times = [];
    let last = performance.now();
    for (let step = 0; step < 180; step += 1) {
      list.scrollTop = (list.scrollHeight * step) / 180;
      const now = await new Promise(requestAnimationFrame);
      times.push(now - last);
      last = now;
    }
    return times.slice(1).sort((a, b) => a - b);
  }, selector);
  const quantile = share =>
    frames[Math.floor(share * (frames.length - 1))].toFixed(1);
  console.log(
    `scrolling ${FINDINGS} ${what} from top to bottom: frame ${quantile(0.5)} ms (median), ${quantile(0.95)} ms (95 %), ${quantile(1)} ms (longest)`
  );
}

function sizes() {
  const folder = 'nb_refactor/labextension/static';
  for (const name of readdirSync(folder).sort()) {
    if (name.endsWith('.js')) {
      const path = `${folder}/${name}`;
      const packed = gzipSync(readFileSync(path)).length;
      console.log(
        `size: ${(statSync(path).size / 1000).toFixed(0)} kB, ${(packed / 1000).toFixed(0)} kB packed: ${name}`
      );
    }
  }
}

const only = process.argv.indexOf('--only');
const CHOSEN = [memory, scrolling, startUp].filter(
  work => only < 0 || work.name === process.argv[only + 1]
);

sizes();
await withServer(PORT, () =>
  withBrowser(
    async browser => {
      for (const work of CHOSEN) {
        await work(browser);
      }
    },
    [
      '--js-flags=--expose-gc',
      // A page that was rewritten under way has no address, and may not reach this machine.
      '--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets'
    ]
  )
);
