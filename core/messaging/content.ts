import { toMetaApproved } from '../templates/approvedWire';
import { toMetaComposed, type MetaComposed } from '../templates/composedWire';
import { toMetaTemplateMessage, type MetaTemplateObject } from '../templates/meta';
import { toMetaReply } from '../templates/metaReply';
import type { OutgoingMessage } from './types';

/**
 * What one message says, in the shape of Meta's `POST /{Phone-Number-ID}/messages`: the property `type` and the one of
 * that name. Every provider starts from it; those that speak another dialect translate it.
 */
export type WireContent = { readonly type: 'template'; readonly template: MetaTemplateObject } | MetaComposed;

/**
 * A tap comes back as `<outboxId>.<choice>`, so that it says by itself what it answers. A row that already names
 * a message, such as one of several open appointments, keeps the id that came with it.
 *
 * @throws CareError `templateUseMismatch`, `messageInvalid`, `quotedMessageUnknown`, `payloadInvalid`, `textTooLong`
 */
export function contentOf({ as, message, outboxId, inReplyTo, positional }: OutgoingMessage): WireContent {
  const reference = (choice: string): string => (choice.includes('.') ? choice : `${outboxId}.${choice}`);
  if (as === 'template') {
    const template =
      message.origin?.source === 'approved'
        ? toMetaApproved(message, reference)
        : toMetaTemplateMessage(message, reference, positional === true ? 'positional' : 'named');
    return { type: 'template', template };
  }
  if (message.origin?.source === 'composed') return toMetaComposed(message, reference, inReplyTo);
  return toMetaReply(message, (choice) => reference(typeof choice === 'string' ? choice : choice.row));
}
