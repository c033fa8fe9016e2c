import { Lab, expect, test } from './fixtures';
import {
  CELLS,
  applyButton,
  cellDiff,
  cellsOf,
  extract,
  fillDialog,
  functionField,
  moduleField,
  openDialog,
  openIn,
  outputOf,
  previewIsCurrent,
  verdict,
  verifyButton
} from './extraction';

test('a cell becomes a function of the module, runs, and comes back with one undo', async ({
  lab,
  page
}) => {
  await openIn(lab, 'first');
  await lab.runAll();
  await expect(outputOf(lab, 2)).toHaveText('2 left\n');

  await openDialog(lab, 2);
  await expect(functionField(page)).toHaveValue('clean_prices');
  await moduleField(page).fill('shop.steps');
  await previewIsCurrent(page);
  // The kernel may take its time to tell the types.
  await expect(page.locator('.nbr-Extract-head')).toContainText('prices: list');
  await previewIsCurrent(page);
  await expect(page.locator('.nbr-Extract-change')).toHaveCount(2);
  expect(await lab.download('first/src/shop/steps.py')).toBeNull();
  await applyButton(page).click();

  await expect
    .poll(() => lab.sources())
    .toContain(
      'from shop.steps import clean_prices\n\nclean = clean_prices(prices)\nprint(len(clean), "left")'
    );
  await expect(outputOf(lab, 2)).toHaveText('2 left\n');
  const module = await lab.download('first/src/shop/steps.py');
  expect(module).toContain('def clean_prices(prices: list):');

  await page.keyboard.press('Control+z');
  await expect
    .poll(() => lab.sources())
    .toEqual(CELLS.map(cell => cell.source));
  await expect(outputOf(lab, 2)).toHaveText('2 left\n');
});

test('the menu shows the keys that do the same', async ({ lab }) => {
  await openIn(lab, 'keys');
  const menu = await lab.contextMenu(2);
  const item = menu.locator('[data-command="nb-refactor:extract"]');
  await expect(item.locator('.lm-Menu-itemShortcut')).toHaveText('Alt+Shift+E');
});

test('the dialog leaves the keys in the field that somebody has gone to', async ({
  lab,
  page
}) => {
  // The dialog sets the focus when the browser is idle.
  await page.addInitScript(() => {
    // JupyterLab asks how much time there is, and draws no further cell where it is not told.
    const deadline = { didTimeout: false, timeRemaining: () => 50 };
    window.requestIdleCallback = callback =>
      window.setTimeout(() => callback(deadline), 2000) as unknown as number;
  });
  await openIn(lab, 'focus');
  const menu = await lab.contextMenu(2);
  await menu.locator('[data-command="nb-refactor:extract"]').click();
  await moduleField(page).click();
  await page.waitForTimeout(3000);
  await expect(moduleField(page)).toBeFocused();
  await page.keyboard.press('Escape');
  await openDialog(lab, 2);
  await expect(functionField(page)).toBeFocused();
});

test('an undo gives the old cell back, whatever was typed into the new one', async ({
  lab,
  page
}) => {
  await openIn(lab, 'typed');
  await lab.runAll();
  await extract(lab, 2);
  await expect(page.locator('.nbr-ExtractDialog')).toHaveCount(0);
  await expect(outputOf(lab, 2)).toHaveText('2 left\n');
  await lab.cell(2).locator('.cm-line').last().click();
  await page.keyboard.press('End');
  await page.keyboard.type(' # and');
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');
  expect((await lab.sources())[2]).toContain('import clean_prices');
  await page.keyboard.type('#');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+z');
  await expect.poll(() => lab.sources()).toEqual(CELLS.map(c => c.source));
  await expect(outputOf(lab, 2)).toHaveText('2 left\n');
});

test('an undo while the new cell runs gives the old outputs back, and what it still prints is not among them', async ({
  lab,
  page
}) => {
  const slow = 'import time\n\ntime.sleep(4)\nslept = 4\nprint(slept)';
  await openIn(lab, 'slow', [
    { id: 'a', source: slow },
    { id: 'b', source: 'print(slept)' }
  ]);
  await lab.runAll();
  await extract(lab, 0, 'doze');
  await expect(lab.cell(0).locator('.jp-InputPrompt')).toHaveText('[*]:');
  await page.keyboard.press('Control+z');
  await expect.poll(async () => (await lab.sources())[0]).toBe(slow);
  await lab.waitIdle();
  await expect(outputOf(lab, 0)).toHaveText('4\n');
  await expect(lab.cell(0).locator('.jp-InputPrompt')).toHaveText('[1]:');
});

