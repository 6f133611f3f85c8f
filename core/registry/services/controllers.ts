import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod/v4';
import { CareError } from '../../errors';
import { isTermInLexicon } from '../../phi';
import { LANGUAGES } from '../../phi/types';
import { applyPolicyChange, defaultPolicy, parsePolicyChange } from '../../policy';
import type { ControllerPolicy } from '../../policy/types';
import type { ControllerService } from '../api';
import type { Db, RegistryContext } from '../context';
import type { Engine } from '../engine';
import { newId } from '../ids';
import { readEpoch } from '../keyStore';
import type { Row } from '../schema';
import type { Actor, Controller, ControllerInput } from '../types';
import { appendAudit } from './audit';
import { writing } from './writing';

const zone = z.string().refine(isZone, 'is not an IANA time zone such as Europe/Rome');
const inputSchema = z.object({
  key: z.string().regex(/^[a-z0-9-]{2,40}$/, 'takes 2 to 40 small letters, digits and hyphens'),
  name: z.string().min(2).max(120),
  country: z.string().regex(/^[A-Z]{2}$/, 'is not a two-letter country code such as IT'),
  languages: z.array(z.enum(LANGUAGES)).min(1),
  zone,
  privacyNoticeUrl: z.url({ protocol: /^https$/ }),
  allowedDomains: z.array(z.string().regex(/^[a-z0-9.-]+\.[a-z]{2,}$/, 'is not a domain name')),
  locations: z.array(z.object({ name: z.string().min(1).max(60), zone })),
});

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Names the field and the rule, never the value: zod's own text may quote what was typed. */
export function parseInput<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') ?? '';
  const rule =
    issue?.code === 'invalid_format' || issue?.code === 'custom'
      ? issue.message
      : 'is missing or has the wrong form';
  throw new CareError('inputInvalid', `${field} ${rule}.`, { field });
}

export function toController(row: Row<'controllers'>): Controller {
  return {
    id: row.id,
    key: row.key,
    name: row.name,
    country: row.country,
    languages: JSON.parse(row.languages) as Controller['languages'],
    zone: row.zone,
    privacyNoticeUrl: row.privacy_notice_url,
    allowedDomains: JSON.parse(row.allowed_domains) as string[],
    locations: JSON.parse(row.locations) as Controller['locations'],
    paused: row.paused_at !== null,
  };
}

/**
 * @param engine given: others that write for this controller wait until the transaction ends
 * @throws CareError `controllerUnknown`
 */
export async function controllerRow(db: Db, key: string, engine?: Engine): Promise<Row<'controllers'>> {
  const query = db.selectFrom('controllers').selectAll().where('key', '=', key);
  const row = await (engine ? engine.locked(query) : query).executeTakeFirst();
  if (row) return row;
  throw new CareError(
    'controllerUnknown',
    'This controller is not in the registry. Create it with Registry Admin, or pick another one.',
    { field: 'controller' },
  );
}

/** @throws CareError `controllerUnknown` */
export async function controllerByKey(db: Db, key: string): Promise<Controller> {
  return toController(await controllerRow(db, key));
}

async function latestPolicy(db: Db, controllerId: string): Promise<ControllerPolicy | null> {
  const row = await db
    .selectFrom('policy_versions')
    .select(['version', 'policy'])
    .where('controller_id', '=', controllerId)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!row) return null;
  return { ...(JSON.parse(row.policy) as Omit<ControllerPolicy, 'version'>), version: row.version };
}

/** The policy as it was saved. Rejects with `policyMissing`. */
async function policyOf(db: Db, controllerId: string): Promise<ControllerPolicy> {
  const policy = await latestPolicy(db, controllerId);
  if (policy) return policy;
  throw new CareError('policyMissing', 'The controller has no policy. Save it again with Registry Admin.');
}

/**
 * The policy in force. The registered names of the clinic and its locations may stand in a message: a reader sees
 * who writes anyway, and a name such as "Aurora Milano" would otherwise look like that of a person.
 */
export async function currentPolicy(db: Db, controllerId: string): Promise<ControllerPolicy> {
  const policy = await policyOf(db, controllerId);
  const row = await db
    .selectFrom('controllers')
    .select(['name', 'locations'])
    .where('id', '=', controllerId)
    .executeTakeFirstOrThrow();
  const locations = JSON.parse(row.locations) as Controller['locations'];
  const registeredNames = [row.name, ...locations.map((location) => location.name)];
  return { ...policy, phi: { ...policy.phi, registeredNames } };
}

