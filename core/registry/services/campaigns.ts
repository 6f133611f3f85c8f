import { z } from 'zod/v4';
import { CareError } from '../../errors';
import { PURPOSES, type Purpose } from '../../policy/types';
import type { CampaignService } from '../api';
import type { Db, RegistryContext } from '../context';
import { newId } from '../ids';
import type { Row } from '../schema';
import type { Actor, Campaign, CampaignProgress } from '../types';
import { appendAudit } from './audit';
import { controllerByKey, parseInput } from './controllers';
import { writing } from './writing';

const inputSchema = z.object({
  key: z.string().regex(/^[a-z0-9-]{2,40}$/, 'takes 2 to 40 small letters, digits and hyphens'),
  name: z.string().min(1).max(80),
  purpose: z.enum(PURPOSES),
});

function toCampaign(row: Row<'campaigns'>): Campaign {
  return {
    id: row.id,
    key: row.key,
    name: row.name,
    purpose: row.purpose as Purpose,
    state: row.state as Campaign['state'],
  };
}

async function byKey(db: Db, controllerId: string, key: string): Promise<Row<'campaigns'>> {
  const row = await db
    .selectFrom('campaigns')
    .selectAll()
    .where('controller_id', '=', controllerId)
    .where('key', '=', key)
    .executeTakeFirst();
  if (row) return row;
  throw new CareError('campaignUnknown', 'This campaign is not in the registry. Save it first.', {
    field: 'campaign',
  });
}

async function progressOf(db: Db, row: Row<'campaigns'>): Promise<CampaignProgress> {
  const counts = await db
    .selectFrom('outbox')
    .select(['state', 'code', (eb) => eb.fn.countAll<number>().as('count')])
    .where('campaign_id', '=', row.id)
    .groupBy(['state', 'code'])
    .execute();
  const states: Record<string, number> = {};
  const codes: Record<string, number> = {};
  for (const { state, code, count } of counts) {
    states[state] = (states[state] ?? 0) + count;
    if (code !== null) codes[code] = (codes[code] ?? 0) + count;
  }
  return { planned: row.planned, startedAt: row.started_at, lastRunAt: row.last_run_at, states, codes };
}

export function createCampaignService(ctx: RegistryContext): CampaignService {
  const change = (
    controllerKey: string,
    key: string,
    actor: Actor,
    action: string,
    set: (row: Row<'campaigns'>) => Partial<Row<'campaigns'>>,
    details: Record<string, string> = {},
  ): Promise<Campaign> =>
    writing(ctx, controllerKey, async (tx, controller) => {
      const row = await byKey(tx, controller.id, key);
      await tx
        .updateTable('campaigns')
        .set({ ...set(row), changed_at: ctx.clock.now() })
        .where('id', '=', row.id)
        .execute();
      await appendAudit(ctx, tx, controller.id, {
        actor,
        action,
        object: `campaign:${key}`,
        outcome: 'done',
        details,
      });
      return toCampaign(await byKey(tx, controller.id, key));
    });

  return {
    save: (controllerKey, input, actor) =>
      writing(ctx, controllerKey, async (tx, controller) => {
        const { key, name, purpose } = parseInput(inputSchema, input);
        if (ctx.detectPhi(name).length > 0) {
          throw new CareError(
            'containsPhi',
            'The name of a campaign must not tell anything about health. Rename it.',
            { field: 'name' },
          );
        }
        const now = ctx.clock.now();
        await tx
          .insertInto('campaigns')
          .values({
            id: newId(ctx.random),
            controller_id: controller.id,
            key,
            name,
            purpose,
            state: 'draft',
            filter: null,
            approved_by: null,
            approved_at: null,
            planned: null,
            started_at: null,
            last_run_at: null,
            created_at: now,
            changed_at: now,
          })
          .onConflict((conflict) =>
            conflict.columns(['controller_id', 'key']).doUpdateSet({ name, changed_at: now }),
          )
          .execute();
        await appendAudit(ctx, tx, controller.id, {
          actor,
          action: 'campaign.save',
          object: `campaign:${key}`,
          outcome: 'done',
        });
        return toCampaign(await byKey(tx, controller.id, key));
      }),
    approve: (controllerKey, key, person, actor) =>
      change(
        controllerKey,
        key,
        actor,
        'campaign.approve',
        () => ({ state: 'approved', approved_by: person, approved_at: ctx.clock.now() }),
        { person },
      ),
    pause: (controllerKey, key, paused, actor) =>
      change(controllerKey, key, actor, paused ? 'campaign.pause' : 'campaign.resume', (row) => ({
        state: paused ? 'paused' : row.approved_at === null ? 'draft' : 'approved',
      })),
    async progress(controllerKey, key) {
      const controller = await controllerByKey(ctx.db, controllerKey);
      return progressOf(ctx.db, await byKey(ctx.db, controller.id, key));
    },
    async list(controllerKey) {
      const controller = await controllerByKey(ctx.db, controllerKey);
      const rows = await ctx.db
        .selectFrom('campaigns')
        .selectAll()
        .where('controller_id', '=', controller.id)
        .orderBy('key')
        .execute();
      return rows.map(toCampaign);
    },
  };
}
