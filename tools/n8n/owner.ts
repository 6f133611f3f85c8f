import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod/v4';
import type { RestClient } from './rest';

const Owner = z.object({ email: z.string(), password: z.string() });

/** The login of n8n's owner account. */
export type Owner = z.infer<typeof Owner>;

const Settings = z.object({ userManagement: z.object({ showSetupOnFirstLoad: z.boolean() }) });

/**
 * Signs in as the owner. On a new instance the account is made, with a random password that is kept in the
 * user folder, readable by the user alone, since a later start needs it and n8n keeps only its hash.
 * @throws Error when the instance has an owner whose password is not in the user folder
 */
export async function signInAsOwner(rest: RestClient, userFolder: string): Promise<Owner> {
  const file = path.join(userFolder, 'owner.json');
  const { userManagement } = await rest.get('/rest/settings', Settings);
  if (userManagement.showSetupOnFirstLoad) return setUpOwner(rest, file);
  if (!existsSync(file))
    throw new Error(`This n8n has an owner already, and ${file} with the login is missing.`);
  const owner = Owner.parse(JSON.parse(readFileSync(file, 'utf8')));
  await rest.post('/rest/login', { emailOrLdapLoginId: owner.email, password: owner.password }, z.unknown());
  return owner;
}

async function setUpOwner(rest: RestClient, file: string): Promise<Owner> {
  // n8n demands an upper-case letter and a digit.
  const owner = { email: 'owner@clinic.example', password: `A1${randomBytes(15).toString('base64url')}` };
  writeFileSync(file, JSON.stringify(owner), { mode: 0o600 });
  await rest.post('/rest/owner/setup', { ...owner, firstName: 'Clinic', lastName: 'Owner' }, z.unknown());
  return owner;
}