test('a second extraction extends the module that the kernel has loaded', async ({
  lab,
  page
}) => {
  await openIn(lab, 'second');
  await lab.run(0);
  for (const [index, name] of [
    [2, 'clean_prices'],
    [3, 'add_up']
  ] as const) {
    await extract(lab, index, name);
    await expect(outputOf(lab, index)).toBeVisible();
  }
  await expect(outputOf(lab, 3)).toHaveText('total 7\n');
  const module = await lab.download('second/src/shop/steps.py');
  expect(module).toContain('def clean_prices(');
  expect(module).toContain('def add_up(');
});

test('the Undo button takes back both the cell and the module', async ({
  lab,
  page
}) => {
  await openIn(lab, 'undo');
  await lab.runAll();
  await extract(lab, 2);
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect
    .poll(() => lab.sources())
    .toEqual(CELLS.map(cell => cell.source));
  expect(await lab.download('undo/src/shop/steps.py')).toBeNull();
});

test('the Undo button does nothing where the module was edited since', async ({
  lab,
  page
}) => {
  await openIn(lab, 'touched');
  await lab.runAll();
  await extract(lab, 2);
  await expect(page.locator('.nbr-ExtractDialog')).toHaveCount(0);
  await lab.upload('touched/src/shop/steps.py', 'mine = 1\n');
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(page.getByText('Nothing was undone')).toBeVisible();
  expect(await lab.download('touched/src/shop/steps.py')).toBe('mine = 1\n');
  expect((await lab.sources())[2]).toContain('clean_prices(prices)');
});

test('nothing changes where the module is edited while the dialog is open', async ({
  lab,
  page
}) => {
  await openIn(lab, 'conflict');
  await lab.upload('conflict/src/shop/steps.py', 'a = 1\n');
  await fillDialog(lab, 2);
  await lab.upload('conflict/src/shop/steps.py', 'b = 2\n');
  await applyButton(page).click();
  await expect(page.locator('.nbr-Extract-notice.nbr-mod-error')).toBeVisible();
  expect(await lab.download('conflict/src/shop/steps.py')).toBe('b = 2\n');
  expect(await lab.sources()).toEqual(CELLS.map(cell => cell.source));
  await previewIsCurrent(page);
  await expect(applyButton(page)).toBeEnabled();
});

test('a refusal is a sentence with its place, and nothing can be applied', async ({
  lab,
  page
}) => {
  await openIn(lab, 'refused');
  await openDialog(lab, 4);
  const refusals = page.locator('.nbr-Extract-refusals li');
  await expect(refusals.first()).toBeVisible();
  await expect(applyButton(page)).toBeDisabled();
  // A unit test of what cannot be extracted means nothing.
  await expect(page.getByLabel('Write a unit test')).toHaveCount(0);
  await page.keyboard.press('Enter');
  await expect(page.locator('.nbr-ExtractDialog')).toBeVisible();
  await page.getByRole('button', { name: 'Go to line 2' }).click();
  await expect(page.locator('.nbr-ExtractDialog')).toHaveCount(0);
  await expect(lab.cell(4)).toHaveClass(/jp-mod-active/);
  await expect
    .poll(() => page.evaluate(() => getSelection()?.toString()))
    .toBe('exec("mean = 2")');
});

test('names that are no names cannot be applied', async ({ lab, page }) => {
  await openIn(lab, 'names');
  await openDialog(lab, 2);
  for (const name of ['', '1a', 'class', 'a b']) {
    await functionField(page).fill(name);
    await expect(applyButton(page)).toBeDisabled();
    await expect(page.locator('#nbr-extract-function-problem')).not.toBeEmpty();
  }
});

