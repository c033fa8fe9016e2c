import type { TranslationBundle } from '@jupyterlab/translation';
import { Debouncer } from '@lumino/polling';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { IRefactorClient } from '../client';
import type {
  ChangeSet,
  ExtractedFunction,
  ExtractRequest,
  ExtractResponse,
  Lines,
  Notebook,
  TargetsResponse
} from '../messages';
import { NO_CHOICES, moved, renamed, unfitNames } from './choices';
import type { AllChoices, Unfit } from './choices';
import type { Destinations } from './destinations';
import { whyNotImportable } from './importable';
import type { ImportProbe } from './importable';
import { isIdentifier, isModuleName } from './names';
import type { Following, Verified } from './verification';

/** What the server answered for one pair of names. */
export type Preview = ExtractResponse | { kind: 'failed'; message: string };

/** Whether the notebook's kernel can import the package that the module belongs to. */
export type Importable =
  { kind: 'unknown' | 'yes' | 'no_kernel' } | { kind: 'no'; reason: string };

/**
 * How the kernel gets to know a package that it cannot import: its folder is on the path until the
 * kernel restarts, it is installed into the kernel's environment, or not at all.
 */
export type ImportBy = 'path' | 'install' | 'nothing';

/** What two fresh runs said of the preview that is shown. */
export type VerifyState =
  | { kind: 'none' }
  | { kind: 'running'; done: number; total: number }
  | Verified;

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
  /** The function of the last change set: its variables can be renamed and moved. */
  readonly function: ExtractedFunction | null;
  readonly choices: AllChoices;
  /** What is wrong with the name of a parameter or return, by the notebook's name for it. */
  readonly variableProblems: Readonly<Record<string, string>>;
  /** What the kernel knows of the variables' types, and whether they become annotations. */
  readonly types: Readonly<Record<string, string>>;
  readonly annotate: boolean;
  readonly importable: Importable;
  readonly importBy: ImportBy;
  readonly verify: VerifyState;
  readonly applying: boolean;
  /** Why the last Apply changed nothing, or ''. */
  readonly failure: string;
}

export interface ExtractModelOptions {
  client: Pick<IRefactorClient, 'extract' | 'extractAll'>;
  destinations: Pick<Destinations, 'known' | 'ask'>;
  path: string;
  /** All cells that are worth it are meant: each goes into a function with a proposed name. */
  isEveryCell: boolean;
  cellIds: string[];
  /** The lines of the one cell that are meant, or null for all. */
  lines: Lines | null;
  /** The document as it stands at the moment. */
  notebook(): Notebook;
  /** Asks the kernel whether the package can be imported; null where there is no idle kernel. */
  probe(code: string): Promise<ImportProbe | null>;
  /** Asks the kernel for the types of the variables; none where there is no idle kernel. */
  types(code: string): Promise<Record<string, string>>;
  /** Begins to verify a change set. */
  verify(changes: ChangeSet, module: string): Following;
  trans: TranslationBundle;
  /** How long (ms) the names must rest before a preview is asked for. */
  delay?: number;
}

/** What a preview is asked for with, beside the notebook. */
type Names = Pick<ExtractState, 'name' | 'module' | 'choices'>;

/** What the dialog begins with when the code goes into this module. */
export function firstNames(
  { lines }: Pick<ExtractModelOptions, 'lines'>,
  module: string
): Names {
  return { name: '', module, choices: { ...NO_CHOICES, lines } };
}

/** The request for the preview under these names, of the notebook as it stands. */
export function requestFor(
  options: Pick<ExtractModelOptions, 'path' | 'notebook' | 'cellIds'>,
  { name, module, choices }: Names
): ExtractRequest {
  return {
    path: options.path,
    notebook: options.notebook(),
    cell_ids: options.cellIds,
    module,
    function: choices.proposed ? '' : name,
    choices
  };
}

/** The dialog's state: two names, and what an extraction under them would write. */
export class ExtractModel {
  constructor(private readonly options: ExtractModelOptions) {
    this._state = { ...EMPTY, ...firstNames(options, '') };
    this._debouncer = new Debouncer(
      () => this._preview(),
      options.delay ?? 150
    );
  }

  get state(): ExtractState {
    return this._state;
  }

  /** Whether all cells that are worth it are meant, and not chosen ones. */
  get isEveryCell(): boolean {
    return this.options.isEveryCell;
  }

  /** The number of a code cell in the notebook, from 1. */
  numberOf(cellId: string): number {
    const code = this.options
      .notebook()
      .cells.filter(cell => cell.kind === 'code');
    return code.findIndex(cell => cell.cell_id === cellId) + 1;
  }

  get changed(): ISignal<this, ExtractState> {
    return this._changed;
  }