async function addPolicy(
  ctx: RegistryContext,
  tx: Db,
  controller: { id: string; name: string },
  input: unknown,
  actor: Actor,
): Promise<ControllerPolicy> {
  const change = parsePolicyChange(input, { registeredName: controller.name, isTermInLexicon });
  const current = await latestPolicy(tx, controller.id);
  const base = current ?? { ...defaultPolicy(change.pack ?? 'eu'), version: 0 };
  const policy = applyPolicyChange(base, change);
  if (current && samePolicy(current, policy)) return current;
  const { version, ...written } = policy;
  await tx
    .insertInto('policy_versions')
    .values({
      controller_id: controller.id,
      version,
      policy: JSON.stringify(written),
      created_at: ctx.clock.now(),
      actor,
    })
    .execute();
  await appendAudit(ctx, tx, controller.id, {
    actor,
    action: 'policy.set',
    object: `policy:${version}`,
    outcome: 'done',
  });
  return policy;
}

function samePolicy(a: ControllerPolicy, b: ControllerPolicy): boolean {
  return isDeepStrictEqual({ ...a, version: 0 }, { ...b, version: 0 });
}

/** A location's name stands in reminders: "Cardiology" there would tell what the appointment is about. */
function checkLocations(ctx: RegistryContext, { name, locations }: z.infer<typeof inputSchema>): void {
  const policy = { registeredNames: [name] };
  locations.forEach((location, index) => {
    const found = ctx.detectPhi(location.name, { policy }).filter((each) => each.category !== 'identifier');
    if (found.length === 0) return;
    throw new CareError(
      'containsPhi',
      'The name of a location tells what people are treated for. Give it a neutral name, such as its street or town.',
      { field: 'locations', index },
    );
  });
}

async function upsert(ctx: RegistryContext, tx: Db, input: z.infer<typeof inputSchema>): Promise<string> {
  const values = {
    name: input.name,
    country: input.country,
    languages: JSON.stringify(input.languages),
    zone: input.zone,
    privacy_notice_url: input.privacyNoticeUrl,
    allowed_domains: JSON.stringify(input.allowedDomains),
    locations: JSON.stringify(input.locations),
  };
  const known = await tx
    .selectFrom('controllers')
    .select('id')
    .where('key', '=', input.key)
    .executeTakeFirst();
  if (known) {
    await tx.updateTable('controllers').set(values).where('id', '=', known.id).execute();
    return known.id;
  }
  const id = newId(ctx.random);
  const epoch = Math.max(0, await readEpoch(tx));
  await tx
    .insertInto('controllers')
    .values({ id, key: input.key, ...values, paused_at: null, key_epoch: epoch, created_at: ctx.clock.now() })
    .execute();
  return id;
}

export function createControllerService(ctx: RegistryContext): ControllerService {
  return {
    save: (input: ControllerInput, actor) =>
      ctx.db.transaction().execute(async (tx) => {
        const parsed = parseInput(inputSchema, input);
        checkLocations(ctx, parsed);
        // Two that save a new key at once would both insert it.
        await ctx.engine.exclusively(tx);
        await ctx.engine
          .locked(tx.selectFrom('controllers').select('id').where('key', '=', parsed.key))
          .execute();
        const id = await upsert(ctx, tx, parsed);
        await addPolicy(ctx, tx, { id, name: parsed.name }, input.policy, actor);
        await appendAudit(ctx, tx, id, {
          actor,
          action: 'controller.save',
          object: `controller:${parsed.key}`,
          outcome: 'done',
        });
        return controllerByKey(tx, parsed.key);
      }),
    async list() {
      const rows = await ctx.db.selectFrom('controllers').selectAll().orderBy('key').execute();
      return rows.map(toController);
    },
    get: (key) => controllerByKey(ctx.db, key),
    async policy(key) {
      const controller = await controllerByKey(ctx.db, key);
      return policyOf(ctx.db, controller.id);
    },
    async phiPolicy(key) {
      const controller = await controllerByKey(ctx.db, key);
      return (await currentPolicy(ctx.db, controller.id)).phi;
    },
    setPolicy: (key, change, actor) =>
      writing(ctx, key, (tx, controller) => addPolicy(ctx, tx, controller, change, actor)),
    pause: (key, paused, actor) =>
      writing(ctx, key, async (tx, controller) => {
        await tx
          .updateTable('controllers')
          .set({ paused_at: paused ? ctx.clock.now() : null })
          .where('id', '=', controller.id)
          .execute();
        const action = paused ? 'controller.pause' : 'controller.resume';
        await appendAudit(ctx, tx, controller.id, {
          actor,
          action,
          object: `controller:${key}`,
          outcome: 'done',
        });
      }),
  };
}
