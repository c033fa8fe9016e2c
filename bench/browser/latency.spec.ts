import type { Page } from '@playwright/test';

import { expect, test } from '../../ui-tests/fixtures';
import type { CellSpec } from '../../ui-tests/fixtures';

/**
 * How long it takes from a key to the repainted panel, on a notebook of 500 cells that ran from top
 * to bottom: `playwright test --config bench/browser/playwright.config.ts latency`. Each key makes
 * a cell an edited one or takes that back, so each key changes what the panel says. Beside it, in
 * the same run: what a key costs without the extension's answer (the editor's own repaint).
 */

const CELLS = Number(process.env.CELLS ?? 500);
const KEYS = Number(process.env.KEYS ?? 40);

function notebook(): CellSpec[] {
  const cells: CellSpec[] = [
    { id: 'c0', source: 'base = 2\nrows = [1, 2, 3]', executionCount: 1 }
  ];
  for (let i = 1; i < CELLS; i++) {
    const sources = [
      `def f${i}(x, scale=2):\n    total = 0\n    for y in x:\n        if y > scale:\n            total += y * scale\n    return total`,
      `v${i} = f${i - 1}([1, 2, 3]) + ${i}\nprint(v${i})`,
      `w${i} = v${i - 1} * base if v${i - 1} > 3 else 0\nw${i}`,
      `table${i} = {'k': [x * 2 for x in rows], 'w': w${i - 1}}\nlen(table${i})`
    ];
    cells.push({
      id: `c${i}`,
      source: sources[(i - 1) % 4],
      executionCount: i + 1
    });
  }
  return cells;
}

/** Runs the sources on the notebook's kernel, past the notebook: that takes a while for so many. */
async function runOnKernel(page: Page, cells: CellSpec[]): Promise<void> {
  await page.evaluate(
    async sources => {
      const { sessionContext } = window.jupyterapp.shell.currentWidget;
      const kernel = sessionContext.session!.kernel!;
      await Promise.all(
        sources.map(code => kernel.requestExecute({ code }).done)
      );
    },
    cells.map(cell => cell.source)
  );
}

interface ITimes {
  editor: number[];
  panel: number[];
}

/** Presses keys in a cell and measures, in the page, from the key's event to the paint. */
async function keys(page: Page, index: number): Promise<ITimes> {
  await page.evaluate(index => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    notebook.activeCellIndex = index;
    return notebook.scrollToItem(index);
  }, index);
  await page.waitForTimeout(1000);
  // A cell that comes into view has its editor a little later.
  await page.waitForFunction(
    () => !!window.jupyterapp.shell.currentWidget.content.activeCell!.editor
  );
  await page.evaluate(() => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    notebook.mode = 'edit';
    const editor = notebook.activeCell!.editor!;
    editor.focus();
    const line = editor.lineCount - 1;
    editor.setCursorPosition({ line, column: editor.getLine(line)!.length });
  });
  await page.waitForTimeout(500);
  const times: ITimes = { editor: [], panel: [] };
  for (let i = 0; i < KEYS; i++) {
    // It listens before the key is pressed: a page that is at work begins late.
    const measured = await page.evaluateHandle(() => ({
      times: new Promise<{ editor: number; panel: number }>(resolve => {
        const panel = document.querySelector('#nb-refactor-hidden-state')!;
        let begin = 0;
        let editor = 0;
        const painted = (then: (at: number) => void) =>
          requestAnimationFrame(() => {
            const channel = new MessageChannel();
            channel.port1.onmessage = () => then(performance.now() - begin);
            channel.port2.postMessage(null);
          });
        document.addEventListener(
          'keydown',
          () => {
            begin = performance.now();
            painted(at => (editor = at));
          },
          { capture: true, once: true }
        );
        const observer = new MutationObserver(() => {
          if (begin) {
            observer.disconnect();
            painted(at => resolve({ editor, panel: at }));
          }
        });
        observer.observe(panel, {
          subtree: true,
          childList: true,
          characterData: true,
          attributes: true
        });
      })
    }));
    await page.keyboard.press(i % 2 === 0 ? '7' : 'Backspace');
    const { editor, panel } = await measured.evaluate(({ times }) => times);
    times.editor.push(editor);
    times.panel.push(panel);
    await page.waitForTimeout(120);
  }
  return times;
}

function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((first, second) => first - second);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function line(name: string, values: number[]): string {
  const [p50, p95] = [quantile(values, 0.5), quantile(values, 0.95)];
  return `${name.padEnd(44)} p50 ${p50.toFixed(0)} ms   p95 ${p95.toFixed(0)} ms`;
}

test('from a key to the repainted panel', async ({ lab, page }) => {
  const cells = notebook();
  await lab.open('latency.ipynb', cells);
  await runOnKernel(page, cells);
  await lab.command('nb-refactor:open-hidden-state');
  await expect(page.locator('.nbr-Standing-text')).toContainText('Fresh');
  await page.waitForTimeout(4000);
  const all: ITimes = { editor: [], panel: [] };
  for (const [name, index] of [
    ['first', 1],
    ['middle', Math.floor(CELLS / 2)],
    ['last', CELLS - 1]
  ] as const) {
    const times = await keys(page, index);
    print(
      line(`${CELLS} cells, typing in the ${name} cell: panel`, times.panel)
    );
    print(
      line(
        `${CELLS} cells, typing in the ${name} cell: editor alone`,
        times.editor
      )
    );
    all.editor.push(...times.editor);
    all.panel.push(...times.panel);
  }
  const ratio = quantile(all.panel, 0.5) / quantile(all.editor, 0.5);
  print(line('all keys: panel', all.panel));
  print(line('all keys: editor alone', all.editor));
  print(`panel / editor alone, at the median: ${ratio.toFixed(2)}`);
});