test('the cell is not run where one more run would give something else', async ({
  lab,
  page
}) => {
  await openIn(lab, 'once', [
    { id: 'prices', source: 'prices = [3, 4, None]' },
    {
      id: 'clean',
      source: 'prices = prices[:-1]\nprint(len(prices), "left")'
    },
    { id: 'total', source: 'print(sum(prices))' }
  ]);
  await lab.runAll();
  await extract(lab, 1);
  await expect(
    page.getByText('The cell was not run: with prices as the kernel has it now')
  ).toBeVisible();
  await expect(outputOf(lab, 1)).toHaveCount(0);
  await lab.run(2);
  await expect(outputOf(lab, 2)).toHaveText('7\n');
});

test('the cell is not run where the kernel lacks what it reads', async ({
  lab,
  page
}) => {
  await openIn(lab, 'lacking');
  await extract(lab, 2);
  await expect(page.getByText('The cell was not run')).toBeVisible();
  await expect(outputOf(lab, 2)).toHaveCount(0);
});

test('parameters get other names and another order', async ({ lab, page }) => {
  await openIn(lab, 'signature', [
    { id: 'a', source: 'prices = [3, 4]\nrate = 2' },
    { id: 'b', source: 'gross = [p * rate for p in prices]\nprint(gross)' }
  ]);
  await openDialog(lab, 1);
  await expect(page.locator('.nbr-Extract-head')).toContainText(
    '(prices, rate=2)'
  );
  await page.getByLabel('Parameter for prices').fill('net');
  await page.getByLabel('Move net to the right').click();
  await previewIsCurrent(page);
  await expect(page.locator('.nbr-Extract-head')).toContainText('(rate, net)');
  await expect(cellDiff(page)).toContainText('(rate, prices)');
  await page.getByLabel('Parameter for prices').fill('a b');
  await expect(applyButton(page)).toBeDisabled();
  await page.getByLabel('Parameter for prices').fill('p');
  await expect(page.locator('.nbr-Extract-refusals li')).toHaveCount(1);
  await page.getByLabel('Parameter for prices').fill('net');
  await previewIsCurrent(page);
  await applyButton(page).click();
  await expect(page.locator('.nbr-ExtractDialog')).toHaveCount(0);
  const module = await lab.download('signature/src/shop/analysis.py');
  expect(module).toContain('p * rate for p in net');
});

test('what is returned gets other names and another order, and the notebook keeps its own', async ({
  lab,
  page
}) => {
  await openIn(lab, 'returned', [
    { id: 'a', source: 'prices = [3, 4]' },
    { id: 'b', source: 'total = sum(prices)\ntop = max(prices)' },
    { id: 'c', source: 'print(total, top)' }
  ]);
  await lab.runAll();
  await fillDialog(lab, 1, 'measure');
  const total = page.getByLabel('Returned name for total');
  await expect(page.getByRole('list', { name: 'Returns' })).toBeVisible();
  await total.fill('class');
  await expect(total).toHaveAttribute('aria-invalid', 'true');
  await expect(total).toHaveAccessibleDescription('This is no name.');
  await expect(applyButton(page)).toBeDisabled();
  await total.fill('list');
  await expect(total).toHaveAccessibleDescription(
    'This is a name of Python’s own.'
  );
  await total.fill('prices');
  await expect(total).toHaveAccessibleDescription(
    'Two variables cannot have one name.'
  );
  await expect(applyButton(page)).toBeDisabled();
  await total.fill('amount');
  // On with the keyboard alone: the button keeps the focus where its way ends.
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  const right = page.getByLabel('Move amount to the right');
  await expect(right).toBeFocused();
  await page.keyboard.press('Space');
  await expect(right).toBeFocused();
  await expect(right).toHaveAttribute('aria-disabled', 'true');
  await page.keyboard.press('Space');
  await previewIsCurrent(page);
  await expect(cellDiff(page)).toContainText('top, total = measure(prices)');
  await applyButton(page).click();

  await expect
    .poll(async () => (await lab.sources())[1])
    .toBe('from shop.steps import measure\n\ntop, total = measure(prices)');
  expect(await lab.download('returned/src/shop/steps.py')).toContain(
    '    amount = sum(prices)\n    top = max(prices)\n    return top, amount\n'
  );
  await lab.run(2);
  await expect(outputOf(lab, 2)).toHaveText('7 4\n');
});

