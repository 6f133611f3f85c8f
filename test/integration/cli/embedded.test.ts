import { randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Cli, type CliRun, commandLine } from '../../support/cli';

jest.setTimeout(60_000);

let cli: Cli;
beforeAll(() => {
  cli = commandLine();
});
afterAll(() => cli.remove());

describe('the key file of an embedded registry', () => {
  let folder: string;
  let keyFile: string;
  let newKeyFile: string;
  beforeEach(async () => {
    folder = path.join(cli.folder, randomBytes(6).toString('hex'));
    keyFile = path.join(folder, 'registry.key');
    newKeyFile = path.join(folder, 'new', 'registry.key');
    await run('migrate');
  });

  const run = (...args: string[]): Promise<CliRun> =>
    cli.run(['registry', ...args, '--json'], {
      CARECAMPAIGN_REGISTRY_FILE: path.join(folder, 'registry.sqlite'),
    });
  const rotate = (): Promise<CliRun> => run('rotate-key', '--kind', 'master', '--new-key-file', newKeyFile);

  it('is made for your account alone', () => {
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
  });

  it('is replaced by a new file, and stays where it was', async () => {
    const old = readFileSync(keyFile, 'utf8');
    expect((await rotate()).json).toMatchObject({ replaced: 'master', already: false, keyFile: newKeyFile });
    expect(statSync(newKeyFile).mode & 0o777).toBe(0o600);
    expect(readFileSync(keyFile, 'utf8')).toBe(old);
    expect((await run('verify')).stderr).toContain('registryWrongKey');
    renameSync(newKeyFile, keyFile);
    expect(await run('verify')).toMatchObject({ code: 0, stderr: '' });
  });

  it('opens the registry with the old key where the run ended after the new file was written', async () => {
    expect((await rotate()).code).toBe(0);
    const next = readFileSync(newKeyFile, 'utf8');
    folder = path.join(cli.folder, randomBytes(6).toString('hex'));
    keyFile = path.join(folder, 'registry.key');
    await run('migrate');
    expect((await run('verify')).code).toBe(0);
    expect((await rotate()).json).toMatchObject({ already: false });
    expect(readFileSync(newKeyFile, 'utf8')).toBe(next);
  });

  it('says that all was done where the run ended before it could tell', async () => {
    await rotate();
    expect(await rotate()).toMatchObject({ code: 0, json: { already: true, keyFile: newKeyFile } });
  });

  it('is not replaced by itself', async () => {
    newKeyFile = path.join(folder, 'copy.key');
    copyFileSync(keyFile, newKeyFile);
    expect((await rotate()).stderr).toContain('newKeySame');
    expect((await run('verify')).code).toBe(0);
  });

  it('leaves no new key behind where the registry cannot be opened', async () => {
    renameSync(keyFile, `${keyFile}.lost`);
    expect((await rotate()).stderr).toContain('registryWrongKey');
    expect([existsSync(newKeyFile), existsSync(keyFile)]).toEqual([false, false]);
  });
});

describe('a Node.js without SQLite', () => {
  const withoutSqlite = { NODE_OPTIONS: '--no-experimental-sqlite' };

  it('is refused in one sentence, before anything is made', async () => {
    const file = path.join(cli.folder, 'old-node', 'registry.sqlite');
    const result = await cli.run(['registry', 'migrate', '--file', file], withoutSqlite);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatch(
      /^An embedded registry needs Node\.js 22\.13 or newer, .*\(nodeTooOld\)\n$/,
    );
    expect(existsSync(path.dirname(file))).toBe(false);
  });

  it('is good enough for a registry in PostgreSQL', async () => {
    const args = ['registry', 'stats', '--database', 'postgres', '--host', '127.0.0.1', '--port', '1'];
    const result = await cli.run([...args, '--user', 'care', '--database-name', 'care'], withoutSqlite);
    expect(result.stderr).toContain('(registryUnreachable)');
  });
});

describe('the help', () => {
  it.each([
    [['--help'], 0],
    [['registry', '--help'], 0],
    [['registry', 'rotate-key', '--help'], 0],
    [['registry'], 1],
  ])('of %j is printed once', async (args, code) => {
    const { stdout, stderr, code: found } = await cli.run(args);
    expect(found).toBe(code);
    expect((stdout + stderr).match(/Usage: carecampaign/g)).toHaveLength(1);
  });
});
