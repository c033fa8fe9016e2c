import type { ISettingRegistry } from '@jupyterlab/settingregistry';

/**
 * Hands on what the person set for a plugin, with the defaults for the rest: now, and at each
 * change. Where there are no settings to be had, nothing is handed on.
 */
export async function followSettings<T extends object>(
  registry: ISettingRegistry | null,
  pluginId: string,
  defaults: T,
  apply: (settings: T) => void
): Promise<void> {
  const settings = await registry?.load(pluginId).catch(() => null);
  if (settings) {
    const read = () =>
      apply({ ...defaults, ...(settings.composite as Partial<T>) });
    settings.changed.connect(read);
    read();
  }
}

/**
 * Reads our settings once more in the language of the screen: JupyterLab's server translates them
 * where it is asked for each, and not in the list that the page begins with.
 */
export async function translateSettings(
  registry: ISettingRegistry,
  languageCode: string
): Promise<void> {
  if (languageCode !== 'en') {
    const ids = Object.keys(registry.plugins);
    const ours = ids.filter(id => id.startsWith('nb-refactor:'));
    await Promise.all(ours.map(id => registry.reload(id).catch(() => null)));
  }
}