test('both versions are run before anything is written, and it says whether they are the same', async ({
  lab,
  page
}) => {
  await openIn(lab, 'verify', [
    { id: 'prices', source: 'prices = [3, 4]' },
    { id: 'total', source: 'total = sum(prices)' },
    { id: 'show', source: 'print(total)' }
  ]);
  // What the module does to the session nobody can see in the cell.
  const trap = 'import builtins\n\nbuiltins.sum = lambda values: 0\n';
  await fillDialog(lab, 1);
  await verifyButton(page).click();
  await expect(verdict(page)).toHaveText('✓ Same in all 3 cells.');
  expect(await lab.download('verify/src/shop/steps.py')).toBeNull();
  await lab.upload('verify/src/shop/steps.py', trap);
  await functionField(page).fill('add_up');
  await expect(verdict(page)).toHaveCount(0);
  await previewIsCurrent(page);
  await verifyButton(page).click();
  await expect(verdict(page)).toContainText('Cell 3 (show) differs');
  await applyButton(page).click();
  await expect(page.locator('.nbr-ExtractDialog')).toHaveCount(0);

  await page.getByRole('button', { name: 'Verify', exact: true }).click();
  await expect(page.getByText('Cell 3 (show) differs')).toBeVisible();
  await page.getByRole('button', { name: 'Take the extraction back' }).click();
  await expect
    .poll(async () => (await lab.sources())[1])
    .toBe('total = sum(prices)');
  expect(await lab.download('verify/src/shop/steps.py')).toBe(trap);
});

test('selected statements alone are extracted', async ({ lab, page }) => {
  await openIn(lab, 'statements', [
    { id: 'a', source: 'a = 1' },
    { id: 'b', source: 'b = a + 1\nc = b * 2\nd = c + b\nprint(d)' }
  ]);
  await lab.runAll();
  await lab.select(1);
  await lab.cell(1).locator('.cm-line').nth(1).click();
  await page.keyboard.press('Home');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+End');
  await page.keyboard.press('Alt+Shift+E');
  await previewIsCurrent(page);
  await moduleField(page).fill('shop.steps');
  await functionField(page).fill('double');
  await previewIsCurrent(page);
  await applyButton(page).click();
  await expect
    .poll(async () => (await lab.sources())[1])
    .toBe(
      'from shop.steps import double\n\nb = a + 1\nd = double(b)\nprint(d)'
    );
  await expect(outputOf(lab, 1)).toHaveText('6\n');
});

test('everything under a heading becomes one function', async ({
  lab,
  page
}) => {
  await openIn(lab, 'section', [
    { id: 'a', source: 'a = 1' },
    { id: 'h', kind: 'markdown', source: '# Sums' },
    { id: 'b', source: 'b = a + 1' },
    { id: 'hh', kind: 'markdown', source: '## More' },
    { id: 'c', source: 'c = a + b' },
    { id: 'n', kind: 'markdown', source: '# Next' },
    { id: 'd', source: 'print(c)' }
  ]);
  await lab.runAll();
  await lab.cell(1).click({ button: 'right' });
  await page
    .locator('.lm-Menu [data-command="nb-refactor:extract-section"]')
    .click();
  await previewIsCurrent(page);
  await expect(functionField(page)).toHaveValue('sums');
  await moduleField(page).fill('shop.steps');
  await previewIsCurrent(page);
  await applyButton(page).click();
  await expect
    .poll(() => lab.sources())
    .toEqual([
      'a = 1',
      '# Sums',
      'from shop.steps import sums\n\nc = sums(a)',
      '## More',
      '# Next',
      'print(c)'
    ]);
  await lab.run(5);
  await expect(outputOf(lab, 5)).toHaveText('3\n');
});

