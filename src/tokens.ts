/** Where our routes on the server live. */
export const NAMESPACE = 'nb-refactor';

/** The catalogue of translations, for `ITranslator.load`. */
export const TRANSLATION_DOMAIN = 'nb_refactor';
