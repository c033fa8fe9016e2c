import { Signal } from '@lumino/signaling';
import { describe, expect, it } from 'vitest';

import type { ChangeSet, UnitTests } from '../messages';
import type { Ended, FreshRun } from './fresh_run';
import type { ExtractModel, ExtractState } from './model';
import { UnitTestModel } from './unit_test';

const CHANGES: ChangeSet = {
  kind: 'change_set',
  title: '',
  function: {
    name: 'f',
    parameters: [],
    returns: [],
    is_async: false,
    arguments: [],
    targets: [],
    defaults: {},
    annotations: {}
  },
  files: [{ path: 'm.py', before: null, after: 'm' }],
  cells: [],
  warnings: ['before'],
  functions: [],
  left: [],
  outdated: [],
  tests: []
};
const TEST_FILE = { path: 'tests/test_m.py', before: null, after: 't' };
const MADE: UnitTests = {
  files: [...CHANGES.files, TEST_FILE],
  tests: [{ function: 'f', name: 'test_f', path: TEST_FILE.path, why: '' }],
  notes: ['a note']
};

/** A preview that tests set, and runs that they end. */
class Stage {
  readonly changed = new Signal<this, ExtractState>(this);
  state = { preview: null, current: false, applying: false } as ExtractState & {
    preview: ChangeSet | null;
  };
  readonly runs: {
    changes: ChangeSet;
    cancelled: boolean;
    run: FreshRun<UnitTests>;
    end(ended: Ended<UnitTests>): void;
  }[] = [];
  readonly remembered: boolean[] = [];
  readonly model = this.make(false);

  make(isWanted: boolean): UnitTestModel {
    return new UnitTestModel({
      preview: this as unknown as ExtractModel,
      isWanted,
      remember: wanted => this.remembered.push(wanted),
      run: changes => this.begin(changes),
      delay: 1
    });
  }

  show(preview: ChangeSet | null, current = true): void {
    this.state = { ...this.state, preview, current };
    this.changed.emit(this.state);
  }

  begin(changes: ChangeSet): FreshRun<UnitTests> {
    let end: (ended: Ended<UnitTests>) => void = () => undefined;
    const result = new Promise<Ended<UnitTests>>(resolve => (end = resolve));
    const begun = {
      changes,
      cancelled: false,
      end,
      run: {
        result,
        onProgress: () => undefined,
        cancel: () => {
          begun.cancelled = true;
        }
      } as FreshRun<UnitTests>
    };
    this.runs.push(begun);
    return begun.run;
  }

  /** Once as many runs have begun. */
  async begun(count: number): Promise<void> {
    for (let time = 0; this.runs.length < count && time < 500; time += 1) {
      await new Promise(resolve => setTimeout(resolve, 2));
    }
    expect(this.runs).toHaveLength(count);
  }
}

describe('UnitTestModel', () => {
  it('runs nothing unless it is asked to, and remembers that', async () => {
    const stage = new Stage();
    stage.show(CHANGES);
    expect(stage.model.state.kind).toBe('none');
    expect(stage.model.completed(CHANGES)).toBe(CHANGES);
    stage.model.setWanted(true);
    expect(stage.model.state.kind).toBe('running');
    await stage.begun(1);
    expect(stage.remembered).toEqual([true]);
  });

  it('completes the change set that was tested, and no other', async () => {
    const stage = new Stage();
    stage.model.setWanted(true);
    stage.show(CHANGES);
    await stage.begun(1);
    stage.runs[0].run.onProgress(1, 3);
    expect(stage.model.state).toEqual({ kind: 'running', done: 1, total: 3 });
    expect(stage.model.completed(CHANGES)).toBe(CHANGES);
    stage.runs[0].end({ kind: 'answered', answer: MADE });
    await stage.runs[0].run.result;
    await Promise.resolve();
    expect(stage.model.completed(CHANGES)).toMatchObject({
      files: MADE.files,
      tests: MADE.tests,
      warnings: ['before', 'a note']
    });
    const other = { ...CHANGES };
    expect(stage.model.completed(other)).toBe(other);
    stage.show(other);
    expect(stage.model.completed(CHANGES)).toBe(CHANGES);
    await stage.begun(2);
    expect(stage.runs[1].changes).toBe(other);
  });

  it('ends the run of a preview that is not shown any more', async () => {
    const stage = new Stage();
    stage.model.setWanted(true);
    stage.show(CHANGES);
    await stage.begun(1);
    stage.show(CHANGES, false);
    expect(stage.runs[0].cancelled).toBe(true);
    expect(stage.model.state.kind).toBe('none');
    stage.runs[0].end({ kind: 'answered', answer: MADE });
    await stage.runs[0].run.result;
    expect(stage.model.completed(CHANGES)).toBe(CHANGES);
  });

  it('ends the run when no test is wanted any more, and with the dialog', async () => {
    const stage = new Stage();
    stage.model.setWanted(true);
    stage.show(CHANGES);
    await stage.begun(1);
    stage.model.setWanted(false);
    expect(stage.runs[0].cancelled).toBe(true);
    stage.model.setWanted(true);
    await stage.begun(2);
    stage.model.dispose();
    expect(stage.runs[1].cancelled).toBe(true);
  });

  it('tells why there is none as a warning, and what failed as it is', async () => {
    const stage = new Stage();
    stage.model.setWanted(true);
    stage.show(CHANGES);
    await stage.begun(1);
    const tests = [{ function: 'f', name: '', path: '', why: 'No test.' }];
    const answer = { files: CHANGES.files, tests, notes: [] };
    stage.runs[0].end({ kind: 'answered', answer });
    await stage.runs[0].run.result;
    await Promise.resolve();
    expect(stage.model.completed(CHANGES).warnings).toEqual([
      'before',
      'No test.'
    ]);
    stage.show({ ...CHANGES });
    await stage.begun(2);
    stage.runs[1].end({ kind: 'failed', message: 'No kernel.' });
    await stage.runs[1].run.result;
    await Promise.resolve();
    expect(stage.model.state).toEqual({
      kind: 'failed',
      message: 'No kernel.'
    });
  });

  it('stays with what it has while it is applied', async () => {
    const stage = new Stage();
    stage.model.setWanted(true);
    stage.show(CHANGES);
    await stage.begun(1);
    stage.state = { ...stage.state, applying: true };
    stage.changed.emit(stage.state);
    expect(stage.runs[0].cancelled).toBe(false);
  });
});
