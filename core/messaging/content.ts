import type { MetaMessageComponent } from '../templates/meta';
import { toMetaTemplateMessage } from '../templates/meta';
import { toMetaReply, type MetaReply } from '../templates/metaReply';
import type { OutgoingMessage } from './types';

/**
 * What one message says, in the shape of Meta's `POST /{Phone-Number-ID}/messages`: the property `type` and the one of
 * that name. Every provider starts from it; those that speak another dialect translate it.
 */
export type WireContent =
  | {
      readonly type: 'template';
      readonly template: {
        readonly name: string;
        readonly language: { readonly code: string };
        readonly components: readonly MetaMessageComponent[];
      };
    }
  | MetaReply;

/**
 * A tap comes back as `<outboxId>.<choice>`, so that it says by itself what it answers. A row that already names
 * a message, such as one of several open appointments, keeps the id that came with it.
 *
 * @throws CareError `templateUseMismatch`, `payloadInvalid`, `textTooLong`
 */
export function contentOf({ as, message, outboxId }: OutgoingMessage): WireContent {
  const reference = (choice: string): string => (choice.includes('.') ? choice : `${outboxId}.${choice}`);
  return as === 'template'
    ? { type: 'template', template: toMetaTemplateMessage(message, reference) }
    : toMetaReply(message, (choice) => reference(typeof choice === 'string' ? choice : choice.row));
}