  /**
   * Shows the first preview, then what the kernel says to it. What is known of the repository from
   * before is shown at once, and asked anew when the preview is there.
   */
  async start(): Promise<void> {
    const { destinations, path } = this.options;
    const known = destinations.known(path);
    try {
      const targets = known ?? (await destinations.ask(path));
      let told = this._begin(targets);
      if (known) {
        await told.shown;
        const now = await destinations.ask(path);
        const isNew = JSON.stringify(now) !== JSON.stringify(known);
        if (isNew && !this._isDisposed) {
          told = this._begin(now);
        }
      }
      await told.all;
    } catch (error) {
      this._update({
        preview: { kind: 'failed', message: sentence(error) },
        current: true
      });
    }
  }

  /** Settle when the preview is shown, and when the kernel has said all that it says to it. */
  private _begin(targets: TargetsResponse): {
    shown: Promise<void>;
    all: Promise<unknown>;
  } {
    const { module } = this._state;
    const isProposed = module === '' || module === this._proposedModule;
    this._proposedModule = targets.suggested_module;
    this._update({
      root: targets.root,
      modules: targets.modules,
      module: isProposed ? targets.suggested_module : module,
      newPackage: targets.exists ? '' : targets.package
    });
    this._install = targets.install;
    const shown = this._preview();
    const types = this.options.types(targets.types).catch(() => ({}));
    const annotated = shown.then(async () => this._annotate(await types));
    const probed = shown.then(() => this._askKernel(targets.probe));
    const all = Promise.all([annotated, probed]);
    // A failure is that of the preview; nobody may look at this one.
    all.catch(() => undefined);
    return { shown, all };
  }

  setName(name: string): void {
    const { choices } = this._state;
    this._setNames({ name, choices: { ...choices, proposed: false } });
  }

  setModule(module: string): void {
    this._setNames({ module: module.trim() });
  }

  /** Gives a parameter or return another name in the function, by the notebook's name for it. */
  rename(variable: string, name: string): void {
    const { function: made, choices } = this._state;
    if (made) {
      this._choose({ names: renamed(choices.names, made, variable, name) });
      this._update({ variableProblems: this._variableProblems() });
    }
  }

  /** Moves a parameter one place up (-1) or down (1). */
  moveParameter(argument: string, by: -1 | 1): void {
    const { function: made } = this._state;
    if (made) {
      const parameters = moved(made.arguments, argument, by);
      // Shown at once: the answer will say the same.
      const names = parameters.map(
        each => made.parameters[made.arguments.indexOf(each)]
      );
      this._update({
        function: { ...made, arguments: parameters, parameters: names }
      });
      this._choose({ parameters });
    }
  }

  /** Moves what is returned one place up (-1) or down (1). */
  moveReturn(target: string, by: -1 | 1): void {
    const { function: made } = this._state;
    if (made) {
      const returns = moved(made.targets, target, by);
      const names = returns.map(
        each => made.returns[made.targets.indexOf(each)]
      );
      this._update({ function: { ...made, targets: returns, returns: names } });
      this._choose({ returns });
    }
  }

  setAnnotate(annotate: boolean): void {
    this._update({ annotate });
    this._choose({ types: annotate ? { ...this._state.types } : {} });
  }

  setDefaults(defaults: boolean): void {
    this._choose({ defaults });
  }

  setImportBy(importBy: ImportBy): void {
    this._update({ importBy });
  }

  /** The code that installs the repository into the kernel's environment. */
  get install(): string {
    return this._install;
  }

  /** Runs both versions of the notebook in fresh kernels, and shows how they compare. */
  async verify(): Promise<void> {
    const changes = this.applicable;
    if (!changes || this._state.verify.kind === 'running') {
      return;
    }
    const following = this.options.verify(changes, this._state.module);
    this._following = following;
    this._update({ verify: { kind: 'running', done: 0, total: 0 } });
    following.onProgress = (done, total) => {
      if (this._following === following) {
        this._update({ verify: { kind: 'running', done, total } });
      }
    };
    const verify = await following.result;
    // What was found out about another preview says nothing of this one.
    if (this._following === following) {
      this._update({ verify });
    }
  }

  /** Ends a verification that goes on. */
  stopVerifying(): void {
    this._following?.cancel();
    this._following = null;
    if (this._state.verify.kind !== 'none') {
      this._update({ verify: { kind: 'none' } });
    }
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
    this._isDisposed = true;
    this._asked += 1;
    this._following?.cancel();
    this._debouncer.dispose();
    Signal.clearData(this);
  }

  private _setNames(
    names: Partial<Pick<ExtractState, 'name' | 'module' | 'choices'>>
  ): void {
    this._update(names);
    this._askAgain();
  }

  private _choose(choices: Partial<AllChoices>): void {
    this._update({ choices: { ...this._state.choices, ...choices } });
    this._askAgain();
  }

  private _askAgain(): void {
    this._asked += 1;
    this.stopVerifying();
    this._update({ current: false, failure: '' });
    void this._debouncer.invoke().catch(() => undefined);
  }

