import type { Schema } from './document';

/*
 * Meta's document contradicts itself and its own examples. What is loosened here, and why (reference, section 18):
 *
 *  - `allOf` members that say `additionalProperties: false` refuse the properties of their siblings, so that no
 *    message at all would pass. The ban moves to the whole message, as `unevaluatedProperties: false`.
 *  - `recipient_type`, `to` and `type` are listed as required; the pages give `recipient_type` a default, allow
 *    `recipient` instead of `to`, and Meta's own text sample has no `type`. Code checks the rest.
 *  - `recipient` (BSUID) and `biz_opaque_callback_data` are documented on pages and missing here.
 *  - `language.policy` is required here and absent from the current samples.
 *  - the pattern of a button's `index` refuses "0", which the document's own examples send; some samples send a
 *    number. Either is accepted, 0 to 9.
 *  - `sub_type` lacks flow, copy_code and others, and one sample writes it in capitals.
 *  - header parameters lack `location`; a parameter may be named (`parameter_name`).
 *  - `interactive.type` lacks `cta_url` and `location_request_message`.
 *  - latitude and longitude are typed as strings; the samples send numbers.
 *  - `discriminator.mapping` without `oneOf` means nothing to a JSON Schema validator; it becomes if/then.
 */

const MESSAGE_TYPES = [
  'TextMessage', 'AudioMessage', 'DocumentMessage', 'ImageMessage', 'LocationMessage', 'VideoMessage',
  'StickerMessage', 'ReactionMessage', 'InteractiveMessage', 'TemplateMessage', 'ContactsMessage',
]; // prettier-ignore

const SUB_TYPES = ['quick_reply', 'url', 'catalog', 'flow', 'copy_code', 'voice_call', 'mpm'];

const REF = '#/components/schemas/';
const ref = (name: string): Schema => ({ $ref: `${REF}${name}` });

/** A repaired copy of `components.schemas`, safe to hand to a JSON Schema 2020-12 validator. */
export function relaxed(original: Record<string, Schema>): Record<string, Schema> {
  const schemas = structuredClone(original);
  correctProperties(schemas);
  for (const name of MESSAGE_TYPES) closeWholeMessage(schema(schemas, name));
  for (const name of ['TemplateComponent', 'ParameterObject', 'ButtonParameterObject'])
    dispatch(schemas, name);
  return schemas;
}

function schema(schemas: Record<string, Schema>, name: string): Schema {
  const found = schemas[name];
  if (!found) throw new Error(`Meta's document has no schema ${name}.`);
  return found;
}

const properties = (holder: Schema): Record<string, Schema> => holder.properties as Record<string, Schema>;

function correctProperties(schemas: Record<string, Schema>): void {
  const base = schema(schemas, 'BaseMessageProperties');
  base.required = ['messaging_product'];
  const callback = {
    biz_opaque_callback_data: { type: 'string', maxLength: 512 },
    recipient: { type: 'string' },
  };
  Object.assign(properties(base), callback, { messaging_product: { const: 'whatsapp' } });

  const marketing = schema(schemas, 'MarketingMessageRequestPayload');
  marketing.required = ['messaging_product', 'type', 'template'];
  Object.assign(properties(marketing), callback);

  schema(schemas, 'LanguageObject').required = ['code'];
  const index = { type: ['string', 'integer'], pattern: '^[0-9]$', minimum: 0, maximum: 9 };
  const subType = { type: 'string', enum: [...SUB_TYPES, ...SUB_TYPES.map((name) => name.toUpperCase())] };
  for (const holder of [
    schema(schemas, 'TemplateComponent'),
    secondPart(schema(schemas, 'ButtonComponent')),
  ]) {
    Object.assign(properties(holder), { index, sub_type: subType });
  }
  widen(schemas, 'ParameterObject', ['location']);
  widen(schemas, 'ButtonParameterObject', ['action', 'coupon_code']);
  widen(schemas, 'InteractiveObject', ['cta_url', 'location_request_message']);
  (schema(schemas, 'ActionObject').oneOf as Schema[]).push(...MISSING_ACTIONS);

  const location = properties(secondPart(schema(schemas, 'LocationMessage'))).location ?? {};
  Object.assign(properties(location), {
    latitude: { type: ['string', 'number'] },
    longitude: { type: ['string', 'number'] },
  });
}

const MISSING_ACTIONS: Schema[] = [
  {
    required: ['name', 'parameters'],
    properties: {
      name: { enum: ['cta_url'] },
      parameters: {
        type: 'object',
        required: ['display_text', 'url'],
        properties: {
          display_text: { type: 'string', maxLength: 20 },
          url: { type: 'string', format: 'uri' },
        },
      },
    },
  },
  { required: ['name'], properties: { name: { enum: ['send_location'] } } },
];

function secondPart(composed: Schema): Schema {
  return (composed.allOf as Schema[])[1] ?? {};
}

function widen(schemas: Record<string, Schema>, name: string, values: string[]): void {
  const type = properties(schema(schemas, name)).type ?? {};
  type.enum = [...(type.enum as string[]), ...values];
}

function closeWholeMessage(message: Schema): void {
  for (const part of message.allOf as Schema[]) delete part.additionalProperties;
  message.unevaluatedProperties = false;
}

/**
 * Let every use of `base` check the variant that its `type` names. The variants themselves refer to the base
 * by `allOf`, so they keep the plain one; all others refer to a new `…Variant` schema.
 */
function dispatch(schemas: Record<string, Schema>, base: string): void {
  const mapping = (schema(schemas, base).discriminator as { mapping: Record<string, string> }).mapping;
  const variants = new Set(Object.values(mapping).map((target) => target.slice(REF.length)));
  const users = Object.entries(schemas).filter(([name]) => !variants.has(name));
  const composed = [...variants].map((name) => secondPart(schema(schemas, name)));
  for (const holder of [...users.map(([, user]) => user), ...composed]) redirect(holder, base);
  schemas[`${base}Variant`] = {
    allOf: [
      ref(base),
      ...Object.entries(mapping).map(([type, target]) => ({
        if: { type: 'object', properties: { type: { const: type } }, required: ['type'] },
        then: { $ref: target },
      })),
    ],
  };
}

function redirect(node: unknown, base: string): void {
  if (typeof node !== 'object' || node === null) return;
  const holder = node as Schema;
  if (holder.$ref === `${REF}${base}`) holder.$ref = `${REF}${base}Variant`;
  for (const value of Object.values(holder)) redirect(value, base);
}
