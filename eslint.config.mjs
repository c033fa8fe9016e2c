import js from '@eslint/js';
import jupyterPlugin from '@jupyter/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** The rooms. None of them knows another one; only index.ts knows them all. */
const ROOMS = ['hiddenstate', 'candidates', 'map', 'extract', 'reproduce'];

/** Modules with logic and no view: they run in a plain test, so they take only types from the UI. */
const PURE = [
  'src/messages.ts',
  'src/executions.ts',
  'src/recorder.ts',
  'src/request.ts',
  'src/client.ts',
  'src/inquiry.ts',
  'src/*/model.ts'
];

const UI_PACKAGES = [
  'react',
  'react-dom',
  '@codemirror/*',
  '@lumino/widgets',
  '@jupyterlab/application',
  '@jupyterlab/apputils',
  '@jupyterlab/cells',
  '@jupyterlab/codeeditor',
  '@jupyterlab/codemirror',
  '@jupyterlab/notebook',
  '@jupyterlab/statusbar',
  '@jupyterlab/ui-components'
];

const noRoom = (rooms, message) => ({
  group: rooms.flatMap(room => [`**/${room}/*`, `**/${room}`]),
  message
});

const NO_UI = {
  group: UI_PACKAGES,
  allowTypeImports: true,
  message:
    'Logic takes only types from UI packages: put this in a view or a plugin.'
};

const restricted = patterns => ({
  '@typescript-eslint/no-restricted-imports': ['error', { patterns }]
});

const notFromRooms = noRoom(ROOMS, 'Only src/index.ts knows the rooms.');
const otherRooms = room =>
  noRoom(
    ROOMS.filter(other => other !== room),
    'The rooms do not know each other.'
  );

export default tseslint.config(
  {
    ignores: [
      'node_modules',
      'lib',
      'nb_refactor',
      'dist',
      'build',
      '**/*.d.ts',
      'ui-tests/test-results',
      'ui-tests/playwright-report',
      'docs',
      '.venv'
    ]
  },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  { plugins: { jupyter: jupyterPlugin } },
  jupyterPlugin.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: {
      parserOptions: {
        project: './tsconfig.test.json',
        tsconfigRootDir: import.meta.dirname
      }
    },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': [
        'error',
        { checksVoidReturn: { attributes: false } }
      ],
      '@typescript-eslint/return-await': [
        'error',
        'error-handling-correctness-only'
      ],
      // The plugins are one small bundle, and what activation imports it needs at once.
      'jupyter/prefer-lazy-imports': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true }
      ],
      '@typescript-eslint/no-unused-vars': ['error', { args: 'none' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-console': 'error',
      curly: ['error', 'all'],
      eqeqeq: 'error',
      'prefer-arrow-callback': 'error'
    }
  },
  {
    files: ['src/*.ts', 'src/*.tsx'],
    ignores: ['src/index.ts'],
    rules: restricted([notFromRooms])
  },
  ...ROOMS.map(room => ({
    files: [`src/${room}/**/*.ts`, `src/${room}/**/*.tsx`],
    rules: restricted([otherRooms(room)])
  })),
  {
    files: PURE.filter(path => !path.includes('*')),
    rules: restricted([notFromRooms, NO_UI])
  },
  ...ROOMS.map(room => ({
    files: [`src/${room}/model.ts`],
    rules: restricted([otherRooms(room), NO_UI])
  })),
  {
    // What tests write down as answers is no text of ours.
    files: ['**/*.test.ts', 'ui-tests/**', 'bench/browser/**'],
    rules: { 'jupyter/no-untranslated-string': 'off' }
  },
  {
    files: ['*.mjs', '*.mts', 'ui-tests/**', 'bench/browser/**'],
    ...tseslint.configs.disableTypeChecked
  },
  {
    // Programs that run partly in Node and partly in the page.
    files: ['bench/**/*.mjs', 'scripts/**/*.mjs'],
    ...tseslint.configs.disableTypeChecked,
    rules: {
      ...tseslint.configs.disableTypeChecked.rules,
      'no-undef': 'off',
      'no-console': 'off'
    }
  },
  prettier
);
