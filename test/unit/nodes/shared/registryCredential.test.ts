import path from 'node:path';
import { readRegistryCredential } from '../../../../nodes/shared/registryCredential';

const refusalOf = (data: object, environment: NodeJS.ProcessEnv = {}) => {
  try {
    readRegistryCredential(data, environment);
  } catch (error) {
    return error;
  }
  return null;
};

describe('readRegistryCredential', () => {
  it('needs nothing for the embedded registry, which then lies in n8n’s user folder', () => {
    const access = readRegistryCredential({}, { N8N_USER_FOLDER: '/srv/n8n' });
    expect(access.database).toEqual({
      kind: 'embedded',
      file: path.join('/srv/n8n', '.n8n', 'carecampaign', 'registry.sqlite'),
    });
    expect(access.controllers).toEqual([]);
  });

  it('refuses the embedded registry where n8n’s workers would each open their own', () => {
    const refusal = refusalOf({ database: 'embedded' }, { EXECUTIONS_MODE: 'queue' });
    expect(refusal).toMatchObject({ code: 'embeddedRegistryInQueueMode' });
    expect(String(refusal)).toContain('PostgreSQL');
  });

  it('opens two credentials of one file and secret as one registry, and others apart', () => {
    const identity = (data: object) => readRegistryCredential(data, {}).identity;
    expect(identity({ file: '/a', controllers: 'x' })).toBe(identity({ file: '/a', controllers: 'y' }));
    expect(identity({ file: '/a' })).not.toBe(identity({ file: '/b' }));
    expect(identity({ file: '/a' })).not.toBe(identity({ file: '/a', secretKey: 'a long enough secret' }));
  });

  it('reads the controllers that it may act for', () => {
    expect(readRegistryCredential({ controllers: ' aurora, borea ,' }, {}).controllers).toEqual([
      'aurora',
      'borea',
    ]);
  });

  it('names the field at fault and not what stands in it', () => {
    const refusal = refusalOf({ database: 'hunter2-secret' });
    expect(refusal).toMatchObject({ code: 'registryCredentialInvalid', at: { field: 'database' } });
    expect(String(refusal)).not.toContain('hunter2');
  });

  it('refuses a secret that is too short to be one', async () => {
    await expect(readRegistryCredential({ secretKey: 'short' }, {}).masterKey()).rejects.toMatchObject({
      code: 'secretTooShort',
    });
  });
});

describe('readRegistryCredential for PostgreSQL', () => {
  const server = { database: 'postgres', host: 'db.aurora.example', databaseName: 'care', user: 'care' };

  it('takes what a user must say, and safe defaults for the rest', () => {
    expect(readRegistryCredential({ ...server, file: 'left over', port: '6432' }, {}).database).toEqual({
      kind: 'postgres',
      host: 'db.aurora.example',
      port: 6432,
      database: 'care',
      user: 'care',
      password: '',
      ssl: 'verify',
      schema: 'carecampaign',
    });
  });

  it.each([
    ['host', ''],
    ['databaseName', ' '],
    ['user', ''],
    ['port', 0],
    ['port', 'planted-port'],
    ['ssl', 'prefer'],
    ['schema', 'Care'],
    ['schema', 'care; drop schema public'],
    ['schema', 'a'.repeat(64)],
  ])('names the field %s that cannot be used, and not what stands in it', (field, value) => {
    const refusal = refusalOf({ ...server, [field]: value });
    expect(refusal).toMatchObject({ code: 'registryCredentialInvalid', at: { field } });
    expect(String(refusal)).not.toMatch(/planted|drop|prefer/);
  });

  it('tells registries apart by all that leads to them, and holds no secret', () => {
    const identity = (change: object) => readRegistryCredential({ ...server, ...change }, {}).identity;
    const one = identity({ password: 'planted-password' });
    expect(identity({ password: 'planted-password', controllers: 'aurora' })).toBe(one);
    expect(one).not.toContain('planted');
    const others = [{ schema: 'other' }, { host: 'other' }, { port: 1 }, { password: 'x' }].map(identity);
    expect(new Set([one, ...others]).size).toBe(5);
  });

  it.each([
    ['a secret', { secretKey: 'a long enough secret' }, {}],
    ['a key file that is named', {}, { CARECAMPAIGN_KEY_FILE: '/run/secrets/registry.key' }],
  ])('is allowed in queue mode with %s', (_what, change, environment) => {
    expect(refusalOf({ ...server, ...change }, { EXECUTIONS_MODE: 'queue', ...environment })).toBeNull();
  });

  it('is refused in queue mode where each process would make a key of its own', () => {
    expect(refusalOf(server, { EXECUTIONS_MODE: 'queue' })).toMatchObject({ code: 'registryKeyNotShared' });
    expect(refusalOf(server, { EXECUTIONS_MODE: 'queue', CARECAMPAIGN_KEY_FILE: '' })).toMatchObject({
      code: 'registryKeyNotShared',
    });
  });
});
