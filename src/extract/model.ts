import type { TranslationBundle } from '@jupyterlab/translation';
import { Debouncer } from '@lumino/polling';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { IRefactorClient } from '../client';
import type { ChangeSet, ExtractResponse, Notebook } from '../messages';
import type { ImportProbe } from './kernel';
import { isIdentifier, isModuleName } from './names';

/** What the server answered for one pair of names. */
export type Preview = ExtractResponse | { kind: 'failed'; message: string };

/** Whether the notebook's kernel can import the package that the module belongs to. */
export type Importable =
  { kind: 'unknown' | 'yes' | 'no_kernel' } | { kind: 'no'; reason: string };

/** All that the dialog shows. */
export interface ExtractState {
  readonly name: string;
  readonly module: string;
  /** Where the package is looked for, and the modules that it has. */
  readonly root: string;
  readonly modules: readonly string[];
  /** The package that would be made, or '' where the repository has one. */
  readonly newPackage: string;
  /** What is wrong with the names as typed, or ''. */
  readonly nameProblem: string;
  readonly moduleProblem: string;
  /** The last answer; it belongs to the names as they stand where `current` is true. */
  readonly preview: Preview | null;
  readonly current: boolean;
  readonly importable: Importable;
  /** Whether the package is made importable in the kernel for its session. */
  readonly addPath: boolean;
  readonly applying: boolean;
  /** Why the last Apply changed nothing, or ''. */
  readonly failure: string;
}

export interface ExtractModelOptions {
  client: Pick<IRefactorClient, 'targets' | 'extract'>;
  path: string;
  cellIds: string[];
  /** The document as it stands at the moment. */
  notebook(): Notebook;
  proposedName: string;
  /** Asks the kernel whether the package can be imported; null where there is no idle kernel. */
  probe(code: string): Promise<ImportProbe | null>;
  trans: TranslationBundle;
  /** How long (ms) the names must rest before a preview is asked for. */
  delay?: number;
}

/** The dialog's state: two names, and what an extraction under them would write. */
export class ExtractModel {
  constructor(private readonly options: ExtractModelOptions) {
    this._state = { ...EMPTY, name: options.proposedName };
    this._debouncer = new Debouncer(
      () => this._preview(),
      options.delay ?? 150
    );
  }

  get state(): ExtractState {
    return this._state;
  }

  get changed(): ISignal<this, ExtractState> {
    return this._changed;
  }

  /** Asks where code can go, shows the first preview, and asks the kernel. */
  async start(): Promise<void> {
    const { client, path } = this.options;
    try {
      const targets = await client.targets({ path });
      this._update({
        root: targets.root,
        modules: targets.modules,
        module: this._state.module || targets.suggested_module,
        newPackage: targets.exists ? '' : targets.package
      });
      await Promise.all([this._preview(), this._askKernel(targets.probe)]);
    } catch (error) {
      this._update({
        preview: { kind: 'failed', message: sentence(error) },
        current: true
      });
    }
  }

  setName(name: string): void {
    this._setNames({ name });
  }

  setModule(module: string): void {
    this._setNames({ module: module.trim() });
  }

  setAddPath(addPath: boolean): void {
    this._update({ addPath });
  }

  /** What Apply would apply, or null while there is nothing that the dialog shows whole. */
  get applicable(): ChangeSet | null {
    const { preview, current, applying } = this._state;
    return current && !applying && preview?.kind === 'change_set'
      ? preview
      : null;
  }

  /**
   * Applies what is shown, once. Where that changes nothing, the reason is shown and the preview is
   * made anew from what the files and the notebook are now.
   */
  async apply(
    act: (changes: ChangeSet, module: string) => Promise<string>
  ): Promise<boolean> {
    const changes = this.applicable;
    if (!changes) {
      return false;
    }
    this._update({ applying: true, failure: '' });
    const failure = await act(changes, this._state.module).catch(sentence);
    this._update({ applying: false, failure });
    if (failure) {
      await this._preview();
    }
    return failure === '';
  }

  dispose(): void {
    this._asked += 1;
    this._debouncer.dispose();
    Signal.clearData(this);
  }

  private _setNames(names: { name?: string; module?: string }): void {
    this._asked += 1;
    this._update({ ...names, current: false, failure: '' });
    void this._debouncer.invoke().catch(() => undefined);
  }

  private async _preview(): Promise<void> {
    const { client, path, cellIds } = this.options;
    const asked = (this._asked += 1);
    const { name, module } = this._state;
    const problems = this._problems(name, module);
    this._update({ ...problems, current: false });
    if (problems.nameProblem || problems.moduleProblem) {
      return;
    }
    const body = {
      path,
      notebook: this.options.notebook(),
      cell_ids: cellIds,
      module,
      function: name
    };
    const preview = await client
      .extract(body)
      .catch((error: unknown): Preview => ({
        kind: 'failed',
        message: sentence(error)
      }));
    // An answer to names that were changed meanwhile is worth nothing.
    if (asked === this._asked) {
      this._update({ preview, current: true });
    }
  }

  private async _askKernel(probe: string): Promise<void> {
    const answer = await this.options.probe(probe).catch(() => null);
    this._update({ importable: importableFrom(answer) });
  }

  private _problems(name: string, module: string) {
    const { trans } = this.options;
    return {
      nameProblem: isIdentifier(name)
        ? ''
        : trans.__('A function name has letters, digits and _ only.'),
      moduleProblem: isModuleName(module)
        ? ''
        : trans.__('A module is written with dots: package.module')
    };
  }

  private _update(changes: Partial<ExtractState>): void {
    this._state = { ...this._state, ...changes };
    this._changed.emit(this._state);
  }

  private _state: ExtractState;
  private _asked = 0;
  private readonly _debouncer: Debouncer<void>;
  private readonly _changed = new Signal<this, ExtractState>(this);
}

const EMPTY: ExtractState = {
  name: '',
  module: '',
  root: '',
  modules: [],
  newPackage: '',
  nameProblem: '',
  moduleProblem: '',
  preview: null,
  current: false,
  importable: { kind: 'unknown' },
  addPath: true,
  applying: false,
  failure: ''
};

function importableFrom(probe: ImportProbe | null): Importable {
  if (!probe) {
    return { kind: 'no_kernel' };
  }
  return probe.importable
    ? { kind: 'yes' }
    : { kind: 'no', reason: probe.reason };
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
