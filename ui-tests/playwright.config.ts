import { defineConfig } from '@playwright/test';

import { PORT, SHARED_PORT, addressOf } from './servers';

/** How many browsers test at once; each has a Jupyter server of its own. */
const WORKERS = 2;

/** A Chromium that Playwright did not install itself. */
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

export default defineConfig({
  testDir: '.',
  outputDir: `test-results/${PORT}`,
  workers: WORKERS,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list']],
  use: {
    viewport: { width: 1440, height: 900 },
    trace: 'off',
    video: 'off',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: CHROMIUM,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync'
      ]
    }
  },
  webServer: [
    ...Array.from({ length: WORKERS }, (_, worker) => server(PORT + worker)),
    server(SHARED_PORT, 'yes')
  ]
});

/** A Jupyter server of its own; its documents are shared where `collaboration` says so. */
function server(port: number, collaboration = '') {
  return {
    command: 'jupyter lab --config jupyter_server_config.py',
    env: {
      ...(process.env as Record<string, string>),
      NB_REFACTOR_UI_PORT: String(port),
      NB_REFACTOR_UI_COLLABORATION: collaboration
    },
    url: `${addressOf(port)}/api`,
    reuseExistingServer: false,
    timeout: 120_000
  };
}
