import { z } from 'zod/v4';
import type { AccountEvent, TemplateChange } from '../../../registry/types';
import { digest } from './digest';
import { outcomeOfErrorCode } from './outcome';
import type { MetaEntry, MetaValue } from './webhookSchema';

const id = z.union([z.string().min(1), z.number()]).transform(String);
/** Meta's own words are names of constants; anything else might be free text, which goes into no item. */
const constant = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,79}$/);
const word = constant.catch('UNKNOWN');
const maybe = constant.nullish().catch('UNKNOWN');

const template = z.object({
  message_template_id: id,
  message_template_name: z.string().regex(/^[a-z0-9_]{1,512}$/),
  message_template_language: z.string().min(2).max(16),
});
const statusUpdate = template.extend({ event: word });
const qualityUpdate = template.extend({ new_quality_score: word });
const categoryUpdate = template.extend({ new_category: word, correct_category: maybe });

const accountUpdate = z.object({
  event: word,
  // Of a shape that we do not know they are taken for the worst.
  ban_info: z.object({ waba_ban_state: word }).nullish().catch({ waba_ban_state: 'UNKNOWN' }),
  restriction_info: z
    .array(z.object({ restriction_type: word }))
    .nullish()
    .catch([{ restriction_type: 'UNKNOWN' }]),
});
const alert = z.object({
  alert_info: z.object({ alert_severity: maybe, alert_type: maybe }).optional(),
  alert_severity: maybe,
  alert_type: maybe,
});
const limitUpdate = z.object({
  event: maybe,
  max_daily_conversations_per_business: z.union([z.number(), z.string()]).nullish(),
  max_daily_conversation_per_phone: z.union([z.number(), z.string()]).nullish(),
});

/** States of a template at Meta. The other events of the field (FLAGGED, LOCKED, ...) say nothing about sending. */
const STATUSES: ReadonlySet<string> = new Set([
  'APPROVED',
  'ARCHIVED',
  'DELETED',
  'DISABLED',
  'IN_APPEAL',
  'LIMIT_EXCEEDED',
  'PAUSED',
  'PENDING',
  'PENDING_DELETION',
  'REJECTED',
]);
/** After these the state is another than before, and the event does not say which. */
const UNTOLD: ReadonlySet<string> = new Set(['REINSTATED', 'UNARCHIVED']);

function templateEvent(
  field: string,
  entry: MetaEntry,
  about: z.infer<typeof template>,
  event: string,
  change: TemplateChange,
): AccountEvent[] {
  return [
    {
      kind: 'template',
      dedupeKey: digest(about.message_template_id, field, event, entry.time ?? ''),
      businessAccountId: entry.id,
      at: entry.time ?? null,
      event,
      name: about.message_template_name,
      language: about.message_template_language.replace('-', '_'),
      change,
    },
  ];
}

function statusChange(event: string): TemplateChange {
  if (STATUSES.has(event)) return { status: event };
  return UNTOLD.has(event) ? { status: null } : {};
}

function accountEvent(
  field: string,
  entry: MetaEntry,
  event: string,
  rest: Partial<Pick<Extract<AccountEvent, { kind: 'account' }>, 'halt' | 'told' | 'limit'>>,
): AccountEvent[] {
  return [
    {
      kind: 'account',
      dedupeKey: digest(field, event, entry.id, entry.time ?? '', String(rest.limit ?? '')),
      businessAccountId: entry.id,
      phoneNumberId: null,
      at: entry.time ?? null,
      event,
      halt: null,
      told: false,
      ...rest,
    },
  ];
}

/** Does not keep anybody from sending. */
const HARMLESS_RESTRICTION = 'RESTRICTED_ADD_PHONE_NUMBER_ACTION';
const ENDINGS: ReadonlySet<string> = new Set(['ACCOUNT_DELETED', 'ACCOUNT_RESTRICTION']);

function halts(update: z.infer<typeof accountUpdate>): boolean {
  const restrictions = update.restriction_info ?? [];
  if (restrictions.length > 0)
    return restrictions.some((one) => one.restriction_type !== HARMLESS_RESTRICTION);
  if (update.event === 'DISABLED_UPDATE' || update.ban_info)
    return update.ban_info?.waba_ban_state !== 'REINSTATE';
  return ENDINGS.has(update.event);
}

/** A limit that is not raised, a badge that is not given: somebody should know, and nothing has to stop. */
const HARMLESS_ALERT = /^(INCREASED_CAPABILITIES|OBA|PROFILE_PICTURE)_/;

