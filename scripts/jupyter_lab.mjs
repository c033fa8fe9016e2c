/** A real JupyterLab and a browser, for the scripts and benches that look at the interface. */

import { spawn } from 'node:child_process';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

import { chromium } from '@playwright/test';

const CONFIG = 'ui-tests/jupyter_server_config.py';

/**
 * Starts a server on a port, with `work` done on it; it is stopped however that ends. Another
 * `program` than the `jupyter` of this environment has an `env` of its own.
 */
export async function withServer(
  port,
  work,
  { program = 'jupyter', env = {} } = {}
) {
  const base = `http://127.0.0.1:${port}`;
  const server = spawn(program, ['lab', '--config', CONFIG], {
    env: { ...process.env, NB_REFACTOR_UI_PORT: port, ...env },
    stdio: 'ignore'
  });
  try {
    await answers(base);
    return await work(base);
  } finally {
    server.kill();
  }
}

async function answers(base) {
  for (let tries = 0; tries < 120; tries += 1) {
    const answer = await fetch(`${base}/api`).catch(() => null);
    if (answer?.ok) {
      return;
    }
    await new Promise(done => setTimeout(done, 500));
  }
  throw new Error('The Jupyter server did not start.');
}

/** Starts the browser, with `work` done in it. */
export async function withBrowser(work, flags = []) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', ...flags]
  });
  try {
    return await work(browser);
  } finally {
    await browser.close();
  }
}

function* files(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) {
      if (!name.startsWith('.') && name !== '__pycache__') {
        yield* files(path);
      }
    } else if (/\.(py|csv|toml|ipynb)$/.test(name)) {
      yield path;
    }
  }
}

/** Writes the example to the server. */
export async function upload(page, base) {
  const made = new Set();
  for (const path of files('example')) {
    const to = relative('.', path).split('\\').join('/');
    const parts = to.split('/');
    for (let depth = 1; depth < parts.length; depth += 1) {
      const folder = parts.slice(0, depth).join('/');
      if (!made.has(folder)) {
        made.add(folder);
        await page.request.put(`${base}/api/contents/${folder}`, {
          data: { type: 'directory' }
        });
      }
    }
    const text = readFileSync(path, 'utf8');
    const isNotebook = to.endsWith('.ipynb');
    await page.request.put(`${base}/api/contents/${to}`, {
      data: isNotebook
        ? { type: 'notebook', format: 'json', content: JSON.parse(text) }
        : { type: 'file', format: 'text', content: text }
    });
  }
}

/** Runs a command of JupyterLab by its id, without waiting for its end. */
export const command = (page, id, args = {}) =>
  page.evaluate(
    ([id, args]) => void window.jupyterapp.commands.execute(id, args),
    [id, args]
  );

/** Waits until the kernel of the notebook has nothing to do. */
export async function idle(page) {
  await page.waitForFunction(
    () =>
      [...window.jupyterapp.shell.widgets('main')].find(
        each => 'context' in each
      )?.sessionContext.session?.kernel?.status === 'idle'
  );
}

/** Makes a cell active, at the top of the notebook. */
export async function show(page, cellId) {
  await page.evaluate(async cellId => {
    const panel = [...window.jupyterapp.shell.widgets('main')].find(
      each => 'context' in each
    );
    window.jupyterapp.shell.activateById(panel.id);
    const { content } = panel;
    const index = content.widgets.findIndex(each => each.model.id === cellId);
    content.deselectAll();
    content.activeCellIndex = index;
    await content.scrollToItem(index, 'start');
  }, cellId);
}

/** The notebook of the example. */
export const EXAMPLE = 'example/notebooks/demand.ipynb';

/**
 * Opens the example, once it is uploaded, and runs it as its tour does: to where it fails, and then
 * one cell further up again. `where` is JupyterLab's place for documents, or Jupyter Notebook's.
 */
export async function openExample(page, base, where = 'lab/tree') {
  await page.goto(`${base}/${where}/${EXAMPLE}?reset`);
  await page.waitForSelector('.jp-NotebookPanel .jp-Cell');
  await idle(page);
  await findPackage(page);
  if (where === 'lab/tree') {
    await command(page, 'application:toggle-left-area');
  }
  await command(page, 'nb-refactor:open-hidden-state');
  await command(page, 'notebook:run-all-cells');
  // The run ends where the notebook fails: its author deleted a cell.
  await page.waitForFunction(() =>
    [...window.jupyterapp.shell.widgets('main')]
      .find(each => 'context' in each)
      .content.widgets.some(cell =>
        cell.model.sharedModel
          .toJSON()
          .outputs?.some(output => output.ename === 'NameError')
      )
  );
  await idle(page);
  // `fit` again, with the alpha that the loop further down left behind.
  await show(page, 'fit');
  await command(page, 'notebook:run-cell');
  await idle(page);
}

/** The package of the notebook's own repository is imported, whatever else is installed. */
async function findPackage(page) {
  await page.evaluate(async () => {
    const panel = [...window.jupyterapp.shell.widgets('main')].find(
      each => 'context' in each
    );
    const code =
      "import os, sys; sys.path.insert(0, os.path.abspath('../src'))";
    await panel.sessionContext.session.kernel.requestExecute({
      code,
      silent: true,
      store_history: false
    }).done;
  });
}

/** Closes what stands beside the notebook, by a part of its id. */
export async function close(page, id) {
  await page.evaluate(id => {
    const { shell } = window.jupyterapp;
    [...shell.widgets('main')].find(each => each.id.includes(id))?.dispose();
  }, id);
}
