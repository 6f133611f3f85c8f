import { randomBytes } from 'node:crypto';
import { classifyReply, openOnce, openRegistry, type Registry } from '../../core';
import { OWNER } from './owner';
import { REGISTRY_CREDENTIAL, readRegistryCredential, type RegistryAccess } from './registryCredential';
import { limitedTo } from './registryScope';

/** All that is needed of an n8n context: nodes, triggers, webhooks and drop-down lists have it alike. */
export interface CredentialReader {
  getCredentials(type: string): Promise<object>;
}

/**
 * The registry that the node's credential names. Each one is opened once a process and kept open.
 * @throws CareError what `readRegistryCredential` throws, what the key gives (`registryWrongKey`), or what
 * opening it gives. Nothing may be sent then.
 */
export async function registryFor(context: CredentialReader): Promise<Registry> {
  return registryWith(await context.getCredentials(REGISTRY_CREDENTIAL));
}

/** The same from the decrypted fields of the credential, as the credential test has them. */
export async function registryWith(credential: object): Promise<Registry> {
  const access = readRegistryCredential(credential, process.env);
  return limitedTo(access.controllers, await opened(access));
}

const opened = ({ identity, database, masterKey }: RegistryAccess) =>
  openOnce(identity, async () => {
    // The lexicons take a second or two to load: better now than while the first webhook waits for its answer.
    classifyReply('');
    const registry = await openRegistry({
      database,
      masterKey: await masterKey(),
      clock: { now: () => Date.now() },
      random: { bytes: (length) => randomBytes(length) },
    });
    // What an n8n that was killed left behind would otherwise count as sent until somebody else is written to.
    const recovered = registry.outbox.recover(OWNER);
    // The next attempt opens it anew; this one must not stay beside it.
    recovered.catch(() => void registry.close().catch(() => undefined));
    await recovered;
    return registry;
  });
