/** What the name of a function is proposed from. */
export interface NameSource {
  /** The source of the Markdown cell right above, or ''. */
  heading: string;
  /** The source of the cells to extract. */
  code: string;
  /** Names that the new function must not take. */
  taken: ReadonlySet<string>;
}

const KEYWORDS = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except ' +
    'finally for from global if import in is lambda nonlocal not or pass raise return try ' +
    'while with yield'
  ).split(' ')
);

/** The built-in functions: those built-in names that a person could well choose. */
const BUILTINS = new Set(
  (
    'abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod ' +
    'compile complex delattr dict dir display divmod enumerate eval exec filter float format ' +
    'frozenset getattr globals hasattr hash help hex id input int isinstance issubclass iter len ' +
    'list locals map max memoryview min next object oct open ord pow print property range repr ' +
    'reversed round set setattr slice sorted staticmethod str sum super tuple type vars zip'
  ).split(' ')
);

const LITTLE_WORDS = new Set(['a', 'an', 'the']);

/** A proposal is at most this long: more words make no better name. */
const MOST_WORDS = 5;

const IDENTIFIER = /^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*$/u;

/** Whether the text can name a Python function. */
export function isIdentifier(text: string): boolean {
  return IDENTIFIER.test(text) && !KEYWORDS.has(text);
}

/** Whether Python has a built-in function of this name. */
export function isBuiltin(name: string): boolean {
  return BUILTINS.has(name);
}

/** Whether the text is a dotted module name, each part of it an identifier. */
export function isModuleName(text: string): boolean {
  return text.split('.').every(isIdentifier);
}

/** All names that occur in Python code, comments and strings included: more than are bound. */
export function wordsIn(code: string): Set<string> {
  return new Set(code.match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? []);
}

/** Names that lines of the code assign to, loop variables included: more than are bound. */
export function assignedIn(code: string): Set<string> {
  const names = new Set<string>();
  for (const line of code.split('\n')) {
    const target =
      /^\s*(?:async\s+)?for\s+(.*?)\s+in\s/.exec(line) ??
      /^\s*([^=(#'"]*?)(?:[-+*/%&|^@<>]|\/\/|\*\*|<<|>>)?=(?!=)/.exec(line);
    const targets = (target?.[1] ?? '').replace(/:.*$/, '');
    for (const name of targets.split(/[^\p{L}\p{N}_.[\]]+/u)) {
      if (isIdentifier(name)) {
        names.add(name);
      }
    }
    for (const walrus of line.matchAll(/([\p{L}_][\p{L}\p{N}_]*)\s*:=/gu)) {
      names.add(walrus[1]);
    }
  }
  return names;
}

/**
 * A name for the function that the cells become: the Markdown heading right above, else the first
 * comment, else the first name that is assigned. The answer is a valid, untaken identifier.
 */
export function proposeName(source: NameSource): string {
  const candidates = [
    nameFromWords(lastHeading(source.heading)),
    nameFromWords(firstComment(source.code)),
    nameFromAssignment(source.code)
  ];
  const name = candidates.find(candidate => candidate !== '') ?? 'step';
  return untaken(name, source.taken);
}

/** The text of the last heading of a Markdown source, or ''. */
export function lastHeading(markdown: string): string {
  const headings = markdown.match(/^ {0,3}#{1,6}[ \t]+.*$/gm);
  return headings ? headings[headings.length - 1].replace(/^[\s#]+/, '') : '';
}

/** The first comment of the code, if nothing but blank lines and magics stand above it, or ''. */
function firstComment(code: string): string {
  const line = code.split('\n').find(each => !/^\s*(%.*|!.*)?$/.test(each));
  const comment = /^#+(?!!)\s*(.*)$/.exec(line?.trim() ?? '');
  return comment && !/^(%%|type:|noqa|fmt:|-\*-)/.test(comment[1])
    ? comment[1]
    : '';
}

/** `compute_NAME` for the first name that a line of the code assigns, or ''. */
function nameFromAssignment(code: string): string {
  const match = /^([\p{L}_][\p{L}\p{N}_]*)[^=\n()[\].]*=(?!=)/mu.exec(code);
  const name = match?.[1].toLowerCase().replace(/^_+/, '') ?? '';
  return name ? `compute_${name}` : '';
}

/** Prose as an identifier: `2.1 Load the *data* (raw)` is `load_data_raw`; '' where none is left. */
function nameFromWords(prose: string): string {
  const words = prose
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/<[^>]*>/g, ' ')
    .replace(/['’`]/g, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(word => word && !LITTLE_WORDS.has(word));
  while (words.length && /^\p{N}/u.test(words[0])) {
    words.shift();
  }
  const name = words.slice(0, MOST_WORDS).join('_').normalize('NFKC');
  const free = KEYWORDS.has(name) || BUILTINS.has(name) ? `${name}_step` : name;
  return isIdentifier(free) ? free : '';
}

function untaken(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) {
    return name;
  }
  let number = 2;
  while (taken.has(`${name}_${number}`)) {
    number += 1;
  }
  return `${name}_${number}`;
}
