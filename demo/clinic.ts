import { randomBytes } from 'node:crypto';
import { getTemplate, openRegistry, type Registry, type SendRequest } from '../core';
import { readRegistryCredential } from '../nodes/shared/registryCredential';
import type { SampleClinic } from './sample';

const ACTOR = 'demo';
const DAY = 86_400_000;

/** Fields of the registry credential: the registry beside n8n's own database. */
export const EMBEDDED: object = { database: 'embedded' };

/**
 * Opens the registry that n8n's nodes will use.
 * @param credential fields of its credential in n8n
 */
export async function openDemoRegistry(
  n8nFolder: string,
  now: () => number = Date.now,
  credential: object = EMBEDDED,
): Promise<Registry> {
  const { CARECAMPAIGN_KEY_FILE } = process.env;
  const environment = { N8N_USER_FOLDER: n8nFolder, CARECAMPAIGN_KEY_FILE };
  const { database, masterKey } = readRegistryCredential(credential, environment);
  return openRegistry({
    database,
    masterKey: await masterKey(),
    clock: { now },
    random: { bytes: (length) => randomBytes(length) },
  });
}

/** Controller, sender, consents and refusals of the invented clinic. Everything in it may be written twice. */
export async function fillRegistry(registry: Registry, clinic: SampleClinic): Promise<void> {
  const { key } = await registry.controllers.save(clinic.controller, ACTOR);
  await registry.senders.save(clinic.sender, ACTOR);
  const rows = clinic.contacts.flatMap((contact) => contact.consents);
  const results = await registry.consent.record(key, rows, ACTOR);
  const refused = results.find((result) => !result.ok);
  if (refused) throw new Error(`The sample's consents were refused: ${refused.sentence}`);
  for (const { person, scope, source } of clinic.withdrawals) {
    await registry.consent.withdraw(key, person, scope, source, ACTOR);
  }
}

function pastRequest(entry: SampleClinic['history'][number]): SendRequest {
  const template = getTemplate('appointment_reminder_48h');
  return {
    person: { phone: entry.phone },
    basis: { kind: 'purpose' },
    kind: 'reminder',
    occurrence: entry.occurrence,
    stage: entry.stage,
    purpose: 'appointment',
    template: template.key,
    templateVersion: template.version,
    language: 'en',
    asks: null,
    closesAt: null,
    screened: [],
  };
}

/** Noon in Rome on the day before: the messages of the past went out at a decent hour. */
export function noonBefore(madeAt: number): number {
  return Math.floor(madeAt / DAY) * DAY - DAY + 11 * 3_600_000;
}

/** What the clinic had sent before the demo begins; the registry's clock stands at `noonBefore`. */
export async function writeHistory(registry: Registry, clinic: SampleClinic): Promise<void> {
  const { controller, sender } = clinic;
  const context = {
    controllerKey: controller.key,
    phoneNumberId: sender.phoneNumberId,
    provider: sender.provider,
    actor: ACTOR,
    owner: 'demo/0/0',
    runSize: clinic.history.length,
  };
  await registry.senders.setMode(sender.provider, sender.phoneNumberId, 'live', ACTOR);
  const claims = await registry.outbox.claim(context, clinic.history.map(pastRequest));
  for (const claim of claims) {
    if (!claim.claimed) continue;
    await registry.outbox.markCalling([claim.outboxId]);
    await registry.outbox.settleCall(claim.outboxId, {
      state: 'accepted',
      messageId: `wamid.${claim.outboxId}`,
    });
  }
}