function alertEvents(field: string, entry: MetaEntry, { alert_info: info, ...flat }: z.infer<typeof alert>) {
  const { alert_severity: severity, alert_type: type } = info ?? flat;
  const stops = severity === 'CRITICAL' && !HARMLESS_ALERT.test(type ?? '');
  return accountEvent(field, entry, type ?? 'UNKNOWN', {
    halt: stops ? 'providerHalted' : null,
    told: severity !== 'INFORMATIONAL',
  });
}

/** What stands for "as many as you like" in a column of 32 bits. */
const UNLIMITED = 2_147_483_647;
const TIER = /^TIER_(\d+)(K?)$/;

/** Meta writes a number, -1 for no limit, or the name of a tier such as `TIER_10K`. */
function limitOf(value: number | string | null | undefined): number | undefined {
  if (value === null || value === undefined) return undefined;
  const [, tier, thousands] = TIER.exec(String(value)) ?? [];
  if (tier !== undefined) return Number(tier) * (thousands === 'K' ? 1000 : 1);
  if (value === 'TIER_UNLIMITED' || Number(value) === -1) return UNLIMITED;
  return Number.isInteger(Number(value)) && Number(value) > 0 ? Number(value) : undefined;
}

function limitEvents(field: string, entry: MetaEntry, update: z.infer<typeof limitUpdate>): AccountEvent[] {
  // The older name of the field is per number; portfolios share one limit since October 2025.
  const limit = limitOf(
    update.max_daily_conversations_per_business ?? update.max_daily_conversation_per_phone,
  );
  return accountEvent(field, entry, update.event ?? 'LIMIT', limit === undefined ? {} : { limit });
}

type Reader = (value: unknown, field: string, entry: MetaEntry) => AccountEvent[];

const reader =
  <T>(
    schema: z.ZodType<T>,
    toEvents: (field: string, entry: MetaEntry, value: T) => AccountEvent[],
  ): Reader =>
  (value, field, entry) => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return toEvents(field, entry, parsed.data);
    // To have Meta deliver it again would not make it readable: somebody looks in WhatsApp Manager instead.
    return accountEvent(field, entry, 'UNREADABLE', { told: true });
  };

const READERS: Readonly<Record<string, Reader>> = {
  message_template_status_update: reader(statusUpdate, (field, entry, value) =>
    templateEvent(field, entry, value, value.event, statusChange(value.event)),
  ),
  message_template_quality_update: reader(qualityUpdate, (field, entry, value) =>
    templateEvent(field, entry, value, value.new_quality_score, { quality: value.new_quality_score }),
  ),
  // The notice of 24 hours before names the category of tomorrow as the correct one; the new one is that of today.
  template_category_update: reader(categoryUpdate, (field, entry, value) =>
    templateEvent(field, entry, value, value.correct_category ? 'CATEGORY_NOTICE' : 'CATEGORY_CHANGED', {
      category: value.new_category,
      ...(value.correct_category ? { nextCategory: value.correct_category } : {}),
    }),
  ),
  // Its text is not read: whoever needs the components asks Meta again.
  message_template_components_update: reader(template, (field, entry, value) =>
    templateEvent(field, entry, value, 'COMPONENTS_CHANGED', {}),
  ),
  account_update: reader(accountUpdate, (field, entry, value) =>
    accountEvent(field, entry, value.ban_info?.waba_ban_state ?? value.event, {
      halt: halts(value) ? 'providerHalted' : null,
      told: value.event === 'ACCOUNT_VIOLATION',
    }),
  ),
  account_alerts: reader(alert, alertEvents),
  phone_number_quality_update: reader(limitUpdate, limitEvents),
  business_capability_update: reader(limitUpdate, limitEvents),
};

/** Events of a template or account field; none for a field that is not ours. */
export function accountEvents(field: string, value: unknown, entry: MetaEntry): AccountEvent[] {
  const read = Object.hasOwn(READERS, field) ? READERS[field] : undefined;
  return read ? read(value, field, entry) : [];
}

const HALTING: readonly string[] = ['providerHalted', 'providerAuth'];

/** A fault of the account that Meta reports beside messages and statuses, in `value.errors`. */
export function faultEvent(code: string, value: MetaValue, entry: MetaEntry): AccountEvent {
  const phoneNumberId = value.metadata.phone_number_id;
  const outcome = outcomeOfErrorCode(Number(code));
  const reason = 'code' in outcome ? outcome.code : '';
  return {
    kind: 'account',
    dedupeKey: digest('errors', phoneNumberId, code, entry.time ?? ''),
    businessAccountId: entry.id,
    phoneNumberId,
    at: entry.time ?? null,
    event: `ERROR_${code}`,
    halt: HALTING.includes(reason) ? (reason as 'providerHalted' | 'providerAuth') : null,
    told: true,
  };
}
