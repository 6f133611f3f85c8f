import type { INodeExecutionData } from 'n8n-workflow';
import { z } from 'zod/v4';
import { CareError, INTENTS, type RoutableReply } from '../../core';

const schema = z.object({
  kind: z.enum(['message', 'preference', 'identity', 'status']),
  intent: z.enum(INTENTS),
  sensitive: z.boolean(),
  suspectedStop: z.boolean(),
  wrongNumber: z.boolean(),
  deceased: z.boolean(),
  replyTo: z.object({ status: z.enum(['one', 'none', 'several']) }),
});

/** @throws CareError `notAReply` for anything but an item of the WhatsApp Inbox Trigger. */
export function replyOf(item: INodeExecutionData, index: number): RoutableReply {
  const parsed = schema.safeParse(item.json);
  if (parsed.success) return parsed.data;
  throw new CareError(
    'notAReply',
    'This item does not come from the WhatsApp Inbox Trigger, or was changed on its way. Connect the two nodes directly.',
    { index },
  );
}
