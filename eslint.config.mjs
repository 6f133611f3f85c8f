import eslint from '@eslint/js';
import communityNodes from '@n8n/eslint-plugin-community-nodes';
import { defineConfig, globalIgnores } from 'eslint/config';
import prettier from 'eslint-config-prettier';
import jest from 'eslint-plugin-jest';
import n8nNodesBase from 'eslint-plugin-n8n-nodes-base';
import globals from 'globals';
import tseslint from 'typescript-eslint';

const n8nBase = { plugins: { 'n8n-nodes-base': n8nNodesBase } };

const typescript = {
  files: ['**/*.{ts,mts}'],
  extends: [
    eslint.configs.recommended,
    tseslint.configs.strictTypeChecked,
    tseslint.configs.stylisticTypeChecked,
  ],
  languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
  rules: {
    '@typescript-eslint/consistent-type-imports': 'error',
    '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
    '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
    // n8n's and our ports' methods return promises by contract, also where one body has nothing to wait for.
    '@typescript-eslint/require-await': 'off',
    eqeqeq: ['error', 'always', { null: 'ignore' }],
  },
};

const coreIsFrameworkFree = {
  files: ['core/**/*.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        paths: ['n8n-workflow', 'n8n-core', 'axios'].map((name) => ({
          name,
          message: 'core takes its effects as arguments and knows neither n8n nor an HTTP client.',
        })),
        patterns: [{ regex: '^(\\.\\./)+(nodes|credentials|cli|simulator|tools|demo|test)/' }],
      },
    ],
  },
};

/** The build replaces these imports by one `require` of dist/core/index.js; a deep import would be bundled twice. */
const adaptersUseTheCoreIndex = {
  files: ['{nodes,credentials,cli,demo,simulator}/**/*.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      { patterns: [{ regex: '/core/', message: "Import from core's index, such as '../../core'." }] },
    ],
  },
};

const nodes = {
  ...n8nBase,
  files: ['nodes/**/*.ts'],
  rules: {
    ...n8nNodesBase.configs.nodes.rules,
    // These two know the string 'main' only; the community rules demand NodeConnectionTypes.
    'n8n-nodes-base/node-class-description-inputs-wrong-regular-node': 'off',
    'n8n-nodes-base/node-class-description-outputs-wrong': 'off',
  },
};

const credentials = {
  ...n8nBase,
  files: ['credentials/**/*.ts'],
  rules: {
    ...n8nNodesBase.configs.credentials.rules,
    // For n8n's own docs slugs; a community package links its README.
    'n8n-nodes-base/cred-class-field-documentation-url-miscased': 'off',
  },
};

const packageJson = {
  ...n8nBase,
  files: ['package.json'],
  languageOptions: { parser: tseslint.parser, parserOptions: { extraFileExtensions: ['.json'] } },
  rules: n8nNodesBase.configs.community.rules,
};

const tests = {
  files: ['test/**/*.ts'],
  extends: [jest.configs['flat/recommended'], jest.configs['flat/style']],
  rules: {
    '@typescript-eslint/unbound-method': 'off',
    'jest/unbound-method': 'error',
    // A wrong `!` fails the test, and expect.any() and its kin are typed `any`.
    '@typescript-eslint/no-non-null-assertion': 'off',
    '@typescript-eslint/no-unsafe-assignment': 'off',
    // A property holds when fast-check's runner says so, and helpers named expect… assert for their callers.
    'jest/expect-expect': ['error', { assertFunctionNames: ['expect', 'expect*', 'fc.assert'] }],
    'jest/no-disabled-tests': 'error',
    'jest/no-commented-out-tests': 'error',
  },
};

export default defineConfig(
  globalIgnores(['dist/', 'build/', 'coverage/', '**/*.json', '!package.json']),
  {
    files: ['**/*.{js,mjs}'],
    extends: [eslint.configs.recommended],
    languageOptions: { globals: globals.node },
  },
  { files: ['**/*.js'], languageOptions: { sourceType: 'commonjs' } },
  {
    files: ['simulator/public/**/*.js'],
    languageOptions: { sourceType: 'module', globals: globals.browser },
  },
  typescript,
  {
    files: ['nodes/**/*.ts', 'credentials/**/*.ts', 'package.json'],
    extends: [communityNodes.configs.recommendedWithoutN8nCloudSupport],
  },
  coreIsFrameworkFree,
  adaptersUseTheCoreIndex,
  nodes,
  credentials,
  packageJson,
  tests,
  prettier,
);
