import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';

import type {
  ExtractAllRequest,
  ExtractedFunction,
  ExtractRequest,
  ExtractResponse,
  Notebook,
  TargetsResponse
} from '../messages';
import { ExtractModel } from './model';
import type { ExtractModelOptions } from './model';

const TARGETS: TargetsResponse = {
  root: '/repo',
  package: 'proj',
  exists: true,
  modules: ['proj.steps'],
  suggested_module: 'proj.steps',
  probe: '',
  install: '',
  types: ''
};

const IMPORTABLE = {
  importable: true,
  package: 'proj',
  obstacle: '',
  detail: ''
} as const;

const NOTEBOOK: Notebook = {
  cells: [
    { cell_id: 'first', kind: 'code', source: 'a = 1' },
    { cell_id: 'text', kind: 'markdown', source: '# B' },
    { cell_id: 'second', kind: 'code', source: 'b = 1' }
  ]
};

/** What the server would answer where all cells are meant. */
const EVERY_CELL: ExtractResponse = {
  kind: 'change_set',
  title: '',
  function: functionOf('clean'),
  files: [],
  cells: [],
  warnings: [],
  functions: [functionOf('clean'), functionOf('fit')],
  left: [],
  outdated: [],
  tests: []
};

function functionOf(name: string): ExtractedFunction {
  return {
    name,
    parameters: ['rows'],
    returns: ['total', 'top'],
    is_async: false,
    arguments: ['rows'],
    targets: ['total', 'top'],
    defaults: {},
    annotations: {}
  };
}

/** What the server would answer: it proposes the name `load`, and refuses `refused`. */
function answer(body: ExtractRequest): ExtractResponse {
  if (body.function === 'refused') {
    return {
      kind: 'refused',
      refusals: [{ code: 'x', message: 'Because.', at: null }],
      proposed_name: ''
    };
  }
  return {
    kind: 'change_set',
    title: '',
    function: functionOf(body.choices?.proposed ? 'load' : body.function),
    files: [],
    cells: [],
    warnings: [],
    functions: [],
    left: [],
    outdated: [],
    tests: []
  };
}

function model(changes: Partial<ExtractModelOptions> = {}) {
  const asked: ExtractRequest[] = [];
  const made = new ExtractModel({
    client: {
      extract: async body => {
        asked.push(body);
        return answer(body);
      },
      extractAll: async () => EVERY_CELL
    },
    isEveryCell: false,
    destinations: { known: () => null, ask: async () => TARGETS },
    path: 'a.ipynb',
    cellIds: ['c'],
    lines: null,
    types: async () => ({}),
    verify: () => ({
      onProgress: () => undefined,
      cancel: () => undefined,
      result: new Promise(() => undefined)
    }),
    notebook: () => ({ cells: [] }),
    probe: async () => IMPORTABLE,
    trans: nullTranslator.load(''),
    delay: 1,
    ...changes
  });
  return { made, asked };
}

/** The state once a preview of what is shown is there. */
async function settled(made: ExtractModel): Promise<void> {
  while (!made.state.current) {
    await new Promise(resolve => made.changed.connect(resolve));
  }
}

/** A server that tells where code can go when the test says so. */
function waiting() {
  let begun: (answer: (targets: TargetsResponse) => void) => void;
  const asked = new Promise<(targets: TargetsResponse) => void>(resolve => {
    begun = resolve;
  });
  return {
    ask: () => new Promise<TargetsResponse>(resolve => begun(resolve)),
    answerTargets: async (targets: TargetsResponse) => (await asked)(targets)
  };
}

/** A kernel that tells types when the test says so. */
function slowKernel() {
  let tell: (types: Record<string, string>) => void = () => undefined;
  const told = new Promise<Record<string, string>>(resolve => (tell = resolve));
  return { types: () => told, tell: (types = ROWS) => tell(types) };
}

const ROWS = { rows: 'list[int]' };

/** The types that each preview was asked with. */
const typesIn = (asked: ExtractRequest[]) =>
  asked.map(body => body.choices?.types);

