import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Kysely, WithSchemaPlugin } from 'kysely';
import type { Clock, RandomSource } from '../effects';
import { CareError } from '../errors';
import { detectPhi } from '../phi';
import { classifyReply } from '../replies';
import type { Registry } from './api';
import type { RegistryContext } from './context';
import type { Database } from './database';
import type { Engine } from './engine';
import { Keyring } from './keyring';
import { migrate } from './migrations';
import { processAlive } from './owner';
import { pooledRandom } from './pooledRandom';
import type { Tables } from './schema';
import { createAudienceService } from './services/audience';
import { createAuditService } from './services/audit';
import { createCampaignService } from './services/campaigns';
import { createConsentService } from './services/consent';
import { createControllerService } from './services/controllers';
import { createDeskService } from './services/desk';
import { createInboxService } from './services/inbox';
import { createKeyService } from './services/rotation';
import { createOutboxService } from './services/outbox';
import { createPeopleService } from './services/person';
import { createRightsService } from './services/rights';
import { createRetentionService } from './services/retention';
import { createSenderService } from './services/senders';
import { createSendingService } from './services/sending';
import { createStatsService } from './services/stats';
import { createTagService } from './services/tags';
import { createTemplateStateService } from './services/templateStates';
import { postgresEngine } from './postgres/engine';
import { sqliteEngine } from './sqlite/engine';

export interface RegistryOptions {
  readonly database: Database;
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
 * `registryUnreachable`, `registryAccessDenied`, `registryReadOnly`, `registryBusy`, `registryDamaged` or
 * `registryDiskFull`.
 */
export async function openRegistry(options: RegistryOptions): Promise<Registry> {
  const engine = engineOf(options.database);
  const plugins = engine.schema === null ? [] : [new WithSchemaPlugin(engine.schema)];
  const db = new Kysely<Tables>({ dialect: engine.dialect, plugins });
  try {
    await migrate(db as Kysely<unknown>, engine);
    const random = pooledRandom(options.random);
    const keys = await Keyring.open(db, engine, options.masterKey, options.clock, random);
    return services({
      db,
      engine,
      keys,
      clock: options.clock,
      random,
      detectPhi,
      classifyReply,
      ownerAlive: options.ownerAlive ?? processAlive,
    });
  } catch (error) {
    await db.destroy().catch(() => undefined);
    throw error;
  }
}

function engineOf(database: Database): Engine {
  if (database.kind === 'postgres') return postgresEngine(database);
  makeFolder(database.file);
  return sqliteEngine(database.file);
}

function services(ctx: RegistryContext): Registry {
  return {
    controllers: createControllerService(ctx),
    senders: createSenderService(ctx),
    consent: createConsentService(ctx),
    outbox: createOutboxService(ctx),
    sending: createSendingService(ctx),
    inbox: createInboxService(ctx),
    templates: createTemplateStateService(ctx),
    tags: createTagService(ctx),
    desk: createDeskService(ctx),
    audience: createAudienceService(ctx),
    campaigns: createCampaignService(ctx),
    audit: createAuditService(ctx),
    stats: createStatsService(ctx),
    people: createPeopleService(ctx),
    rights: createRightsService(ctx),
    keys: createKeyService(ctx),
    retention: createRetentionService(ctx),
    close: () => ctx.db.destroy(),
  };
}
