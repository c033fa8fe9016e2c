import { YNotebook } from '@jupyter/ydoc';
import { nullTranslator } from '@jupyterlab/translation';
import { beforeEach, describe, expect, it } from 'vitest';

import type { ApplyRequest, ApplyResponse, ChangeSet } from '../messages';
import { RequestFailed } from '../request';
import { applyChange, undoChange } from './apply';
import type { AppliedChange, Workplace } from './apply';
import { LostWrites } from './lost_writes';
import type { Shelf } from './lost_writes';

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
  left: [],
  outdated: [],
  tests: []
};

let notebook: YNotebook;
let disk: Map<string, string>;
let place: Workplace;
/** What answers the requests. */
let server: (body: ApplyRequest) => Promise<ApplyResponse>;
let shelf: Map<string, string>;

function storage(items: Map<string, string>): Shelf {
  return {
    getItem: key => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: key => void items.delete(key),
    key: index => [...items.keys()][index] ?? null,
    get length() {
      return items.size;
    }
  };
}

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
  server = write;
  shelf = new Map();
  place = {
    client: { apply: body => server(body) },
    lost: new LostWrites(body => server(body), storage(shelf)),
    wait: async () => undefined,
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
    server = async body => {
      notebook.getCell(0).setSource('edited');
      return await write(body);
    };
    expect((await apply()).kind).toBe('unchanged');
    expect(source()).toBe('edited');
    expect(disk.size).toBe(0);
  });

  it('takes the module back where the answer is lost after the write', async () => {
    let requests = 0;
    server = async body => {
      const answer = await write(body);
      requests += 1;
      if (requests === 1) {
        throw new RequestFailed('unreachable', 'No answer.');
      }
      return answer;
    };
    expect(await apply()).toEqual({ kind: 'unchanged', message: 'No answer.' });
    allOld();
  });

  it('says that it does not know where the server is gone, and puts it back later', async () => {
    let isGone = false;
    server = async body => {
      if (!isGone) {
        await write(body);
        isGone = true;
      }
      throw new RequestFailed('unreachable', 'No answer.');
    };
    let waits = 0;
    place.wait = async () => {
      waits += 1;
      if (waits === 10) {
        server = write;
      }
    };
    const result = await apply();
    expect(result.kind).toBe('unchanged');
    expect('message' in result && result.message).toContain('proj/steps.py');
    expect(disk.size).toBe(1);
    while (disk.size) {
      await new Promise(resolve => setTimeout(resolve));
    }
    allOld();
    expect(shelf.size).toBe(0);
  });

  it('writes nothing while it is not known what an earlier write did', async () => {
    server = async () => {
      throw new RequestFailed('unreachable', 'No answer.');
    };
    place.wait = () => new Promise(resolve => setTimeout(resolve));
    await apply();
    expect(await apply()).toEqual({
      kind: 'unchanged',
      message: 'The Jupyter server does not answer.'
    });
    server = write;
    expect((await apply()).kind).toBe('applied');
    allNew();
    await new Promise(resolve => setTimeout(resolve, 20));
    allNew();
  });

  it('puts it back after a reload of the page', async () => {
    let now = 0;
    const lost = new LostWrites(
      body => server(body),
      storage(shelf),
      () => now
    );
    place.lost = lost;
    server = async body => {
      await write(body);
      return await new Promise(() => undefined);
    };
    void apply();
    await new Promise(resolve => setTimeout(resolve));
    expect(disk.size).toBe(1);
    server = write;
    const next = new LostWrites(
      body => server(body),
      storage(shelf),
      () => now
    );
    next.recall();
    await next.settle();
    expect(disk.size).toBe(1); // It may be the write of a page that still waits.
    now = 120_000;
    next.recall();
    await next.settle();
    allOld();
    expect(shelf.size).toBe(0);
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
    server = async body => {
      notebook.getCell(0).setSource(`${NEW} # edited`);
      return await write(body);
    };
    expect(await undo(applied)).toBe('unchanged');
    expect(disk.get('proj/steps.py')).toBe(CHANGES.files[0].after);
  });
});

