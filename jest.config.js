// One project a folder of test/. `npm test` runs the first four together, then e2e serially; stress and proof are for
// longer runs.
const swc = [
  '@swc/jest',
  {
    jsc: { parser: { syntax: 'typescript', decorators: true }, target: 'es2023' },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
  },
];

/** @returns {import('jest').Config['projects'][number]} */
const project = (name, extra = {}) => ({
  displayName: name,
  rootDir: __dirname,
  roots: ['<rootDir>/test'],
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  testEnvironment: 'node',
  transform: { '\\.[jt]s$': swc },
  // Published as ES modules only.
  transformIgnorePatterns: ['/node_modules/(?!(p-retry|get-port|is-network-error|quick-lru)/)'],
  restoreMocks: true,
  setupFiles: ['<rootDir>/test/support/seed.ts'],
  ...extra,
});

/** The registry's suite once more, on PostgreSQL. */
const postgres = {
  testMatch: ['<rootDir>/test/integration/registry/**/*.test.ts'],
  globals: { registryEngine: 'postgres' },
  globalSetup: '<rootDir>/test/support/postgresSetup.ts',
  globalTeardown: '<rootDir>/test/support/postgresTeardown.ts',
};

/** For the projects that install the package into a real n8n. */
const packed = {
  globalSetup: '<rootDir>/test/e2e/support/pack.ts',
  globalTeardown: '<rootDir>/test/e2e/support/unpack.ts',
};

/** @type {import('jest').Config} */
module.exports = {
  // Jest reads this here only; the slow projects set their own at the top of each file.
  testTimeout: 30_000,
  projects: [
    project('unit'),
    project('integration'),
    project('postgres', postgres),
    project('contract'),
    project('stress'),
    project('e2e', packed),
    project('proof', packed),
  ],
};
