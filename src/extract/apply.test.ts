import { YNotebook } from '@jupyter/ydoc';
import { nullTranslator } from '@jupyterlab/translation';
import { beforeEach, describe, expect, it } from 'vitest';

import type { ApplyRequest, ApplyResponse, ChangeSet } from '../messages';
import { RequestFailed } from '../request';
import { applyChange, undoChange } from './apply';
import type { AppliedChange, Workplace } from './apply';

const OLD = 'print(1)';
const NEW = 'from proj.steps import show\nshow()';
const CHANGES: ChangeSet = {
  kind: 'change_set',
  title: '',
  function: {
    name: 'show',
    parameters: [],
    returns: [],
    is_async: false,
    arguments: [],
    targets: [],
    defaults: {},
    annotations: {}
  },
  files: [{ path: 'proj/steps.py', before: null, after: 'def show(): ...\n' }],
  cells: [{ cell_id: 'a', before: OLD, after: NEW }],
  warnings: [],
  functions: [],
  left: []
};

let notebook: YNotebook;
let disk: Map<string, string>;
let place: Workplace;

/** Writes as the server promises to: all files or none, and only what still equals `before`. */
async function write(body: ApplyRequest): Promise<ApplyResponse> {
  const { files } = body;
  if (files.some(file => (disk.get(file.path) ?? null) !== file.before)) {
    return { kind: 'conflict', message: 'The module changed.' };
  }
  for (const { path, after } of files) {
    if (after === null) {
      disk.delete(path);
    } else {
      disk.set(path, after);
    }
  }
  return { kind: 'applied', files: files.map(file => file.path), refresh: '' };
}

beforeEach(() => {
  notebook = YNotebook.create({ disableDocumentWideUndoRedo: true });
  notebook.addCell({ id: 'a', cell_type: 'code', source: OLD });
  disk = new Map();
  place = {
    client: { apply: write },
    path: 'a.ipynb',
    notebook,
    refresh: async () => '',
    trans: nullTranslator.load('')
  };
});

const source = () => notebook.getCell(0).getSource();
const apply = () => applyChange(place, CHANGES, 'proj.steps');
const allOld = () => {
  expect(source()).toBe(OLD);
  expect(disk.size).toBe(0);
};
const allNew = () => {
  expect(source()).toBe(NEW);
  expect(disk.get('proj/steps.py')).toBe(CHANGES.files[0].after);
};

describe('applyChange', () => {
  it('writes the module and swaps the cell', async () => {
    expect((await apply()).kind).toBe('applied');
    allNew();
  });

  it('changes nothing where the module is not what it was', async () => {
    disk.set('proj/steps.py', 'other');
    expect(await apply()).toEqual({
      kind: 'unchanged',
      message: 'The module changed.'
    });
    expect(source()).toBe(OLD);
    expect(disk.get('proj/steps.py')).toBe('other');
  });

  it('writes nothing where the cell is not what it was', async () => {
    notebook.getCell(0).setSource('edited');
    expect((await apply()).kind).toBe('unchanged');
    expect(disk.size).toBe(0);
  });

  it('takes the module back where the cell is edited meanwhile', async () => {
    place.client = {
      apply: async body => {
        notebook.getCell(0).setSource('edited');
        return await write(body);
      }
    };
    expect((await apply()).kind).toBe('unchanged');
    expect(source()).toBe('edited');
    expect(disk.size).toBe(0);
  });

  it('takes the module back where the answer is lost after the write', async () => {
    let requests = 0;
    place.client = {
      apply: async body => {
        const answer = await write(body);
        requests += 1;
        if (requests === 1) {
          throw new RequestFailed('unreachable', 'No answer.');
        }
        return answer;
      }
    };
    expect(await apply()).toEqual({ kind: 'unchanged', message: 'No answer.' });
    allOld();
  });

  it('says that it does not know where the server is gone', async () => {
    place.client = {
      apply: async () => {
        throw new RequestFailed('unreachable', 'No answer.');
      }
    };
    const result = await apply();
    expect(result.kind).toBe('unchanged');
    expect('message' in result && result.message).toContain('proj/steps.py');
    allOld();
  });
});

describe('undoChange', () => {
  const undo = async (applied: unknown) =>
    (await undoChange(place, applied as AppliedChange)).kind;

  it('takes back both', async () => {
    expect(await undo(await apply())).toBe('undone');
    allOld();
  });

  it('takes back the module alone where the person undid the cell', async () => {
    const applied = await apply();
    notebook.undo();
    expect(await undo(applied)).toBe('undone');
    allOld();
  });

  it('takes back nothing where the cell was edited since', async () => {
    const applied = await apply();
    notebook.getCell(0).setSource('edited');
    expect(await undo(applied)).toBe('unchanged');
    expect(disk.size).toBe(1);
  });

  it('takes back nothing where the module was edited since', async () => {
    const applied = await apply();
    disk.set('proj/steps.py', 'edited');
    expect(await undo(applied)).toBe('unchanged');
    expect(source()).toBe(NEW);
    expect(disk.get('proj/steps.py')).toBe('edited');
  });

  it('leaves both where the cell is edited while the module is written', async () => {
    const applied = await apply();
    place.client = {
      apply: async body => {
        notebook.getCell(0).setSource(`${NEW} # edited`);
        return await write(body);
      }
    };
    expect(await undo(applied)).toBe('unchanged');
    expect(disk.get('proj/steps.py')).toBe(CHANGES.files[0].after);
  });
});
