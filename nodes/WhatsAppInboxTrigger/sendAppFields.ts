import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod/v4';
import type { WebhookPaths } from '../../core';

const onSendApp = { show: { provider: ['sendApp'] } };

/** A path such as `data.message.text`, or `messages.0.id` for the first of a list. */
const path = z
  .string()
  .trim()
  .regex(/^[\w-]+(?:\.[\w-]+)*$/);
const optional = z.union([path, z.literal('')]);

const paths = z.object({
  textPath: path.default('message'),
  numberPath: path.default('number'),
  idPath: optional.default('id'),
  payloadPath: optional.default(''),
  ownPath: optional.default(''),
});

/** The paths of the options; null where one of them is no path. */
export function webhookPaths(options: unknown): WebhookPaths | null {
  const parsed = paths.safeParse(options ?? {});
  if (!parsed.success) return null;
  const { textPath: text, numberPath: number, idPath: id, payloadPath: payload, ownPath: own } = parsed.data;
  return { text, number, id, payload, own };
}

export const sendAppFields: INodeProperties[] = [
  {
    displayName:
      'SendApp signs nothing: add ?secret= and the Webhook Secret of the credential to the address that you enter at SendApp. Keep the whole address secret.',
    name: 'secretNotice',
    type: 'notice',
    default: '',
    displayOptions: onSendApp,
  },
  {
    displayName: 'SendApp Options',
    name: 'sendAppOptions',
    type: 'collection',
    placeholder: 'Add Option',
    default: {},
    description:
      'Where the webhooks of SendApp Agent and Official hold what is needed; SendApp has not published their shape. Cloud needs none of it.',
    displayOptions: onSendApp,
    options: [
      {
        displayName: 'Button Path',
        name: 'payloadPath',
        type: 'string',
        default: '',
        placeholder: 'e.g. data.button.value',
        description: 'Path of what a tapped button sends back',
      },
      {
        displayName: 'Message ID Path',
        name: 'idPath',
        type: 'string',
        default: 'id',
        placeholder: 'e.g. data.message.key',
        description: 'Path of the ID by which a repeated delivery is recognised',
      },
      {
        displayName: 'Number Path',
        name: 'numberPath',
        type: 'string',
        default: 'number',
        placeholder: 'e.g. data.contact.number',
        description: 'Path of the phone number that wrote',
      },
      {
        displayName: 'Own Message Path',
        name: 'ownPath',
        type: 'string',
        default: '',
        placeholder: 'e.g. data.fromMe',
        description: 'Path of a value that is true for messages that you sent yourself',
      },
      {
        displayName: 'Text Path',
        name: 'textPath',
        type: 'string',
        default: 'message',
        placeholder: 'e.g. data.message.text',
        description: 'Path of the words',
      },
    ],
  },
];
