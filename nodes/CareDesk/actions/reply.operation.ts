import { randomUUID } from 'node:crypto';
import { LANGUAGES, renderComposed, type ComposedOrigin } from '../../../core';
import type { Operation } from '../../ConsentRegistry/operation';
import { eachItem } from '../../ConsentRegistry/run';
import { chosenController } from '../../shared/controller';
import { assertNothingKept } from '../../shared/executionData';
import { fieldPath, textAt } from '../../shared/fieldPath';
import { withCare } from '../../shared/items';
import { registryFor } from '../../shared/registry';
import { staffMember } from '../staff';
import { replyFields } from './replyFields';
import { partOf } from './replyPart';

/**
 * It writes an answer and sends nothing: that is WhatsApp Send's, where the gate is. It stands at the desk because free
 * words need a named person, and here every act names one.
 */
export const replyOperation: Operation = {
  option: {
    name: 'Reply',
    value: 'reply',
    action: 'Reply in conversation',
    description: 'Write an answer in the name of one person of the staff; WhatsApp Send sends it',
  },
  fields: replyFields,
  async execute(context, items) {
    assertNothingKept(context);
    const controller = await (await registryFor(context)).controllers.get(await chosenController(context));
    const languageField = fieldPath(
      context.getNodeParameter('languageField', 0, 'language'),
      'Language Field',
    );
    return eachItem(items, 'careDesk', async (item, index) => {
      const wanted = textAt(item, languageField)?.toLowerCase();
      const language = LANGUAGES.find((one) => one === wanted) ?? controller.languages[0] ?? 'en';
      const origin: ComposedOrigin = {
        source: 'composed',
        id: randomUUID(),
        sentBy: staffMember(context, index),
        quote: context.getNodeParameter('quote', index, false) === true,
        part: partOf(context, index),
      };
      const message = renderComposed(origin, language, controller);
      return withCare(item, { message: { ...message, origin } }, index);
    });
  },
};