  private async _preview(): Promise<void> {
    const asked = (this._asked += 1);
    const { name, module } = this._state;
    const problems = this._problems(name, module);
    this.stopVerifying();
    this._update({ ...problems, current: false });
    if (
      problems.nameProblem ||
      problems.moduleProblem ||
      Object.keys(problems.variableProblems).length
    ) {
      return;
    }
    const preview = await this._ask();
    // An answer to names that were changed meanwhile is worth nothing.
    if (asked === this._asked) {
      this._show(preview);
    }
  }

  /** Makes the preview anew while it stands; it is replaced by a change set alone. */
  private async _improve(): Promise<void> {
    const asked = (this._asked += 1);
    const preview = await this._ask();
    const isWanted = asked === this._asked && !this._state.applying;
    if (isWanted && preview.kind === 'change_set') {
      this.stopVerifying();
      this._show(preview);
    }
  }

  private _show(preview: Preview): void {
    const { choices, name } = this._state;
    this._update({
      preview,
      current: true,
      name: choices.proposed ? nameIn(preview) : name,
      function: this._functionOf(preview)
    });
  }

  /** The function to be named: of many there is none, and a refusal takes none away. */
  private _functionOf(preview: Preview): ExtractedFunction | null {
    if (preview.kind !== 'change_set') {
      return this._state.function;
    }
    return this.isEveryCell ? null : preview.function;
  }

  /** What the server answers to all that is chosen now. */
  private async _ask(): Promise<Preview> {
    const { client, path } = this.options;
    try {
      return this.isEveryCell
        ? await client.extractAll({
            path,
            notebook: this.options.notebook(),
            module: this._state.module
          })
        : await client.extract(requestFor(this.options, this._state));
    } catch (error) {
      return { kind: 'failed', message: sentence(error) };
    }
  }

  /**
   * Fills in what the kernel knows of the types, whenever it tells: the preview is shown without
   * them, and can be applied so, until it is made with them. What is being applied or verified by
   * then stays as it is.
   */
  private async _annotate(types: Record<string, string>): Promise<void> {
    const { function: made, choices, annotate, verify, applying } = this._state;
    if (this._isDisposed || applying || verify.kind !== 'none') {
      return;
    }
    this._update({
      types,
      choices: { ...choices, types: annotate ? types : {} }
    });
    const isTold =
      made && [...made.arguments, ...made.targets].some(name => name in types);
    if (!isTold || !annotate) {
      return;
    }
    if (this.applicable) {
      await this._improve();
    } else if (!this._state.current) {
      this._askAgain();
    }
  }

  private async _askKernel(probe: string): Promise<void> {
    const answer = await this.options.probe(probe).catch(() => null);
    // A kernel that is busy by now takes nothing back of what it said.
    if (answer || this._state.importable.kind === 'unknown') {
      this._update({ importable: importableFrom(answer, this.options.trans) });
    }
  }

  private _problems(name: string, module: string) {
    const { trans } = this.options;
    return {
      variableProblems: this._variableProblems(),
      nameProblem:
        this._state.choices.proposed || isIdentifier(name)
          ? ''
          : trans.__('A function name has letters, digits and _ only.'),
      moduleProblem: isModuleName(module)
        ? ''
        : trans.__('A module is written with dots: package.module')
    };
  }

  private _variableProblems(): Record<string, string> {
    const { trans } = this.options;
    const { function: made, choices } = this._state;
    const sentences: Record<Unfit, string> = {
      no_name: trans.__('This is no name.'),
      builtin: trans.__('This is a name of Python’s own.'),
      twice: trans.__('Two variables cannot have one name.')
    };
    const problems: Record<string, string> = {};
    for (const [variable, why] of unfitNames(choices.names, made)) {
      problems[variable] = sentences[why];
    }
    return problems;
  }

  private _update(changes: Partial<ExtractState>): void {
    this._state = { ...this._state, ...changes };
    this._changed.emit(this._state);
  }

  private _state: ExtractState;
  private _asked = 0;
  private _install = '';
  private _proposedModule = '';
  private _isDisposed = false;
  private _following: Following | null = null;
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
  function: null,
  choices: NO_CHOICES,
  variableProblems: {},
  types: {},
  annotate: true,
  importable: { kind: 'unknown' },
  importBy: 'path',
  verify: { kind: 'none' },
  applying: false,
  failure: ''
};

function importableFrom(
  probe: ImportProbe | null,
  trans: TranslationBundle
): Importable {
  if (!probe) {
    return { kind: 'no_kernel' };
  }
  return probe.importable
    ? { kind: 'yes' }
    : { kind: 'no', reason: whyNotImportable(probe, trans) };
}

/** What the server calls the function, or would; '' where it gave no answer. */
function nameIn(preview: Preview): string {
  switch (preview.kind) {
    case 'change_set':
      return preview.function.name;
    case 'refused':
      return preview.proposed_name;
    case 'failed':
      return '';
  }
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
