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
