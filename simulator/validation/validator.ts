import Ajv2020, { type ErrorObject, type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { GraphError } from '../cloud/errors';
import { readSchemas } from './document';
import { relaxed } from './relax';

const TYPE_SCHEMA: Record<string, string> = {
  text: 'TextMessage',
  audio: 'AudioMessage',
  document: 'DocumentMessage',
  image: 'ImageMessage',
  location: 'LocationMessage',
  video: 'VideoMessage',
  sticker: 'StickerMessage',
  reaction: 'ReactionMessage',
  interactive: 'InteractiveMessage',
  template: 'TemplateMessage',
  contacts: 'ContactsMessage',
};

type Check = (body: unknown) => void;

/** Request checks made from Meta's OpenAPI document; each throws a {@link GraphError} on the first fault. */
export interface RequestValidator {
  /** `POST /{Phone-Number-ID}/messages`; the schema is picked by `type`, which defaults to text. */
  message: Check;
  /** `POST /{Phone-Number-ID}/marketing_messages` */
  marketingMessage: Check;
  /** `POST /{WABA-ID}/subscribed_apps` */
  subscription: Check;
}

const compiled = new Map<string, RequestValidator>();

/** @param path Meta's OpenAPI document. Compiled once a process and path. */
export function requestValidator(path: string): RequestValidator {
  const cached = compiled.get(path);
  if (cached) return cached;
  const validator = build(path);
  compiled.set(path, validator);
  return validator;
}

function build(path: string): RequestValidator {
  const schemas = readSchemas(path, 'Message', 'MarketingMessageRequestPayload', 'SubscriptionRequest');
  const ajv = new Ajv2020({ strict: false, discriminator: false, verbose: false });
  addFormats(ajv);
  ajv.addSchema({ $id: 'meta', components: { schemas: relaxed(schemas) } });
  const named = (name: string) => ajv.compile({ $ref: `meta#/components/schemas/${name}` });
  const byType = new Map(Object.entries(TYPE_SCHEMA).map(([type, name]) => [type, named(name)]));
  return {
    message: (body) => check(messageSchema(byType, body), body),
    marketingMessage: asCheck(named('MarketingMessageRequestPayload')),
    subscription: asCheck(named('SubscriptionRequest')),
  };
}

const asCheck =
  (validate: ValidateFunction): Check =>
  (body) =>
    check(validate, body);

function messageSchema(byType: Map<string, ValidateFunction>, body: unknown): ValidateFunction {
  const type = (body as { type?: unknown } | null)?.type ?? 'text';
  const validate = typeof type === 'string' ? byType.get(type) : undefined;
  if (!validate) throw new GraphError(131051, { details: 'Param type is not a supported message type.' });
  return validate;
}

function check(validate: ValidateFunction, body: unknown): void {
  if (validate(body)) return;
  throw asGraphError(mostSpecific(validate.errors ?? []));
}

/** Unions report each branch; the fault that lies deepest is the one the sender made. */
function mostSpecific(errors: ErrorObject[]): ErrorObject | undefined {
  const telling = errors.filter((error) => !['if', 'oneOf', 'allOf', 'anyOf'].includes(error.keyword));
  const depth = (error: ErrorObject) => error.instancePath.split('/').length;
  return telling.toSorted((one, other) => depth(other) - depth(one))[0] ?? errors[0];
}

function asGraphError(error: ErrorObject | undefined): GraphError {
  if (!error) return new GraphError(100);
  const params = error.params as {
    missingProperty?: string;
    unevaluatedProperty?: string;
    additionalProperty?: string;
  };
  const unknown = params.unevaluatedProperty ?? params.additionalProperty;
  if (unknown !== undefined) {
    const where = paramName(error.instancePath, unknown);
    return new GraphError(100, { details: `Unexpected key ${where}.` });
  }
  if (params.missingProperty !== undefined) {
    return missing(paramName(error.instancePath, params.missingProperty));
  }
  const where = paramName(error.instancePath);
  if (where === 'messaging_product') return missing(where);
  return new GraphError(131009, { details: `Param ${where} ${error.message ?? 'is not valid'}.` });
}

/** Graph itself asks for the product; everything below is WhatsApp's. */
const missing = (where: string): GraphError =>
  where === 'messaging_product'
    ? new GraphError(100, { message: `(#100) The parameter ${where} is required.` })
    : new GraphError(131008, { details: `Param ${where} is required.` });

/** `/interactive/action/buttons/0` → `interactive['action']['buttons'][0]`; never the value itself. */
function paramName(pointer: string, last?: string): string {
  const [first = 'body', ...rest] = [...pointer.split('/').slice(1), ...(last === undefined ? [] : [last])];
  return first + rest.map((part) => (/^\d+$/.test(part) ? `[${part}]` : `['${part}']`)).join('');
}
