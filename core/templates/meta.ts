import { CareError } from '../errors';
import type { Language } from '../phi/types';
import { refusal } from '../policy/reasons';
import { LIMITS, PAYLOAD } from './limits';
import { fill, placeholdersOf } from './placeholders';
import { metaNameOf } from './render';
import type { ButtonChoice, CatalogueTemplate, RenderedMessage } from './types';

/** How variables are written at Meta. One form per template; creating and sending must use the same. */
export type ParameterFormat = 'named' | 'positional';

/** Body of `POST /{WABA-ID}/message_templates`. Source: developers.facebook.com, templates/components. */
export interface MetaTemplateCreate {
  readonly name: string;
  readonly language: string;
  readonly category: 'UTILITY' | 'MARKETING';
  readonly parameter_format: ParameterFormat;
  readonly message_send_ttl_seconds?: number;
  readonly components: readonly MetaTemplateComponent[];
}

export type MetaTemplateComponent =
  | { readonly type: 'BODY'; readonly text: string; readonly example?: MetaExample }
  | { readonly type: 'FOOTER'; readonly text: string }
  | {
      readonly type: 'BUTTONS';
      readonly buttons: readonly { readonly type: 'QUICK_REPLY'; readonly text: string }[];
    };

export type MetaExample =
  | { readonly body_text_named_params: readonly { readonly param_name: string; readonly example: string }[] }
  | { readonly body_text: readonly (readonly string[])[] };

/** Property `template` of `POST /{Phone-Number-ID}/messages` with `type: template`. */
export interface MetaTemplateObject {
  readonly name: string;
  readonly language: { readonly code: string };
  readonly components: readonly MetaMessageComponent[];
}

export interface MetaTextParameter {
  readonly type: 'text';
  readonly parameter_name?: string;
  readonly text: string;
}

export type MetaHeaderParameter =
  | MetaTextParameter
  | { readonly type: 'image'; readonly image: { readonly link: string } }
  | { readonly type: 'video'; readonly video: { readonly link: string } }
  | { readonly type: 'document'; readonly document: { readonly link: string; readonly filename: string } }
  | {
      readonly type: 'location';
      readonly location: { readonly latitude: number; readonly longitude: number; readonly name: string };
    };

interface MetaButtonAt {
  readonly type: 'button';
  /** From 0, as a text. */
  readonly index: string;
}

export type MetaMessageComponent =
  | { readonly type: 'header'; readonly parameters: readonly [MetaHeaderParameter] }
  | { readonly type: 'body'; readonly parameters: readonly MetaTextParameter[] }
  | (MetaButtonAt & {
      readonly sub_type: 'quick_reply';
      readonly parameters: readonly [{ readonly type: 'payload'; readonly payload: string }];
    })
  | (MetaButtonAt & {
      readonly sub_type: 'url';
      readonly parameters: readonly [{ readonly type: 'text'; readonly text: string }];
    })
  | (MetaButtonAt & {
      readonly sub_type: 'copy_code';
      readonly parameters: readonly [{ readonly type: 'coupon_code'; readonly coupon_code: string }];
    })
  | (MetaButtonAt & {
      readonly sub_type: 'flow';
      readonly parameters: readonly [
        { readonly type: 'action'; readonly action: { readonly flow_token: string } },
      ];
    });

/**
 * What Meta is asked to approve for one language.
 *
 * @throws CareError `templateUseMismatch` for a reply text, `languageMissing`
 */
export function toMetaTemplateCreate(
  template: CatalogueTemplate,
  language: Language,
  format: ParameterFormat = 'named',
): MetaTemplateCreate {
  if (template.use === 'reply') throw refusal('templateUseMismatch');
  const text = template.texts[language];
  if (!text) throw refusal('languageMissing');
  const buttons = text.buttons ?? [];
  const components: MetaTemplateComponent[] = [
    { type: 'BODY', text: numbered(text.body, format), ...exampleOf(template, text.body, format) },
    ...(text.footer === undefined ? [] : [{ type: 'FOOTER', text: text.footer } as const]),
    ...(buttons.length === 0
      ? []
      : [
          {
            type: 'BUTTONS',
            buttons: buttons.map(({ title }) => ({ type: 'QUICK_REPLY', text: title }) as const),
          } as const,
        ]),
  ];
  return {
    name: metaNameOf(template),
    language,
    category: template.metaCategory,
    parameter_format: format,
    ...(template.ttlSeconds === null ? {} : { message_send_ttl_seconds: template.ttlSeconds }),
    components,
  };
}

function numbered(body: string, format: ParameterFormat): string {
  if (format === 'named') return body;
  const order = placeholdersOf(body);
  return fill(body, (name) => `{{${order.indexOf(name) + 1}}}`);
}

function exampleOf(
  { variables }: CatalogueTemplate,
  body: string,
  format: ParameterFormat,
): { example?: MetaExample } {
  const examples = placeholdersOf(body).map((name) => ({
    param_name: name,
    example: variables.find((variable) => variable.name === name)?.example ?? name,
  }));
  if (examples.length === 0) return {};
  return format === 'named'
    ? { example: { body_text_named_params: examples } }
    : { example: { body_text: [examples.map(({ example }) => example)] } };
}

/**
 * The approved template with its values.
 *
 * @param payloadFor what a tap sends back, at most 100 of `A-Z a-z 0-9 _ . : | -`; never personal data
 * @throws CareError `templateUseMismatch` for a reply text, `payloadInvalid`, `textTooLong`
 */
export function toMetaTemplateMessage(
  message: RenderedMessage,
  payloadFor: (choice: ButtonChoice) => string,
  format: ParameterFormat = 'named',
): MetaTemplateObject {
  if (message.use === 'reply') throw refusal('templateUseMismatch');
  if (message.text.length > LIMITS.body) throw refusal('textTooLong');
  const parameters = message.parameters.map(({ name, value }) => ({
    type: 'text' as const,
    ...(format === 'named' ? { parameter_name: name } : {}),
    text: value,
  }));
  return {
    name: message.metaName,
    language: { code: message.language },
    components: [
      ...(parameters.length === 0 ? [] : [{ type: 'body', parameters } as const]),
      ...message.buttons.map(
        ({ choice }, index) =>
          ({
            type: 'button',
            sub_type: 'quick_reply',
            index: String(index),
            parameters: [{ type: 'payload', payload: checkedPayload(payloadFor(choice)) }],
          }) as const,
      ),
    ],
  };
}

/** @throws CareError `payloadInvalid` */
export function checkedPayload(payload: string): string {
  if (PAYLOAD.test(payload)) return payload;
  throw new CareError(
    'payloadInvalid',
    `What a button sends back has 1 to ${LIMITS.payload} letters, digits or _ . : | - and no personal data.`,
  );
}
