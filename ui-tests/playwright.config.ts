import { defineConfig } from '@playwright/test';

/** Another port lets two runs go on at once. */
const PORT = Number(process.env.NB_REFACTOR_UI_PORT ?? '8951');

/** The port of the server whose documents several browsers share. */
const SHARED_PORT = PORT + 1000;

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
  projects: [
    {
      name: 'alone',
      testIgnore: /collaboration\.spec/,
      use: { baseURL: address(PORT) }
    },
    {
      name: 'together',
      testMatch: /collaboration\.spec/,
      use: { baseURL: address(SHARED_PORT) }
    }
  ],
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
  webServer: [server(PORT), server(SHARED_PORT, 'yes')]
});

function address(port: number): string {
  return `http://127.0.0.1:${port}`;
}

/** A Jupyter server of its own; its documents are shared where `collaboration` says so. */
function server(port: number, collaboration = '') {
  return {
    command: 'jupyter lab --config jupyter_server_config.py',
    env: {
      ...(process.env as Record<string, string>),
      NB_REFACTOR_UI_PORT: String(port),
      NB_REFACTOR_UI_COLLABORATION: collaboration
    },
    url: `${address(port)}/api`,
    reuseExistingServer: false,
    timeout: 120_000
  };
}
