import type { Template } from '../model/types';
import type { PhoneNumber } from '../options';
import type { World } from '../world';
import { GraphError } from './errors';

type Node = Record<string, unknown>;

/** Keep `id` and what `fields=` names, as Graph does. @throws GraphError 100 on a name that the node lacks. */
export function pickFields(node: Node, fields: string | undefined, standard: string[], kind: string): Node {
  const names =
    fields
      ?.split(',')
      .map((name) => name.trim().replace(/\{.*$/, ''))
      .filter(Boolean) ?? standard;
  const unknown = names.find((name) => !(name in node));
  if (unknown !== undefined) {
    throw new GraphError(100, {
      message: `(#100) Tried accessing nonexisting field (${unknown}) on node type (${kind})`,
    });
  }
  return { ...Object.fromEntries(names.map((name) => [name, node[name]])), id: node.id };
}

const NUMBER_FIELDS = ['verified_name', 'code_verification_status', 'display_phone_number', 'quality_rating', 'platform_type', 'throughput']; // prettier-ignore

export function phoneNumberNode(number: PhoneNumber, fields?: string): Node {
  const health = (type: string, id: string) => ({ entity_type: type, id, can_send_message: 'AVAILABLE' });
  const node = {
    id: number.phoneNumberId,
    display_phone_number: number.displayPhoneNumber,
    verified_name: number.verifiedName,
    quality_rating: 'GREEN',
    status: 'CONNECTED',
    name_status: 'APPROVED',
    code_verification_status: 'VERIFIED',
    platform_type: 'CLOUD_API',
    account_mode: 'LIVE',
    throughput: { level: number.throughputPerSecond >= 1000 ? 'HIGH' : 'STANDARD' },
    whatsapp_business_manager_messaging_limit: number.messagingLimit,
    health_status: {
      can_send_message: 'AVAILABLE',
      entities: [health('PHONE_NUMBER', number.phoneNumberId), health('WABA', number.businessAccountId)],
    },
  };
  return pickFields(node, fields, NUMBER_FIELDS, 'WhatsAppBusinessPhoneNumber');
}

export function businessAccountNode(id: string, fields?: string): Node {
  const node = {
    id,
    name: 'Example Clinic',
    currency: 'EUR',
    timezone_id: '1',
    message_template_namespace: `ns_${id}`,
  };
  return pickFields(
    node,
    fields,
    ['name', 'currency', 'timezone_id', 'message_template_namespace'],
    'WhatsAppBusinessAccount',
  );
}

const TEMPLATE_FIELDS = ['name', 'parameter_format', 'components', 'language', 'status', 'category'];

export function templateNode(template: Template, fields?: string): Node {
  const node = {
    id: template.id,
    name: template.name,
    language: template.language,
    status: template.status,
    category: template.category,
    correct_category: template.category,
    parameter_format: template.parameterFormat,
    components: template.components,
    quality_score: { score: 'UNKNOWN' },
    rejected_reason: template.rejectedReason,
    message_send_ttl_seconds: template.ttlSeconds,
  };
  return pickFields(node, fields, TEMPLATE_FIELDS, 'WhatsAppMessageTemplate');
}

export interface Page {
  limit?: string | undefined;
  after?: string | undefined;
  before?: string | undefined;
}

const cursor = (position: number): string => Buffer.from(`at:${position}`).toString('base64url');

/** @throws GraphError 131059: the cursor is not one of ours, as v24+ says. */
function position(text: string): number {
  const found = /^at:(\d+)$/.exec(Buffer.from(text, 'base64url').toString());
  if (!found) throw new GraphError(131059);
  return Number(found[1]);
}

/**
 * Cursor paging as Graph does it: `paging.next` is there only if another page follows.
 * @param address the full URL of this list, without paging parameters.
 */
export function paged<T>(
  rows: T[],
  { limit, after, before }: Page,
  address: URL,
): { data: T[]; paging?: object } {
  const size = Math.min(Math.max(1, Number(limit ?? 25) || 25), 1000);
  const start =
    after !== undefined
      ? position(after) + 1
      : before !== undefined
        ? Math.max(0, position(before) - size)
        : 0;
  const data = rows.slice(start, start + size);
  if (data.length === 0) return { data };
  const last = start + data.length - 1;
  const cursors = { before: cursor(start), after: cursor(last) };
  return {
    data,
    paging: { cursors, ...(last + 1 < rows.length ? { next: nextPage(address, size, cursors.after) } : {}) },
  };
}

function nextPage(address: URL, size: number, after: string): string {
  const next = new URL(address);
  next.searchParams.delete('before');
  next.searchParams.set('limit', String(size));
  next.searchParams.set('after', after);
  return next.toString();
}

/** `filter` by name and status, as the list of templates takes them. */
export function listTemplates(
  world: World,
  businessAccountId: string,
  query: Page & { name?: string; status?: string; language?: string; fields?: string },
  address: URL,
): object {
  const { name, status, language, fields } = query;
  const rows = world.templates
    .of(businessAccountId)
    .filter((one) => name === undefined || one.name.includes(name))
    .filter((one) => status === undefined || one.status === status.toUpperCase())
    .filter((one) => language === undefined || one.language === language);
  const nodes = rows.map((one) => templateNode(one, fields ?? TEMPLATE_FIELDS.join(',')));
  return paged(nodes, query, address);
}
