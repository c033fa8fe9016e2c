import type { TranslationBundle } from '@jupyterlab/translation';

import type { Dependencies, FileRead, FileWritten, Package } from '../messages';

/** One thing that a run depended on, or left; `note` says what is to be known of it. */
export interface Item {
  text: string;
  note: string;
  /** Whether another machine would not have it as it is. */
  warns: boolean;
  cellId: string;
}

/** The things of one kind. */
export interface Group {
  title: string;
  items: Item[];
}

/** What a run depended on by kinds, those that warn first; kinds of which there is nothing left out. */
export function groupsOf(
  dependencies: Dependencies,
  trans: TranslationBundle
): Group[] {
  const { files_read, files_written, packages } = dependencies;
  const declares = dependencies.project_files.length > 0;
  const groups: Group[] = [
    {
      title: trans.__('Files it reads'),
      items: files_read
        .filter(file => !file.is_code || file.standing !== 'tracked')
        .map(file => fileRead(file, trans))
    },
    {
      title: trans.__('Files it writes'),
      items: files_written.map(file => fileWritten(file, trans))
    },
    {
      title: trans.__('Packages'),
      items: packages
        .filter(each => each.is_direct)
        .map(each => packageItem(each, declares, trans))
    },
    {
      title: trans.__('Network addresses'),
      items: dependencies.addresses.map(({ host, port, cell_id }) => ({
        text: port ? `${host}:${port}` : host,
        note: '',
        warns: true,
        cellId: cell_id
      }))
    },
    {
      title: trans.__('Programs'),
      items: dependencies.subprocesses.map(({ command, cell_id }) => ({
        text: command,
        note: '',
        warns: false,
        cellId: cell_id
      }))
    },
    {
      title: trans.__('Environment variables'),
      items: dependencies.variables.map(({ name, is_set, cell_id }) => ({
        text: name,
        note: is_set ? '' : trans.__('not set'),
        warns: !is_set,
        cellId: cell_id
      }))
    }
  ];
  return groups
    .filter(group => group.items.length > 0)
    .map(({ title, items }) => ({
      title,
      items: [...items].sort((a, b) => Number(b.warns) - Number(a.warns))
    }));
}

function fileRead(file: FileRead, trans: TranslationBundle): Item {
  const notes: Record<FileRead['standing'], string> = {
    tracked: '',
    unversioned: '',
    changed: trans.__('changed since the last commit'),
    untracked: trans.__('not under version control'),
    ignored: trans.__('left out of version control'),
    outside: trans.__('outside the repository')
  };
  const note = file.found ? notes[file.standing] : trans.__('not there');
  return {
    text: file.path,
    note,
    warns: note !== '',
    cellId: file.cell_id
  };
}

function fileWritten(file: FileWritten, trans: TranslationBundle): Item {
  const notes: Record<FileWritten['change'], string> = {
    created: trans.__('new'),
    overwritten: trans.__('overwritten'),
    deleted: trans.__('deleted')
  };
  return {
    text: file.path,
    note: notes[file.change],
    warns: file.change !== 'created',
    cellId: file.cell_id
  };
}

function packageItem(
  { name, version, declared, is_satisfied, cell_id }: Package,
  declares: boolean,
  trans: TranslationBundle
): Item {
  const note =
    declared === null
      ? declares
        ? trans.__('not declared by the project')
        : ''
      : is_satisfied
        ? ''
        : trans.__('the project declares %1', declared);
  return {
    text: `${name} ${version}`.trim(),
    note,
    warns: note !== '',
    cellId: cell_id
  };
}
