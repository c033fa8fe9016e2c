/** A real JupyterLab and a browser, for the scripts and benches that look at the interface. */

import { spawn } from 'node:child_process';

import { chromium } from '@playwright/test';

const CONFIG = 'ui-tests/jupyter_server_config.py';

/** Starts a server on a port, with `work` done on it; it is stopped however that ends. */
export async function withServer(port, work) {
  const base = `http://127.0.0.1:${port}`;
  const server = spawn('jupyter', ['lab', '--config', CONFIG], {
    env: { ...process.env, NB_REFACTOR_UI_PORT: port },
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
