import type { IExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod/v4';
import { CareError, PURPOSES, type RateTable } from '../../core';
import { chosenController } from '../shared/controller';
import { fieldPath } from '../shared/fieldPath';
import { ratesOf } from './estimate';
import { FROM_ITEM } from './fields';

const name = z.string().trim().default('');
const whole = (least: number, most: number, otherwise: number) =>
  z.number().int().min(least).max(most).default(otherwise);

const schema = z.object({
  provider: z.enum(['metaCloud', 'sendApp']),
  basis: z.enum(['purpose', 'reply']),
  personFrom: z.enum(['contactRef', 'phone']),
  purpose: z.enum([FROM_ITEM, ...PURPOSES]),
  campaignKey: name,
  batchSize: whole(1, 50, 50),
  concurrency: whole(1, 200, 200),
  messagesPerSecond: whole(1, 1000, 80),
  timeout: whole(1, 60, 20),
  dryRun: z.boolean().default(false),
  kind: name,
  stage: name,
});

export type SendParameters = z.output<typeof schema> & {
  readonly controller: string;
  readonly phoneField: string;
  readonly eventField: string;
  readonly countryField: string;
  readonly occurrenceField: string;
  readonly aboutField: string;
  readonly subjectField: string;
  readonly rateTable: RateTable;
};

/**
 * All parameters, read once for the batch.
 * @throws CareError `parameterInvalid`, `fieldNameExpected`, `controllerMissing`
 */
export async function readParameters(context: IExecuteFunctions): Promise<SendParameters> {
  const plain = (parameter: string): unknown => context.getNodeParameter(parameter, 0, '');
  const options = context.getNodeParameter('options', 0, {});
  const basis = plain('basis');
  const parsed = schema.safeParse({
    ...options,
    provider: context.getNodeParameter('provider', 0, 'metaCloud'),
    basis,
    personFrom: plain('personFrom'),
    purpose: basis === 'reply' ? FROM_ITEM : plain('purpose'),
    campaignKey: basis === 'reply' ? '' : plain('campaignKey'),
  });
  if (!parsed.success) {
    const field = String(parsed.error.issues[0]?.path[0] ?? 'options');
    throw new CareError(
      'parameterInvalid',
      `The parameter "${field}" has a value that cannot be used. Correct it.`,
      {
        field,
      },
    );
  }
  return {
    ...parsed.data,
    controller: await chosenController(context),
    phoneField: parsed.data.personFrom === 'phone' ? fieldPath(plain('phoneField'), 'Phone Field') : '',
    eventField: basis === 'reply' ? fieldPath(plain('eventField'), 'Event Field') : '',
    countryField: fieldPath(options.countryField, 'Country Field'),
    occurrenceField: fieldPath(options.occurrenceField, 'Occurrence Field'),
    aboutField: fieldPath(options.aboutField, 'About Field'),
    subjectField: fieldPath(options.subjectField, 'Subject Field'),
    rateTable: ratesOf(options.rateTable),
  };
}
