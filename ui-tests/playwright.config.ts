import { defineConfig } from '@playwright/test';

/** Another port lets two runs go on at once. */
const PORT = process.env.NB_REFACTOR_UI_PORT ?? '8951';

/** A Chromium that Playwright did not install itself. */
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

export default defineConfig({
  testDir: '.',
  outputDir: `test-results/${PORT}`,
  workers: 1,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list']],
  use: {
    baseURL: `http://127.0.0.1:${PORT}`,
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
  webServer: {
    command: 'jupyter lab --config jupyter_server_config.py',
    env: {
      ...(process.env as Record<string, string>),
      NB_REFACTOR_UI_PORT: PORT
    },
    url: `http://127.0.0.1:${PORT}/api`,
    reuseExistingServer: false,
    timeout: 120_000
  }
});
