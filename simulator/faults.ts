import { z } from 'zod/v4';

const share = z.number().min(0).max(1).default(0);
const code = z
  .object({ code: z.int(), share: z.number().min(0).max(1).default(1) })
  .nullable()
  .default(null);

const Faults = z.object({
  /** Wait before a Cloud API call is looked at and answered, in milliseconds; also when the caller has gone. */
  latencyMs: z.number().min(0).default(0),
  /** Share of sends that answer HTTP 500, code 2, `is_transient`, before anything is accepted. */
  errorShare: share,
  /** Share of sends whose connection is cut after the message was accepted: the caller cannot know. */
  cutShare: share,
  /** Refuse sends at once with any code of the catalogue. */
  refuse: code,
  /** Accept sends, then report them `failed` with any code of the catalogue. */
  fail: code,
  /** Share of webhook updates that go out twice. */
  duplicateShare: share,
  /** Share of webhook updates that are overtaken by later ones. */
  outOfOrderShare: share,
  /** Wait before each webhook update, in milliseconds. */
  webhookDelayMs: z.number().min(0).default(0),
  /** Keep all webhooks back until this is false again. */
  holdWebhooks: z.boolean().default(false),
  /** How many waiting updates may share one POST; Meta's own bound is 1000. */
  webhookBatch: z.int().min(1).max(1000).default(1),
  /** How long an update waits for others to share its POST, in milliseconds, as Meta gathers them. */
  webhookGatherMs: z.number().min(0).default(0),
  /** Where a closed service window (131047) shows: as a failed status, as Meta mostly does, or at once. */
  windowRefusal: z.enum(['status', 'sync']).default('status'),
  /** What Meta's review of a new template says, and how much later. */
  templateReview: z
    .object({
      outcome: z.enum(['APPROVED', 'REJECTED']).default('APPROVED'),
      delayMs: z.number().min(0).default(0),
      reason: z.string().default('INVALID_FORMAT'),
    })
    .prefault({}),
});

export type Faults = z.output<typeof Faults>;

/** Only what is named changes; an empty object changes nothing. */
export const FaultsInput = z.strictObject(Faults.shape).partial();
export type FaultsInput = z.input<typeof FaultsInput>;

/** A good day: no fault at all. */
export const noFaults = (): Faults => Faults.parse({});

/** @throws zod's error if a value is out of range or a name is unknown. */
export function mergeFaults(current: Faults, change: FaultsInput): Faults {
  const named = Object.entries(change).filter(([, value]) => value !== undefined);
  FaultsInput.parse(change);
  return Faults.parse({ ...current, ...Object.fromEntries(named) });
}