test('every cell that is worth it becomes a function in one step, which one undo takes back', async ({
  lab,
  page
}) => {
  const before = [
    'rows = ["1", "2", ""]\nseen = []',
    '# Clean rows\nkept = [row for row in rows if row]\nnumbers = [int(row) for row in kept]\nhalf = sum(numbers) / 2',
    'exec("a = 1")\nfor n in numbers:\n    seen.append(n)',
    '# Count\ntop = max(numbers)\nlow = min(numbers)\nspread = top - low',
    'print(half, spread)'
  ];
  await openIn(lab, 'all', cellsOf(before));
  await lab.runAll();
  await lab.command('nb-refactor:open-candidates');
  await page.getByRole('button', { name: 'Extract all…' }).click();
  await previewIsCurrent(page);
  const dialog = page.locator('.nbr-ExtractDialog');
  await expect(moduleField(page)).toBeFocused();
  await expect(functionField(page)).toHaveCount(0);
  await expect(dialog).toContainText(
    '2 cells become functions: clean_rows, count.'
  );
  await expect(dialog.locator('.nbr-Extract-left')).toContainText(
    'Code cell 3 exec()'
  );
  await expect(dialog).toContainText('Notebook cell 4');
  await moduleField(page).fill('shop.steps');
  await previewIsCurrent(page);
  await applyButton(page).click();
  await expect(dialog).toHaveCount(0);
  await expect
    .poll(() => lab.sources())
    .toEqual([
      before[0],
      'from shop.steps import clean_rows\n\nnumbers, half = clean_rows(rows)',
      before[2],
      'from shop.steps import count\n\nspread = count(numbers)',
      before[4]
    ]);
  await expect(page.locator('.Toastify')).toContainText(
    'Now in shop.steps: 2 functions. The new cells have not run yet.'
  );
  await lab.runAll();
  await expect(outputOf(lab, 4)).toHaveText('1.5 1\n');
  await page.locator('.Toastify').getByText('Undo').click();
  await expect.poll(() => lab.sources()).toEqual(before);
  const answer = await page.request.get('/api/contents/all/src/shop/steps.py');
  expect(answer.status()).toBe(404);
});

test('a cell that is left as it is can be gone to', async ({ lab, page }) => {
  await openIn(lab, 'left', [
    { id: 'a', source: 'for n in range(3):\n    exec("b = n")' },
    { id: 'b', source: 'for n in range(3):\n    last = n' },
    { id: 'c', source: 'print(last)' }
  ]);
  // It ends with the dialog.
  void lab.command('nb-refactor:extract-all').catch(() => undefined);
  await previewIsCurrent(page);
  await page
    .locator('.nbr-Extract-left')
    .getByRole('button', { name: 'Code cell 1' })
    .click();
  await expect(page.locator('.nbr-ExtractDialog')).toHaveCount(0);
  await expect(lab.cell(0)).toHaveClass(/jp-mod-active/);
});

test('the functions of all cells get their unit tests, and one undo takes those back too', async ({
  lab,
  page
}) => {
  const before = [
    'rows = ["1", "2", ""]',
    '# Clean rows\nkept = [row for row in rows if row]\nnumbers = [int(row) for row in kept]\nnumbers.sort()',
    '# Count\ntop = max(numbers)\nlow = min(numbers)\nspread = top - low',
    'print(spread)'
  ];
  await openIn(lab, 'all-tested', cellsOf(before));
  // It ends with the dialog.
  void lab.command('nb-refactor:extract-all').catch(() => undefined);
  await previewIsCurrent(page);
  const dialog = page.locator('.nbr-ExtractDialog');
  await moduleField(page).fill('shop.steps');
  const wish = page.getByLabel('Write unit tests');
  await wish.check();
  const file = dialog.locator('.nbr-Extract-change', {
    hasText: 'tests/test_steps.py'
  });
  await expect(file).toContainText('assert numbers == [1, 2]', {
    timeout: 60_000
  });
  await expect(file).toContainText('assert spread == 1');
  await applyButton(page).click();
  await expect(dialog).toHaveCount(0);
  const written = await lab.download('all-tested/tests/test_steps.py');
  expect(written).toContain('def test_clean_rows()');
  expect(written).toContain('def test_count()');
  await page.locator('.Toastify').getByText('Undo').click();
  await expect.poll(() => lab.sources()).toEqual(before);
  expect(await lab.download('all-tested/tests/test_steps.py')).toBeNull();
  expect(await lab.download('all-tested/src/shop/steps.py')).toBeNull();

  // The choice is remembered.
  void lab.command('nb-refactor:extract-all').catch(() => undefined);
  await expect(wish).toBeChecked();
  await wish.uncheck();
});

