import type { INodeExecutionData } from 'n8n-workflow';
import { z } from 'zod/v4';
import { LANGUAGES, PURPOSES, QUESTIONS, refusal, type RenderedMessage } from '../../core';
import { careOf } from './items';
import { originSchema } from './originSchema';

const row = z.object({ id: z.string(), label: z.string(), description: z.string().optional() });

const schema = z.object({
  template: z.string().min(1),
  version: z.number().int().positive(),
  language: z.enum(LANGUAGES),
  purpose: z.enum(PURPOSES),
  metaCategory: z.enum(['UTILITY', 'MARKETING']),
  use: z.enum(['template', 'reply', 'both']),
  asks: z.enum(QUESTIONS).nullable(),
  ttlSeconds: z.number().int().positive().nullable(),
  text: z.string().min(1),
  footer: z.string().nullable(),
  buttons: z.array(z.object({ choice: z.string(), title: z.string() })),
  choices: z.array(row),
  metaName: z.string().min(1),
  parameters: z.array(z.object({ name: z.string(), value: z.string() })),
  listButton: z.string().optional(),
  link: z.object({ title: z.string(), url: z.string() }).optional(),
  origin: originSchema.optional(),
});

/**
 * The message that Neutral Template rendered, checked again because a node in between may have changed it.
 * @throws CareError `messageMissing`, `messageInvalid`
 */
export function messageOf(item: INodeExecutionData): RenderedMessage {
  const { message } = careOf(item);
  if (message === undefined) {
    throw refusal('messageMissing');
  }
  const parsed = schema.safeParse(message);
  if (parsed.success) return parsed.data as RenderedMessage;
  throw refusal('messageInvalid');
}
