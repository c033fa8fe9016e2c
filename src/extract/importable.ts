import type { TranslationBundle } from '@jupyterlab/translation';

/** What keeps a kernel from importing a package, as the probe names it. */
export type ImportObstacle =
  | 'folder_unseen'
  | 'another_package'
  | 'no_files'
  | 'off_path'
  | 'no_installer'
  | 'not_installed';

/** Whether the notebook's kernel can import a package. */
export interface ImportProbe {
  importable: boolean;
  package: string;
  /** '' where nothing stands in the way. */
  obstacle: ImportObstacle | '';
  /** The place that the obstacle is at, or an installer's own words. */
  detail: string;
}

/** Why the package cannot be imported, in a sentence; '' where it can. */
export function whyNotImportable(
  { package: name, obstacle, detail }: ImportProbe,
  trans: TranslationBundle
): string {
  switch (obstacle) {
    case '':
      return '';
    case 'folder_unseen':
      return trans.__('The kernel does not see the folder %1.', detail);
    case 'another_package':
      return trans.__('In this kernel, %1 is the one in %2.', name, detail);
    case 'no_files':
      return trans.__('In this kernel, %1 is not a package of files.', name);
    case 'off_path':
      return trans.__('%1 is not on the kernel’s path.', detail);
    case 'no_installer':
      return trans.__('There is neither pip nor uv to install it with.');
    case 'not_installed':
      return trans.__('pip could not install it: %1', detail);
  }
}

/** Why the package cannot be imported although it was installed. */
export function whyNotInstalled(
  probe: ImportProbe,
  trans: TranslationBundle
): string {
  const why = whyNotImportable(probe, trans);
  const isInstalled =
    probe.obstacle !== 'no_installer' && probe.obstacle !== 'not_installed';
  return isInstalled ? trans.__('It was installed. %1', why) : why;
}

/** The probe's answer out of its JSON text; null where it is none. */
export function readProbe(text: string): ImportProbe | null {
  try {
    const probe = JSON.parse(text) as ImportProbe | null;
    return typeof probe?.importable === 'boolean' ? probe : null;
  } catch {
    return null;
  }
}
