import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';

import { readProbe, whyNotImportable, whyNotInstalled } from './importable';
import type { ImportProbe } from './importable';

const trans = nullTranslator.load('');

const probe = (
  obstacle: ImportProbe['obstacle'],
  detail = ''
): ImportProbe => ({
  importable: obstacle === '',
  package: 'steps',
  obstacle,
  detail
});

describe('whyNotImportable', () => {
  it.each([
    ['', '', ''],
    ['folder_unseen', '/repo', 'The kernel does not see the folder /repo.'],
    [
      'another_package',
      '/lib/steps',
      'In this kernel, steps is the one in /lib/steps.'
    ],
    ['no_files', '', 'In this kernel, steps is not a package of files.'],
    ['off_path', '/repo/src', '/repo/src is not on the kernel’s path.'],
    ['no_installer', '', 'There is neither pip nor uv to install it with.'],
    ['not_installed', 'no network', 'pip could not install it: no network']
  ] as const)('%s %s', (obstacle, detail, sentence) => {
    expect(whyNotImportable(probe(obstacle, detail), trans)).toBe(sentence);
  });
});

describe('whyNotInstalled', () => {
  it('tells what else stands in the way of what was installed', () => {
    expect(whyNotInstalled(probe('off_path', '/repo'), trans)).toBe(
      'It was installed. /repo is not on the kernel’s path.'
    );
  });

  it('says of what was not installed why', () => {
    expect(whyNotInstalled(probe('not_installed', 'no network'), trans)).toBe(
      'pip could not install it: no network'
    );
  });
});

describe('readProbe', () => {
  it('reads what the kernel answers', () => {
    const told = probe('off_path', 'C:\\a "b"');
    expect(readProbe(JSON.stringify(told))).toEqual(told);
  });

  it.each(['', 'text', 'None', '[]', '{}', 'null'])(
    'takes %j for no answer',
    text => {
      expect(readProbe(text)).toBeNull();
    }
  );
});
