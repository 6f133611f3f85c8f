import { z } from 'zod/v4';
import { CONSENT_GRADES, PACK_IDS, PURPOSES } from './types';

const clockTime = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/);

/** `from` and `to` differ: equal times could mean "never" as well as "always". */
export const quietHoursSchema = z
  .strictObject({ from: clockTime, to: clockTime, sundays: z.boolean() })
  .refine((hours) => hours.from !== hours.to);

export const capSchema = z.strictObject({
  messages: z.int().min(1).max(1000),
  days: z.int().min(1).max(366),
});

const purposeRuleSchema = z.strictObject({
  art6: z.enum(['a', 'b', 'c', 'd', 'e', 'f']).nullable(),
  art9: z.enum(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j']).nullable(),
  advertisingRule: z.string().min(3).nullable(),
  needsConsent: z.enum(CONSENT_GRADES),
  adultsOnly: z.boolean(),
  needsVerified: z.boolean(),
  validityDays: z.int().min(1).max(3650).nullable(),
  replyNeedsConsent: z.boolean(),
  cap: capSchema.nullable(),
  quietHours: quietHoursSchema.optional(),
});

const days = z.int().min(1).max(36_525);
const bound = <T extends z.ZodType>(kept: T) =>
  z.strictObject({ default: kept, min: z.int().min(1), max: kept });

const retentionBoundsSchema = z.strictObject({
  outboxDays: bound(days),
  inboundDays: bound(days),
  auditDays: bound(days),
  consentFactsYears: bound(z.int().min(1).max(100)),
  engagementMonths: bound(z.int().min(1).max(1200)),
  closedTaskDays: bound(days),
  profileDays: bound(days.nullable()),
});

/** Its bounds are those of the pack, see `applyPolicyChange`. */
const ownRetentionSchema = z
  .strictObject({
    outboxDays: z.int(),
    inboundDays: z.int(),
    auditDays: z.int(),
    consentFactsYears: z.int(),
    engagementMonths: z.int(),
    closedTaskDays: z.int(),
    profileDays: z.int().nullable(),
  })
  .partial();

export const packSchema = z.strictObject({
  id: z.enum(PACK_IDS),
  date: z.iso.date(),
  sources: z.array(z.string().min(10)).min(1),
  purposes: z.record(z.enum(PURPOSES), purposeRuleSchema),
  quietHours: quietHoursSchema,
  marketingRefusedIn: z.array(z.string().regex(/^[A-Z]{2}$/)),
  needsAcknowledgement: z.literal('metaSignsNoBaa').nullable(),
  retention: retentionBoundsSchema,
});

const terms = z.array(z.string().trim().min(2).max(80)).max(500);
const hostName = z
  .string()
  .max(253)
  .regex(/^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/);

const acknowledged = { by: z.string().trim().min(3).max(120), at: z.int().min(0) };
const acknowledgementSchema = z.discriminatedUnion('what', [
  z.strictObject({ what: z.literal('metaSignsNoBaa'), ...acknowledged }),
  z.strictObject({
    what: z.literal('publicScreeningMandate'),
    ...acknowledged,
    reference: z.string().trim().min(3).max(200),
  }),
]);

/** What Registry Admin or the CLI may change. Unknown keys are refused: a misspelt rule must not look set. */
export const policyChangeSchema = z.strictObject({
  pack: z.enum(PACK_IDS).optional(),
  quietHours: quietHoursSchema.nullable().optional(),
  caps: z.partialRecord(z.enum(PURPOSES), capSchema).optional(),
  campaignAbove: z.int().min(1).max(100_000).optional(),
  acknowledgements: z.array(acknowledgementSchema).max(20).optional(),
  conversationDays: z.int().min(0).max(3650).optional(),
  retention: ownRetentionSchema.optional(),
  phi: z
    .strictObject({
      allowedTerms: terms.optional(),
      forbiddenTerms: terms.optional(),
      allowedDomains: z.array(hostName).max(100).optional(),
    })
    .optional(),
});

/** A validated part of a policy; `quietHours: null` takes the controller's own quiet hours away again. */
export type PolicyChange = z.infer<typeof policyChangeSchema>;
