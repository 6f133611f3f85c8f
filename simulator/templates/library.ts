import { z } from 'zod/v4';
import { GraphError } from '../cloud/errors';
import { RateLimit } from '../model/bucket';
import type { Template, TemplateComponent, TemplateStatus } from '../model/types';
import type { World } from '../world';
import { checkComponents, refusal } from './rules';

const Button = z.looseObject({
  type: z.string().transform((type) => type.toUpperCase()),
  text: z.string().optional(),
  url: z.string().optional(),
  phone_number: z.string().optional(),
});

const Component = z.looseObject({
  type: z.string().transform((type) => type.toUpperCase()),
  format: z
    .string()
    .transform((format) => format.toUpperCase())
    .optional(),
  text: z.string().optional(),
  buttons: z.array(Button).optional(),
  example: z.record(z.string(), z.unknown()).optional(),
});

/** By hand: Meta's OpenAPI document knows only the types of these fields, none of their limits. */
const Creation = z.object({
  name: z.string().regex(/^[a-z0-9_]{1,512}$/),
  language: z.string().regex(/^[a-z]{2,3}(_[A-Z]{2,3})?$/),
  category: z.enum(['MARKETING', 'UTILITY', 'AUTHENTICATION']),
  components: z.array(Component).min(1),
  parameter_format: z
    .string()
    .toUpperCase()
    .pipe(z.enum(['POSITIONAL', 'NAMED']))
    .default('POSITIONAL'),
  message_send_ttl_seconds: z.int().optional(),
});

const THIRTY_DAYS = 30 * 86_400;
/** Seconds, inclusive; -1 stands for 30 days where it is allowed (reference, section 7.5). */
const TTL = {
  AUTHENTICATION: { least: 30, most: 900, endless: true, standard: 600 },
  UTILITY: { least: 30, most: 43_200, endless: true, standard: THIRTY_DAYS },
  MARKETING: { least: 43_200, most: THIRTY_DAYS, endless: false, standard: THIRTY_DAYS },
};

const MOST_TEMPLATES = 250;
const CREATIONS_PER_HOUR = 100;

/** The message templates of all business accounts, and their review. */
export class TemplateLibrary {
  private readonly creations: RateLimit;

  constructor(private readonly world: World) {
    this.creations = new RateLimit(world.clock, CREATIONS_PER_HOUR, CREATIONS_PER_HOUR / 3600);
    for (const template of world.store.templates.all()) this.awaitReview(template);
  }

  of(businessAccountId: string): Template[] {
    return [...this.world.store.templates.all()].filter((one) => one.businessAccountId === businessAccountId);
  }

  find(businessAccountId: string, name: string, language: string): Template | undefined {
    return this.of(businessAccountId).find((one) => one.name === name && one.language === language);
  }

  /** @throws GraphError: 100 with Meta's subcode, or 80007 beyond 100 creations an hour. */
  create(businessAccountId: string, body: unknown): Template {
    const input = parseCreation(body);
    checkComponents(input.components, input.parameter_format, input.category);
    checkTtl(input.category, input.message_send_ttl_seconds);
    if (this.find(businessAccountId, input.name, input.language)) {
      throw refusal('There is already content in this language for this template.', 2388024);
    }
    if (this.of(businessAccountId).length >= MOST_TEMPLATES)
      throw refusal('The account has too many templates.', 2388019);
    if (!this.creations.take(businessAccountId)) throw new GraphError(80007);
    return this.add(businessAccountId, input);
  }

  /** Set a status as Meta's quality machine would, and tell the webhook. */
  setStatus(template: Template, status: TemplateStatus, reason = 'NONE'): Template {
    const { review: _over, ...rest } = template;
    const changed: Template = { ...rest, status, rejectedReason: status === 'REJECTED' ? reason : 'NONE' };
    this.world.store.templates.put(template.id, changed);
    this.announce(changed, reason);
    return changed;
  }

  /** `name` removes every language of a template. @returns how many went. */
  remove(businessAccountId: string, name: string, id?: string): number {
    const gone = this.of(businessAccountId).filter(
      (one) => one.name === name && (id === undefined || one.id === id),
    );
    for (const template of gone) this.world.store.templates.delete(template.id);
    return gone.length;
  }

  private add(businessAccountId: string, input: z.output<typeof Creation>): Template {
    const { outcome, delayMs, reason } = this.world.faults.templateReview;
    const template: Template = {
      id: this.world.dice.digits(),
      businessAccountId,
      name: input.name,
      language: input.language,
      category: input.category,
      status: 'PENDING',
      components:
        input.category === 'AUTHENTICATION' ? input.components.map(withMetasWords) : input.components,
      parameterFormat: input.parameter_format,
      ttlSeconds: input.message_send_ttl_seconds,
      rejectedReason: 'NONE',
      review: { due: this.world.clock.now() + delayMs, outcome, reason },
    };
    if (delayMs === 0) return this.setStatus(template, outcome, reason);
    this.world.store.templates.put(template.id, template);
    this.awaitReview(template);
    return template;
  }

  private awaitReview(template: Template): void {
    const { review } = template;
    if (!review) return;
    this.world.clock.at(review.due, () => {
      const current = this.world.store.templates.get(template.id);
      if (current?.review) this.setStatus(current, review.outcome, review.reason);
    });
  }

  private announce(template: Template, reason: string): void {
    this.world.webhooks.enqueue({
      businessAccountId: template.businessAccountId,
      field: 'message_template_status_update',
      key: template.id,
      value: {
        event: template.status,
        // A number here, a string in the API (reference, section 15).
        message_template_id: Number(template.id),
        message_template_name: template.name,
        message_template_language: template.language,
        message_template_category: template.category,
        reason: template.status === 'REJECTED' ? reason : 'NONE',
      },
    });
  }
}

/** The body of an authentication template is Meta's, not the sender's. */
const withMetasWords = (component: TemplateComponent): TemplateComponent =>
  component.type === 'BODY' ? { ...component, text: 'Code {{1}} is your verification code.' } : component;

/** Seconds that a message may wait for its phone; only the marketing endpoint honours a marketing TTL. */
export function timeToLive(
  template: Template | undefined,
  endpoint: 'messages' | 'marketing_messages',
): number {
  if (!template) return THIRTY_DAYS;
  const standard = TTL[template.category as keyof typeof TTL].standard;
  if (template.category === 'MARKETING' && endpoint === 'messages') return standard;
  return template.ttlSeconds === -1 ? THIRTY_DAYS : (template.ttlSeconds ?? standard);
}

function parseCreation(body: unknown): z.output<typeof Creation> {
  const parsed = Creation.safeParse(body);
  if (parsed.success) return parsed.data;
  const path = parsed.error.issues[0]?.path.join('.') ?? 'body';
  throw refusal(`Param ${path} is missing or not valid.`);
}

function checkTtl(category: keyof typeof TTL, seconds: number | undefined): void {
  const { least, most, endless } = TTL[category];
  if (seconds === undefined || (seconds === -1 && endless) || (seconds >= least && seconds <= most)) return;
  throw refusal(`The time to live of ${category} is ${least} to ${most} seconds.`);
}
