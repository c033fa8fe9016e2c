import type { CDPSession, Page } from '@playwright/test';

import { test } from '../../ui-tests/fixtures';
import type { CellSpec, Lab } from '../../ui-tests/fixtures';

/**
 * How long a person waits for an extraction on a notebook of 200 cells: from the right click to the
 * menu, from the choice in it to the preview, from Apply to the swapped cell:
 * `playwright test --config bench/browser/playwright.config.ts extraction`. Times are taken in the
 * page, from the mouse's event to the frame after the change. The preview is asked for when the menu
 * opens, and the choice comes as fast as the menu is there: no person is as quick. Beside them, in the same run: how long
 * a request that does nothing takes, and a silent run of nothing in the kernel. What a busy machine
 * does not change: the processor time of the page's main thread, and how many requests it sends to us,
 * both from the click to half a second after what was waited for.
 */

const CELLS = Number(process.env.CELLS ?? 200);
const ROUNDS = Number(process.env.ROUNDS ?? 12);

function notebook(): CellSpec[] {
  const cells: CellSpec[] = [
    { id: 'c0', source: 'import math\nrows = list(range(100))' }
  ];
  for (let n = 1; n < CELLS; n += 1) {
    cells.push(
      n % 10 === 0
        ? { id: `c${n}`, kind: 'markdown', source: `## Part ${n}` }
        : { id: `c${n}`, source: step(n) }
    );
  }
  return cells;
}

function step(n: number): string {
  const hasMean = n > 1 && (n - 1) % 10 !== 0;
  return [
    `# Step ${n}`,
    `picked_${n} = [row * ${n} for row in rows if row % ${n} == 0]`,
    `total_${n} = sum(picked_${n})`,
    `mean_${n} = total_${n} / max(1, len(picked_${n}))`,
    `if mean_${n} > 10:`,
    `    label_${n} = "high"`,
    'else:',
    `    label_${n} = "low"`,
    hasMean
      ? `print(label_${n}, mean_${n} - mean_${n - 1})`
      : `print(label_${n})`
  ].join('\n');
}

type What = 'menu' | 'preview' | 'apply' | 'request' | 'kernel';
type Cost = 'previewCpu' | 'applyCpu' | 'previewRequests' | 'applyRequests';
type Times = Record<What | Cost, number>;

