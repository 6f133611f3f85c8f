import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Kysely } from 'kysely';
import type { Clock, RandomSource } from '../effects';
import { CareError } from '../errors';
import { detectPhi } from '../phi';
import { classifyReply } from '../replies';
import type { Registry } from './api';
import type { RegistryContext } from './context';
import { Keyring } from './keyring';
import { migrate } from './migrations';
import { processAlive } from './owner';
import type { Tables } from './schema';
import { createAudienceService } from './services/audience';
import { createAuditService } from './services/audit';
import { createCampaignService } from './services/campaigns';
import { createConsentService } from './services/consent';
import { createControllerService } from './services/controllers';
import { createDeskService } from './services/desk';
import { createInboxService } from './services/inbox';
import { createOutboxService } from './services/outbox';
import { createSenderService } from './services/senders';
import { createTagService } from './services/tags';
import { sqliteThreadDialect } from './sqlite/dialect';

export interface RegistryOptions {
  readonly database: { readonly kind: 'embedded'; readonly file: string };
  /** 32 bytes: from the key file or from the credential's secret. */
  readonly masterKey: Buffer;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly ownerAlive?: (owner: string) => boolean;
}

function makeFolder(file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  } catch {
    throw new CareError(
      'registryUnreachable',
      'The folder of the registry cannot be made. Check the path in the credential.',
    );
  }
}

/**
 * Opens a registry, making and migrating it when needed. Rejects with `registryWrongKey`, `registryNewer`,
 * `registryUnreachable`, `registryReadOnly`, `registryDamaged` or `registryDiskFull`.
 */
export async function openRegistry(options: RegistryOptions): Promise<Registry> {
  makeFolder(options.database.file);
  const db = new Kysely<Tables>({ dialect: sqliteThreadDialect(options.database.file) });
  try {
    await migrate(db as Kysely<unknown>);
    const keys = await Keyring.open(db, options.masterKey, options.clock, options.random);
    // The lexicons take a second or two to load: better now than while the first webhook waits for its answer.
    classifyReply('');
    return services({
      db,
      keys,
      clock: options.clock,
      random: options.random,
      detectPhi,
      classifyReply,
      ownerAlive: options.ownerAlive ?? processAlive,
    });
  } catch (error) {
    await db.destroy().catch(() => undefined);
    throw error;
  }
}

function services(ctx: RegistryContext): Registry {
  return {
    controllers: createControllerService(ctx),
    senders: createSenderService(ctx),
    consent: createConsentService(ctx),
    outbox: createOutboxService(ctx),
    inbox: createInboxService(ctx),
    tags: createTagService(ctx),
    desk: createDeskService(ctx),
    audience: createAudienceService(ctx),
    campaigns: createCampaignService(ctx),
    audit: createAuditService(ctx),
    close: () => ctx.db.destroy(),
  };
}
