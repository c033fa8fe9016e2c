import { test as base, expect } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { PORT, addressOf } from './servers';

/** A cell for a test's notebook: its source, and what its last run left behind. */
export interface CellSpec {
  id: string;
  source: string;
  kind?: 'code' | 'markdown';
  executionCount?: number;
  outputs?: object[];
}

/** What a test says to JupyterLab with a notebook open. */
export class Lab {
  constructor(readonly page: Page) {}

  /** Writes the notebook to the server, opens it and waits for its kernel to be idle. */
  async open(
    path: string,
    cells: CellSpec[],
    kernelspec: object = PYTHON
  ): Promise<void> {
    await this.upload(path, notebookJson(cells, kernelspec));
    await this.page.goto(`/lab/tree/${path}?reset`);
    await this.page.waitForSelector('.jp-NotebookPanel .jp-Cell');
    await this.waitIdle();
  }

  /** Writes any file or notebook by the contents API. */
  async upload(path: string, content: object | string): Promise<void> {
    const isNotebook = typeof content === 'object';
    const response = await this.page.request.put(`/api/contents/${path}`, {
      data: {
        type: isNotebook ? 'notebook' : 'file',
        format: isNotebook ? 'json' : 'text',
        content
      }
    });
    expect(response.ok()).toBe(true);
  }

  /** The text of a file on the server, or null where there is none. */
  async download(path: string): Promise<string | null> {
    const response = await this.page.request.get(
      `/api/contents/${path}?content=1&type=file&format=text`
    );
    return response.ok()
      ? ((await response.json()) as { content: string }).content
      : null;
  }

  /** Waits until the kernel of the notebook in front has nothing to do. */
  async waitIdle(): Promise<void> {
    await this.page.waitForFunction(() => {
      const panel = window.jupyterapp.shell.currentWidget;
      return (
        panel?.sessionContext?.isReady &&
        panel.sessionContext.session?.kernel?.status === 'idle'
      );
    });
  }

  /** Runs a command of JupyterLab by its id. */
  async command(
    id: string,
    args: ReadonlyPartialJSONObject = {}
  ): Promise<void> {
    await this.page.evaluate(
      async ({ id, args }) => {
        await window.jupyterapp.commands.execute(id, args);
      },
      { id, args }
    );
  }

  /** Runs all cells and waits for the end. */
  async runAll(): Promise<void> {
    await this.command('notebook:run-all-cells');
    await this.waitIdle();
  }

  /** Makes a cell active by its place in the notebook (from 0), in command mode. */
  async select(index: number): Promise<void> {
    await this.page.evaluate(index => {
      const notebook = window.jupyterapp.shell.currentWidget.content;
      notebook.activeCellIndex = index;
      notebook.deselectAll();
      notebook.mode = 'command';
    }, index);
  }

  /** Runs one cell by its place and waits for the end. */
  async run(index: number): Promise<void> {
    await this.select(index);
    await this.command('notebook:run-cell');
    await this.waitIdle();
  }

  /** Deletes one cell by its place. */
  async remove(index: number): Promise<void> {
    await this.select(index);
    await this.command('notebook:delete-cell');
  }

  /** Gives a cell another source, as typing would. */
  async edit(index: number, source: string): Promise<void> {
    await this.page.evaluate(
      ([index, source]) => {
        const model = window.jupyterapp.shell.currentWidget.content.model;
        model!.cells.get(index).sharedModel.setSource(source);
      },
      [index, source] as const
    );
  }

  /** The sources of all cells from top to bottom. */
  async sources(): Promise<string[]> {
    return await this.page.evaluate(() => {
      const model = window.jupyterapp.shell.currentWidget.content.model;
      return [...model!.cells].map(cell => cell.sharedModel.getSource());
    });
  }

  /** Ends all kernels: those of former tests would slow the next ones down. */
  async shutDown(): Promise<void> {
    const { request } = this.page;
    const answer = await request.get('/api/kernels');
    for (const { id } of (await answer.json()) as { id: string }[]) {
      await request.delete(`/api/kernels/${id}`);
    }
  }

  /** A cell of the notebook in front by its place. */
  cell(index: number): Locator {
    return this.page
      .locator('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook .jp-Cell')
      .nth(index);
  }

  /** Opens the menu of the right mouse button on a cell. */
  async contextMenu(index: number): Promise<Locator> {
    await this.cell(index).locator('.jp-InputArea').click({ button: 'right' });
    const menu = this.page.locator('.lm-Menu');
    await menu.waitFor();
    return menu;
  }

  /** Changes JupyterLab's theme: `JupyterLab Light`, `JupyterLab Dark` … */
  async theme(name: string): Promise<void> {
    await this.command('apputils:change-theme', { theme: name });
    await this.page.waitForFunction(
      name => document.body.dataset.jpThemeName === name,
      name
    );
    // JupyterLab covers the page while it changes.
    await this.page.waitForSelector('#jupyterlab-splash', {
      state: 'detached'
    });
  }
}

const PYTHON = {
  name: 'python3',
  display_name: 'Python 3 (ipykernel)',
  language: 'python'
};

/** The notebook as nbformat JSON. */
export function notebookJson(
  cells: CellSpec[],
  kernelspec: object = PYTHON
): object {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec },
    cells: cells.map(({ id, source, kind, executionCount, outputs }) => ({
      id,
      source,
      metadata: {},
      cell_type: kind ?? 'code',
      ...(kind === 'markdown'
        ? {}
        : { execution_count: executionCount ?? null, outputs: outputs ?? [] })
    }))
  };
}

/** Tests with a `lab` at hand, on the server of their worker. */
export const test = base.extend<{ lab: Lab }>({
  // eslint-disable-next-line no-empty-pattern
  baseURL: async ({}, use, { parallelIndex }) => {
    await use(addressOf(PORT + parallelIndex));
  },
  lab: async ({ page }, use) => {
    const lab = new Lab(page);
    await use(lab);
    await lab.shutDown();
  }
});

export { expect };