test('what was written without an answer is taken back', async ({
  lab,
  page
}) => {
  await openIn(lab, 'lost');
  await fillDialog(lab, 2);
  let requests = 0;
  await page.route('**/nb-refactor/apply*', async route => {
    requests += 1;
    if (requests === 1) {
      // The server does what it is asked, but nobody hears of it.
      await route.fetch();
      await route.abort();
    } else if (requests < 4) {
      await route.abort();
    } else {
      await route.continue();
    }
  });
  await applyButton(page).click();
  await expect(page.locator('.nbr-Extract-notice.nbr-mod-error')).toHaveText(
    'The Jupyter server does not answer.'
  );
  expect(requests).toBe(4);
  expect(await lab.download('lost/src/shop/steps.py')).toBeNull();
  expect(await lab.sources()).toEqual(CELLS.map(cell => cell.source));
  await previewIsCurrent(page);
  await applyButton(page).click();
  await expect(page.locator('.nbr-ExtractDialog')).toHaveCount(0);
  expect(await lab.download('lost/src/shop/steps.py')).toContain('def ');
});

test('of two windows that extract the same cell one is told that it was done', async ({
  lab,
  page,
  context
}) => {
  await openIn(lab, 'windows');
  const second = await context.newPage();
  await second.goto('/lab/tree/windows/analysis.ipynb?clone');
  await second.waitForSelector('.jp-NotebookPanel .jp-Cell');
  const other = new Lab(second);
  await other.waitIdle();
  await fillDialog(lab, 2);
  await fillDialog(other, 2);
  await Promise.all([applyButton(page).click(), applyButton(second).click()]);
  const dialogs = async () =>
    (await page.locator('.nbr-ExtractDialog').count()) +
    (await second.locator('.nbr-ExtractDialog').count());
  await expect.poll(dialogs).toBe(1);
  const [left, told] =
    (await page.locator('.nbr-ExtractDialog').count()) > 0
      ? [lab, page]
      : [other, second];
  await expect(told.locator('.nbr-Extract-notice.nbr-mod-error')).toBeVisible();
  expect(await left.sources()).toEqual(CELLS.map(cell => cell.source));
  const done = left === lab ? other : lab;
  expect(await done.sources()).toHaveLength(CELLS.length);
  const module = (await lab.download('windows/src/shop/steps.py')) ?? '';
  expect(module.split('def clean_prices(')).toHaveLength(2);
  await second.close();
});

test('a unit test is shown, written, and taken back with the rest', async ({
  lab,
  page
}) => {
  await openIn(lab, 'tested');
  await lab.runAll();
  await fillDialog(lab, 2);
  const wish = page.getByLabel('Write a unit test');
  await expect(wish).not.toBeChecked();
  await wish.check();
  await expect(
    page.getByText('Running the notebook up to this cell')
  ).toBeVisible();
  // Nobody has to wait for it.
  await expect(applyButton(page)).toBeEnabled();
  const file = page.locator('.nbr-Extract-change', {
    hasText: 'tests/test_steps.py'
  });
  await expect(file).toContainText('assert clean == [3, 4]', {
    timeout: 60_000
  });
  await expect(page.getByText('tried, and it passes')).toBeVisible();
  // Another name, another test: the old one is gone at once.
  await functionField(page).fill('kept');
  await expect(file).toHaveCount(0);
  await expect(file).toContainText('def test_kept()', { timeout: 60_000 });
  expect(await lab.download('tested/tests/test_steps.py')).toBeNull();
  await applyButton(page).click();
  await expect(page.locator('.nbr-ExtractDialog')).toHaveCount(0);
  expect(await lab.download('tested/tests/test_steps.py')).toContain(
    'clean = kept(prices)'
  );
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect
    .poll(() => lab.sources())
    .toEqual(CELLS.map(cell => cell.source));
  expect(await lab.download('tested/tests/test_steps.py')).toBeNull();
  expect(await lab.download('tested/src/shop/steps.py')).toBeNull();

  // The choice is remembered; where there can be no test, it says why.
  await openDialog(lab, 3);
  await expect(wish).toBeChecked();
  await wish.uncheck();
});