describe('ExtractModel', () => {
  it('shows a preview under the proposed names', async () => {
    const { made, asked } = model();
    await made.start();
    expect(asked[0]).toMatchObject({
      module: 'proj.steps',
      choices: { proposed: true }
    });
    expect(made.applicable?.function.name).toBe('load');
    expect(made.state.importable).toEqual({ kind: 'yes' });
  });

  it('waits for no answer about the module where one is known', async () => {
    const { ask, answerTargets } = waiting();
    const { made, asked } = model({
      destinations: { known: () => TARGETS, ask }
    });
    const started = made.start();
    await settled(made);
    expect(asked.map(body => body.module)).toEqual(['proj.steps']);
    await answerTargets({ ...TARGETS, suggested_module: 'proj.other' });
    await started;
    expect(asked.map(body => body.module)).toEqual([
      'proj.steps',
      'proj.other'
    ]);
    expect(made.state.module).toBe('proj.other');
  });

  it('keeps the module that was typed while the answer was on its way', async () => {
    const { ask, answerTargets } = waiting();
    const { made } = model({ destinations: { known: () => TARGETS, ask } });
    const started = made.start();
    await settled(made);
    made.setModule('proj.mine');
    await answerTargets({ ...TARGETS, suggested_module: 'proj.other' });
    await started;
    expect(made.state.module).toBe('proj.mine');
  });

  it('asks nothing more where what was known still holds', async () => {
    const { made, asked } = model({
      destinations: { known: () => TARGETS, ask: async () => ({ ...TARGETS }) }
    });
    await made.start();
    expect(asked).toHaveLength(1);
  });

  it('shows a preview that can be applied before the kernel tells types, then one with them', async () => {
    const { types, tell } = slowKernel();
    const { made, asked } = model({ types });
    const started = made.start();
    await settled(made);
    expect(made.applicable).not.toBeNull();
    tell();
    expect(made.applicable).not.toBeNull();
    await started;
    expect(typesIn(asked)).toEqual([{}, ROWS]);
    expect(made.state.types).toEqual(ROWS);
    expect(made.applicable).not.toBeNull();
  });

  it('asks nothing more where the kernel knows no type of the variables', async () => {
    const { made, asked } = model({ types: async () => ({ other: 'int' }) });
    await made.start();
    expect(asked).toHaveLength(1);
  });

  it('fills types into the preview of a name that was typed before they came', async () => {
    const { types, tell } = slowKernel();
    const { made, asked } = model({ types });
    const started = made.start();
    await settled(made);
    made.setName('clean');
    tell();
    await started;
    await settled(made);
    expect(typesIn(asked)).toEqual([{}, ROWS]);
    expect(asked[1].function).toBe('clean');
  });

  it('leaves what is being applied as it is when types come', async () => {
    const { types, tell } = slowKernel();
    const { made, asked } = model({ types });
    const started = made.start();
    await settled(made);
    const shown = made.applicable;
    let applied = null;
    await made.apply(async changes => {
      tell();
      await started;
      applied = changes;
      return '';
    });
    expect(applied).toBe(shown);
    expect(made.state.preview).toBe(shown);
    expect(asked).toHaveLength(1);
  });

  it('keeps the preview where the server cannot make one with the types', async () => {
    const { made } = model({
      types: async () => ROWS,
      client: {
        extract: async body => {
          if (body.choices?.types?.rows) {
            throw new Error('No server.');
          }
          return answer(body);
        },
        extractAll: async () => EVERY_CELL
      }
    });
    await made.start();
    expect(made.applicable).not.toBeNull();
  });

  it('leaves what is being verified as it is when types come', async () => {
    const { types, tell } = slowKernel();
    const { made, asked } = model({ types });
    const started = made.start();
    await settled(made);
    void made.verify();
    tell();
    await started;
    expect(made.state.verify.kind).toBe('running');
    expect(asked).toHaveLength(1);
  });

  it('cannot apply a preview of other names than those shown', async () => {
    const { made } = model();
    await made.start();
    made.setName('clean');
    expect(made.applicable).toBeNull();
    await settled(made);
    expect(made.applicable?.function.name).toBe('clean');
  });

  it('asks once for names that are typed in one go', async () => {
    const { made, asked } = model();
    await made.start();
    ['c', 'cl', 'cle'].forEach(name => made.setName(name));
    await settled(made);
    expect(asked.map(body => body.function)).toEqual(['', 'cle']);
  });

  it('drops an answer that comes after the names have changed', async () => {
    const waiting: (() => void)[] = [];
    const { made } = model({
      client: {
        extract: body =>
          new Promise(resolve => waiting.push(() => resolve(answer(body)))),
        extractAll: async () => EVERY_CELL
      }
    });
    void made.start();
    await new Promise(resolve => setTimeout(resolve));
    made.setName('clean');
    waiting[0]();
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(made.state.current).toBe(false);
    waiting[1]();
    await settled(made);
    expect(made.applicable?.function.name).toBe('clean');
  });

  it.each(['', '1a', 'class', 'a b'])(
    'asks nothing about the name %j',
    async name => {
      const { made, asked } = model();
      await made.start();
      made.setName(name);
      await new Promise(resolve => setTimeout(resolve, 20));
      expect(made.state.nameProblem).not.toBe('');
      expect(made.applicable).toBeNull();
      expect(asked).toHaveLength(1);
    }
  );

  it('shows the name that the server proposes, until another is typed', async () => {
    const { made, asked } = model({
      client: {
        extract: async body => {
          asked.push(body);
          const free = answer(body);
          const isTaken =
            body.module === 'proj.steps' && body.choices?.proposed;
          return isTaken ? { ...free, function: functionOf('load_2') } : free;
        },
        extractAll: async () => EVERY_CELL
      }
    });
    await made.start();
    expect(made.state.name).toBe('load_2');
    made.setModule('proj.other');
    await settled(made);
    expect(made.state.name).toBe('load');
    made.setModule('proj.steps');
    await settled(made);
    expect(made.state.name).toBe('load_2');
    made.setName('load');
    await settled(made);
    expect(made.state.name).toBe('load');
    expect(asked.map(body => body.choices?.proposed)).toEqual([
      true,
      true,
      true,
      false
    ]);
  });

  it('keeps what the kernel said of the package, where it is busy when asked again', async () => {
    const answers = [{ ...IMPORTABLE, importable: false }, null];
    const { made } = model({
      destinations: {
        known: () => TARGETS,
        ask: async () => ({ ...TARGETS, modules: ['proj.other'] })
      },
      probe: async () => answers.shift() ?? null
    });
    await made.start();
    expect(answers).toEqual([]);
    expect(made.state.importable.kind).toBe('no');
  });

  it('shows the name that was proposed where it is refused', async () => {
    const { made } = model({
      client: {
        extract: async () => ({
          kind: 'refused',
          refusals: [],
          proposed_name: 'load'
        }),
        extractAll: async () => EVERY_CELL
      }
    });
    await made.start();
    expect(made.state).toMatchObject({ name: 'load', nameProblem: '' });
  });

  it('cannot apply what is refused', async () => {
    const { made } = model();
    await made.start();
    made.setName('refused');
    await settled(made);
    expect(made.state.preview?.kind).toBe('refused');
    expect(made.applicable).toBeNull();
  });

  it('says why the server gave no answer', async () => {
    const { made } = model({
      destinations: {
        known: () => null,
        ask: () => Promise.reject(new Error('No server.'))
      },
      client: {
        extract: () => Promise.reject(new Error('No server.')),
        extractAll: async () => EVERY_CELL
      }
    });
    await made.start();
    expect(made.state.preview).toEqual({
      kind: 'failed',
      message: 'No server.'
    });
  });

  it('shows why an Apply changed nothing, and a new preview', async () => {
    const { made, asked } = model();
    await made.start();
    expect(await made.apply(async () => 'The file changed.')).toBe(false);
    expect(made.state.failure).toBe('The file changed.');
    expect(asked).toHaveLength(2);
    expect(await made.apply(async () => '')).toBe(true);
  });

  it('applies once, however often the button is pressed', async () => {
    const { made } = model();
    await made.start();
    let acts = 0;
    const act = async () => {
      acts += 1;
      return '';
    };
    await Promise.all([made.apply(act), made.apply(act)]);
    expect(acts).toBe(1);
  });

  it('asks for the chosen names and order of what is returned', async () => {
    const { made, asked } = model();
    await made.start();
    made.rename('total', 'amount');
    made.moveReturn('top', -1);
    expect(made.state.function?.targets).toEqual(['top', 'total']);
    await settled(made);
    expect(asked[asked.length - 1].choices).toMatchObject({
      names: { total: 'amount' },
      returns: ['top', 'total']
    });
  });

  it.each(['class', 'list', 'rows'])(
    'asks nothing about a return called %j, and says so at once',
    async name => {
      const { made, asked } = model();
      await made.start();
      made.rename('total', name);
      expect(made.state.variableProblems.total).toBeTruthy();
      await new Promise(resolve => setTimeout(resolve, 20));
      expect(made.applicable).toBeNull();
      expect(asked).toHaveLength(1);
      made.rename('total', 'total');
      expect(made.state.variableProblems).toEqual({});
      await settled(made);
      expect(made.applicable).not.toBeNull();
    }
  );

  it('asks for every cell under the module alone, and has no function to be named', async () => {
    const asked: ExtractAllRequest[] = [];
    const { made } = model({
      isEveryCell: true,
      client: {
        extract: () => Promise.reject(new Error('not this one')),
        extractAll: async body => {
          asked.push(body);
          return EVERY_CELL;
        }
      },
      notebook: () => NOTEBOOK
    });
    await made.start();
    expect(made.state.preview).toBe(EVERY_CELL);
    expect(made.applicable).toBe(EVERY_CELL);
    expect(made.state.function).toBeNull();
    expect(made.state.nameProblem).toBe('');
    expect(asked).toEqual([
      { path: 'a.ipynb', notebook: NOTEBOOK, module: 'proj.steps' }
    ]);
    expect(made.numberOf('second')).toBe(2);
  });
});
