import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';

import type { Dependencies, FileRead } from '../messages';
import { groupsOf } from './dependencies';

const trans = nullTranslator.load('');
const NOTHING: Dependencies = {
  files_read: [],
  files_written: [],
  packages: [],
  subprocesses: [],
  addresses: [],
  variables: [],
  environment: null,
  project_files: [],
  is_complete: true
};
const file = (path: string, changes: Partial<FileRead> = {}): FileRead => ({
  path,
  cell_id: 'a',
  standing: 'tracked',
  found: true,
  is_code: false,
  bytes: 1,
  modified: null,
  ...changes
});
const pandas = {
  name: 'pandas',
  version: '2.2',
  modules: ['pandas'],
  cell_id: 'a',
  is_direct: true,
  declared: null,
  is_satisfied: true
};
const told = (changes: Partial<Dependencies>) =>
  groupsOf({ ...NOTHING, ...changes }, trans).flatMap(group =>
    group.items.map(item => [item.text, item.note, item.warns])
  );

describe('groupsOf', () => {
  it('leaves out kinds of which there is nothing', () => {
    expect(groupsOf(NOTHING, trans)).toEqual([]);
  });

  it('puts first what another machine would not have', () => {
    const files_read = [
      file('data.csv'),
      file('/home/a.csv', { standing: 'outside' }),
      file('gone.csv', { found: false })
    ];
    expect(told({ files_read })).toEqual([
      ['/home/a.csv', 'outside the repository', true],
      ['gone.csv', 'not there', true],
      ['data.csv', '', false]
    ]);
  });

  it('tells code only where it is not as committed', () => {
    const files_read = [
      file('pkg/a.py', { is_code: true }),
      file('pkg/b.py', { is_code: true, standing: 'changed' })
    ];
    expect(told({ files_read })).toEqual([
      ['pkg/b.py', 'changed since the last commit', true]
    ]);
  });

  it('a package is only missing where the project declares others', () => {
    expect(told({ packages: [pandas] })).toEqual([['pandas 2.2', '', false]]);
    const project_files = ['pyproject.toml'];
    expect(told({ packages: [pandas], project_files })).toEqual([
      ['pandas 2.2', 'not declared by the project', true]
    ]);
    const declared = { ...pandas, declared: '==1.5', is_satisfied: false };
    expect(told({ packages: [declared], project_files })).toEqual([
      ['pandas 2.2', 'the project declares ==1.5', true]
    ]);
  });
});
