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

  it('refuses a secret that is too short to be one', () => {
    expect(() => readRegistryCredential({ secretKey: 'short' }, {}).masterKey()).toThrow(/at least/);
  });
});