/** Runs in the page: takes the times of what the mouse begins. */
function watch(): void {
  const until = async (test: () => boolean) =>
    await new Promise<number>(resolve => {
      const look = () => {
        if (test()) {
          requestAnimationFrame(() => resolve(performance.now()));
        }
        return test();
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
  const taken: Partial<Record<What, Promise<number>>> = {};
  const take = (what: What, event: Event, test: () => boolean) => {
    taken[what] = until(test).then(now => now - event.timeStamp);
  };
  const has = (selector: string) => document.querySelector(selector) !== null;
  const source = () =>
    window.jupyterapp.shell.currentWidget.content.activeCell?.model.sharedModel.getSource();
  const within = (event: Event, selector: string) =>
    event.target instanceof Element && event.target.closest(selector) !== null;
  document.addEventListener(
    'contextmenu',
    event => take('menu', event, () => has('.lm-Menu')),
    true
  );
  document.addEventListener(
    'pointerup',
    event => {
      if (within(event, '[data-command="nb-refactor:extract"]')) {
        take('preview', event, () =>
          has('.nbr-Extract-preview[aria-busy="false"] .nbr-Diff')
        );
      }
    },
    true
  );
  document.addEventListener(
    'click',
    event => {
      if (within(event, '.nbr-ExtractDialog .jp-mod-accept')) {
        const before = source();
        take(
          'apply',
          event,
          () => !has('.nbr-ExtractDialog') && source() !== before
        );
      }
    },
    true
  );
  Object.assign(window, { taken });
}

async function taken(page: Page, what: What): Promise<number> {
  return await page.evaluate(
    async what =>
      await (window as unknown as { taken: Record<string, Promise<number>> })
        .taken[what],
    what
  );
}

/** What the way to the server, and to the kernel, takes by itself. */
async function ways(page: Page): Promise<{ request: number; kernel: number }> {
  return await page.evaluate(async () => {
    const timed = async (act: () => Promise<unknown>) => {
      const begin = performance.now();
      await act();
      return performance.now() - begin;
    };
    const kernel =
      window.jupyterapp.shell.currentWidget.sessionContext.session!.kernel!;
    return {
      request: await timed(() => fetch('/nb-refactor/version')),
      kernel: await timed(
        () => kernel.requestExecute({ code: '', silent: true }).done
      )
    };
  });
}

/** What the page has done so far: ms of its main thread on a processor, and requests to us. */
class Meter {
  constructor(
    page: Page,
    private readonly _session: CDPSession
  ) {
    page.on('request', request => {
      this._requests += Number(request.url().includes('/nb-refactor/'));
    });
  }

  static async of(page: Page): Promise<Meter> {
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    return new Meter(page, session);
  }

  async read(): Promise<{ cpu: number; requests: number }> {
    const { metrics } = await this._session.send('Performance.getMetrics');
    const task = metrics.find(({ name }) => name === 'TaskDuration');
    return { cpu: 1000 * (task?.value ?? 0), requests: this._requests };
  }

  private _requests = 0;
}

async function round(lab: Lab, n: number, meter: Meter): Promise<Times> {
  const { page } = lab;
  await lab.select(n);
  await lab.cell(n).scrollIntoViewIfNeeded();
  await lab.waitIdle();
  await page.waitForTimeout(400);
  const alone = await ways(page);
  const shown = await lab.contextMenu(n);
  const menu = await taken(page, 'menu');
  const start = await meter.read();
  await shown.locator('[data-command="nb-refactor:extract"]').click();
  const preview = await taken(page, 'preview');
  await page.waitForTimeout(500);
  const middle = await meter.read();
  await page.locator('.nbr-ExtractDialog .jp-mod-accept').click();
  const apply = await taken(page, 'apply');
  await page.waitForTimeout(500);
  const end = await meter.read();
  await lab.waitIdle();
  return {
    menu,
    preview,
    apply,
    ...alone,
    previewCpu: middle.cpu - start.cpu,
    applyCpu: end.cpu - middle.cpu,
    previewRequests: middle.requests - start.requests,
    applyRequests: end.requests - middle.requests
  };
}

function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((first, second) => first - second);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

function line(name: string, values: number[], aim = '', unit = ' ms'): string {
  const [best, p50, p95] = [0, 0.5, 0.95].map(
    share => quantile(values, share).toFixed(0) + unit
  );
  return `${name.padEnd(36)} best ${best}   p50 ${p50}   p95 ${p95} ${aim}`;
}

test('from the right click to the preview, and from Apply to the cell', async ({
  lab,
  page
}) => {
  for (const folder of ['speed', 'speed/src', 'speed/src/shop']) {
    await page.request.put(`/api/contents/${folder}`, {
      data: { type: 'directory' }
    });
  }
  await lab.upload(
    'speed/pyproject.toml',
    '[project]\nname = "shop"\nversion = "1"\n'
  );
  await lab.upload('speed/src/shop/__init__.py', '');
  await lab.open('speed/a.ipynb', notebook());
  await lab.runAll();
  await page.waitForTimeout(3000);
  await page.evaluate(watch);
  const meter = await Meter.of(page);
  const all: Times[] = [];
  for (let n = 11; all.length <= ROUNDS && n < CELLS; n += 1) {
    if (n % 10 !== 0 && n % 10 !== 9) {
      all.push(await round(lab, n, meter));
    }
  }
  // The first one loads what is loaded once.
  const times = all.slice(1);
  const of = (what: What | Cost) => times.map(each => each[what]);
  const lines = [
    `${CELLS} cells, ${times.length} extractions`,
    line('a request that does nothing', of('request')),
    line('a silent run of nothing', of('kernel')),
    line('right click to menu', of('menu')),
    line('choice to preview', of('preview')),
    line(
      'right click to preview',
      times.map(each => each.menu + each.preview),
      '(aim: 200)'
    ),
    line('Apply to swapped cell', of('apply'), '(aim: 300)'),
    line('processor time to preview', of('previewCpu')),
    line('processor time of Apply', of('applyCpu')),
    line('requests to preview', of('previewRequests'), '', ''),
    line('requests of Apply', of('applyRequests'), '', ''),
    line('the first one: to preview', [all[0].menu + all[0].preview])
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
});
