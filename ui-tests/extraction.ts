/** What a person does with the dialog of an extraction. */

import type { Page } from '@playwright/test';

import { expect } from './fixtures';
import type { CellSpec, Lab } from './fixtures';

/** A notebook: three cells that can be extracted, and one that cannot. */
export const CELLS: CellSpec[] = [
  { id: 'prices', source: 'prices = [3, 4, None]' },
  { id: 'heading', kind: 'markdown', source: '## Clean prices' },
  {
    id: 'clean',
    source: 'clean = [p for p in prices if p]\nprint(len(clean), "left")'
  },
  {
    id: 'total',
    source: '# Add up\ntotal = sum(clean)\nprint("total", total)'
  },
  { id: 'dynamic', source: 'mean = 1\nexec("mean = 2")' }
];

/** Code cells of these sources, `c0` and so on. */
export function cellsOf(sources: string[]): CellSpec[] {
  return sources.map((source, at) => ({ id: `c${at}`, source }));
}

/** A repository with a package, and a notebook in it. */
export async function openIn(
  lab: Lab,
  root: string,
  cells = CELLS
): Promise<void> {
  for (const folder of [root, `${root}/src`, `${root}/src/shop`]) {
    await lab.page.request.put(`/api/contents/${folder}`, {
      data: { type: 'directory' }
    });
  }
  await lab.upload(
    `${root}/pyproject.toml`,
    '[project]\nname = "shop"\nversion = "1"\n'
  );
  await lab.upload(`${root}/src/shop/__init__.py`, '');
  await lab.open(`${root}/analysis.ipynb`, cells);
}

/** Opens the dialog from the cell's menu and waits for the preview. */
export async function openDialog(lab: Lab, index: number): Promise<void> {
  const menu = await lab.contextMenu(index);
  await menu.locator('[data-command="nb-refactor:extract"]').click();
  await previewIsCurrent(lab.page);
}

/** Opens the dialog and names the module, and the function where it is to have another name. */
export async function fillDialog(
  lab: Lab,
  index: number,
  name?: string
): Promise<void> {
  await openDialog(lab, index);
  await moduleField(lab.page).fill('shop.steps');
  if (name) {
    await functionField(lab.page).fill(name);
  }
  await previewIsCurrent(lab.page);
}

/** Goes all the way, to the Apply button. */
export async function extract(
  lab: Lab,
  index: number,
  name?: string
): Promise<void> {
  await fillDialog(lab, index, name);
  await applyButton(lab.page).click();
}

/** Waits until the preview is that of what the fields say. */
export async function previewIsCurrent(page: Page): Promise<void> {
  await expect(page.locator('.nbr-Extract-preview')).toHaveAttribute(
    'aria-busy',
    'false'
  );
}

export const applyButton = (page: Page) =>
  page.locator('.nbr-ExtractDialog .jp-mod-accept');
export const verifyButton = (page: Page) => page.locator('.nbr-Extract-verify');
export const verdict = (page: Page) => page.locator('.nbr-Extract-verdict');
export const cellDiff = (page: Page) => page.locator('.nbr-Diff').first();
export const functionField = (page: Page) =>
  page.getByLabel('Function', { exact: true });
export const moduleField = (page: Page) =>
  page.getByLabel('Module', { exact: true });
export const outputOf = (lab: Lab, index: number) =>
  lab.cell(index).locator('.jp-OutputArea-output');
