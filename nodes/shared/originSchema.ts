import { z } from 'zod/v4';
import { isButtonChoice, type ButtonChoice } from '../../core';

/*
 * What approved and composed messages carry in an item: values and orders. What Send makes of them (`filled`,
 * `checked`) is not in here, so that no item can bring it along.
 */

const text = z.string();
const choice = z.custom<ButtonChoice>(isButtonChoice);
const values = z.object({
  at: z.number().optional(),
  zone: text.optional(),
  firstName: text.optional(),
  location: text.optional(),
  link: text.optional(),
  number: z.number().optional(),
});

const approved = z.object({
  source: z.literal('approved'),
  language: text.min(1),
  bindings: z.array(
    z.object({
      part: z.enum(['header', 'body']),
      name: text.min(1),
      type: z.enum(['date', 'time', 'firstName', 'location', 'link', 'clinicName', 'number']),
      values,
    }),
  ),
  header: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('media'), link: text, fileName: text.optional() }),
      z.object({ kind: z.literal('location'), latitude: z.number(), longitude: z.number(), name: text }),
    ])
    .nullable(),
  buttons: z.array(
    z.object({
      index: z.int().min(0).max(9),
      choice: choice.optional(),
      suffix: text.optional(),
      code: text.optional(),
    }),
  ),
});

const framed = { body: text, header: text.optional(), footer: text.optional() };
const row = z.object({ title: text, description: text.optional() });

const part = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), body: text }),
  z.object({
    ...framed,
    kind: z.literal('buttons'),
    buttons: z.array(z.object({ choice, title: text })),
  }),
  z.object({
    ...framed,
    kind: z.literal('list'),
    button: text,
    sections: z.array(z.object({ title: text.optional(), rows: z.array(row) })),
  }),
  z.object({ ...framed, kind: z.literal('link'), title: text, url: text }),
  z.object({ kind: z.literal('document'), link: text, fileName: text, caption: text.optional() }),
  z.object({ kind: z.literal('image'), link: text, caption: text.optional() }),
  z.object({ kind: z.literal('reaction'), emoji: text }),
]);

const composed = z.object({
  source: z.literal('composed'),
  id: z.uuid(),
  sentBy: text.min(1),
  quote: z.boolean(),
  part,
});

export const originSchema = z.discriminatedUnion('source', [approved, composed]);