/** What can happen to a request. */
const FAULTS = {
  'is dropped before it arrives': async () => {
    throw new RequestFailed('unreachable', 'No answer.');
  },
  'loses its answer': async (body: ApplyRequest) => {
    await write(body);
    throw new RequestFailed('unreachable', 'No answer.');
  },
  'fails in the server': async () => {
    throw new RequestFailed('failed', 'The disk is full.');
  },
  'fails in the server after it was carried out': async (
    body: ApplyRequest
  ) => {
    await write(body);
    throw new RequestFailed('failed', 'The disk is full.');
  },
  'is refused': async () => {
    throw new RequestFailed('rejected', 'Log in again.', 403);
  },
  'is refused for ever': async () => {
    throw new RequestFailed('rejected', 'There is no such folder.', 400);
  },
  'loses its answer, and then one is to log in again': async (
    body: ApplyRequest
  ) => {
    if (body.files[0].before === null || disk.size === 0) {
      await write(body);
      throw new RequestFailed('unreachable', 'No answer.');
    }
    throw new RequestFailed('rejected', 'Log in again.', 403);
  },
  'finds a conflict': async () =>
    ({ kind: 'conflict', message: 'The module changed.' }) as ApplyResponse
};

/** What a person, or someone else in the same document, does meanwhile. */
const MEANWHILE = {
  nothing: () => undefined,
  'the cell is edited': () => notebook.getCell(0).setSource('edited'),
  'the cell is deleted': () => notebook.deleteCell(0)
};

/** How many requests go on to fail after the first. */
const LENGTHS = [1, 2, 3, 20];

describe.each(Object.keys(MEANWHILE))('while %s', event => {
  const happens = MEANWHILE[event as keyof typeof MEANWHILE];

  /** Answers with the fault from one request on, so many times; something happens meanwhile. */
  function faulty(fault: string, at: number, times: number) {
    let number = 0;
    server = async body => {
      number += 1;
      if (number === at) {
        happens();
      }
      return number >= at && number < at + times
        ? await FAULTS[fault as keyof typeof FAULTS](body)
        : await write(body);
    };
  }

  /** The server is back, and all that was to be put back later is. */
  async function settled() {
    server = write;
    while (!(await place.lost.settle())) {
      // One that had begun before was still on its way.
    }
    expect(shelf.size).toBe(0);
  }

  const points = Object.keys(FAULTS).flatMap(fault =>
    LENGTHS.flatMap(times => [1, 2].map(at => [fault, at, times] as const))
  );

  it.each(points)(
    'an apply is all or nothing where a request %s (request %d, %d times)',
    async (fault, at, times) => {
      faulty(fault, at, times);
      place.wait = () => new Promise(resolve => setTimeout(resolve));
      const answer = await apply();
      await settled();
      if (answer.kind === 'applied') {
        allNew();
      } else {
        expect(disk.size).toBe(0);
        expect(notebook.cells.some(cell => cell.getSource() === NEW)).toBe(
          false
        );
      }
    }
  );

  it.each(points)(
    'an undo is all or nothing where a request %s (request %d, %d times)',
    async (fault, at, times) => {
      const applied = (await apply()) as AppliedChange;
      faulty(fault, at, times);
      place.wait = () => new Promise(resolve => setTimeout(resolve));
      const answer = await undoChange(place, applied);
      await settled();
      if (answer.kind === 'undone') {
        allOld();
      } else {
        // The cell may call the function still: then the function is there.
        expect(disk.get('proj/steps.py')).toBe(CHANGES.files[0].after);
        expect(notebook.cells.some(cell => cell.getSource() === OLD)).toBe(
          false
        );
      }
    }
  );
});
