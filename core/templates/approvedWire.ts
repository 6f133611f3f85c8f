import { refusal } from '../policy/reasons';
import type { FilledButton, FilledHeader } from './approvedTypes';
import { checkedPayload, type MetaMessageComponent, type MetaTemplateObject } from './meta';
import type { RenderedMessage } from './types';

/**
 * The property `template` of the request, for a message that was held against its live template.
 *
 * @param payloadFor what a tap sends back, given the meaning of a button (or `flow`)
 * @throws CareError `messageInvalid` for one that was not, `payloadInvalid`
 */
export function toMetaApproved(
  { origin, metaName, parameters }: RenderedMessage,
  payloadFor: (choice: string) => string,
): MetaTemplateObject {
  if (origin?.source !== 'approved' || !origin.filled)
    throw refusal('messageInvalid', { field: 'care.message' });
  const { header, buttons, named } = origin.filled;
  const body = parameters.map(({ name, value }) => textParameter(named, name, value));
  return {
    name: metaName,
    language: { code: origin.language },
    components: [
      ...(header === null ? [] : [{ type: 'header', parameters: [headerParameter(named, header)] } as const]),
      ...(body.length === 0 ? [] : [{ type: 'body', parameters: body } as const]),
      ...buttons.map((button) => buttonComponent(button, payloadFor)),
    ],
  };
}

const textParameter = (named: boolean, name: string, text: string) => ({
  type: 'text' as const,
  ...(named ? { parameter_name: name } : {}),
  text,
});

type HeaderParameter = Extract<MetaMessageComponent, { type: 'header' }>['parameters'][number];

function headerParameter(named: boolean, header: FilledHeader): HeaderParameter {
  switch (header.type) {
    case 'text':
      return textParameter(named, header.name, header.text);
    case 'image':
      return { type: 'image', image: { link: header.link } };
    case 'video':
      return { type: 'video', video: { link: header.link } };
    case 'document':
      return { type: 'document', document: { link: header.link, filename: header.fileName } };
    case 'location': {
      const { latitude, longitude, name } = header;
      return { type: 'location', location: { latitude, longitude, name } };
    }
  }
}

function buttonComponent(
  button: FilledButton,
  payloadFor: (choice: string) => string,
): Extract<MetaMessageComponent, { type: 'button' }> {
  const at = { type: 'button', index: String(button.index) } as const;
  switch (button.type) {
    case 'quick_reply': {
      const payload = checkedPayload(payloadFor(button.choice));
      return { ...at, sub_type: 'quick_reply', parameters: [{ type: 'payload', payload }] };
    }
    case 'url':
      return { ...at, sub_type: 'url', parameters: [{ type: 'text', text: button.suffix }] };
    case 'copy_code':
      return {
        ...at,
        sub_type: 'copy_code',
        parameters: [{ type: 'coupon_code', coupon_code: button.code }],
      };
    case 'flow': {
      const action = { flow_token: checkedPayload(payloadFor('flow')) };
      return { ...at, sub_type: 'flow', parameters: [{ type: 'action', action }] };
    }
  }
}
