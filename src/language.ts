/** A kernel's language in lower case, by one name where Python has several. */
export function plainLanguage(language: string): string {
  const lower = language.toLowerCase();
  return ['ipython', 'python2', 'python3'].includes(lower) ? 'python' : lower;
}
