import { expect, test } from './fixtures';

const SETTING = '/lab/api/settings/@jupyterlab/translation-extension:plugin';

test('speaks Russian where JupyterLab does, with its plural forms', async ({
  lab,
  page
}) => {
  const choose = async (locale: string) =>
    await page.request.put(SETTING, {
      data: { raw: JSON.stringify({ locale }) }
    });
  await choose('ru_RU');
  try {
    await lab.open('ru.ipynb', [
      { id: 'a', source: 'scale = 2' },
      { id: 'b', source: 'total = 3 * scale' },
      { id: 'c', source: 'print(scale)' }
    ]);
    await lab.command('nb-refactor:open-hidden-state');
    await lab.runAll();
    await expect(page.locator('.nbr-Standing-text')).toContainText('свеж');
    await lab.remove(0);
    await lab.runAll();
    await expect(page.locator('.nbr-Standing-text')).toHaveText(
      '2 ячейки зависят от скрытого состояния.'
    );
    await expect(page.locator('.nbr-Finding').first()).toContainText(
      'scale: значение от кода, которого в блокноте больше нет'
    );
    await expect(page.locator('.nbr-Tab').first()).toContainText('Состояние');
    const menu = await lab.contextMenu(0);
    await expect(
      menu.locator('[data-command="nb-refactor:reproduce"]')
    ).toContainText('Запустить сверху вниз и сравнить');
    await page.keyboard.press('Escape');

    await lab.command('settingeditor:open', { query: 'Скрытое состояние' });
    const settings = page.locator('#setting-editor, .jp-SettingsPanel').first();
    await expect(settings).toContainText(
      'Отмечать сбоку ячейки, которые не воспроизведёт новый запуск.'
    );
  } finally {
    await choose('default');
  }
});
