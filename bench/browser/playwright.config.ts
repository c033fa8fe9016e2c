import { defineConfig } from '@playwright/test';

import base from '../../ui-tests/playwright.config';

/** The measurements in a real browser: figures, and no verdict on them. */
export default defineConfig({
  ...base,
  testDir: '.',
  outputDir: '../../ui-tests/test-results/bench',
  timeout: 600_000,
  // One browser, one server: nothing else is to use the machine.
  workers: 1,
  webServer: { ...[base.webServer!].flat()[0], cwd: '../../ui-tests' }
});
