import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { CareError, LANGUAGES, type DetectOptions, type Language } from '../../core';
import { chosenController } from '../shared/controller';
import { fieldPath } from '../shared/fieldPath';
import { registryFor } from '../shared/registry';
import type { Timer } from './timer';

export interface Parameters {
  readonly operation: string;
  /** Empty: the message. */
  readonly fields: readonly string[];
  readonly options: DetectOptions;
  /** Redact: neutral wording instead of placeholders, and in which language; undefined finds it out. */
  readonly neutral: boolean;
  readonly language: Language | undefined;
}

const DEFAULT_SECONDS = 60;

const optionsOf = (context: IExecuteFunctions): IDataObject => context.getNodeParameter('options', 0, {});

export function timeLimit(context: IExecuteFunctions): number {
  const { timeLimit: seconds } = optionsOf(context);
  return typeof seconds === 'number' && seconds > 0 ? seconds : DEFAULT_SECONDS;
}

export async function readParameters(context: IExecuteFunctions, timer: Timer): Promise<Parameters> {
  const operation = context.getNodeParameter('operation', 0);
  const ofMessage =
    (operation === 'check' || operation === 'screen') && context.getNodeParameter('source', 0) === 'message';
  return {
    operation,
    fields: ofMessage ? [] : fieldNames(context.getNodeParameter('fields', 0)),
    ...wordingOf(context, operation),
    options: await timer.inTime(policyOf(context)),
  };
}

function wordingOf(context: IExecuteFunctions, operation: string): Pick<Parameters, 'neutral' | 'language'> {
  if (operation !== 'redact') return { neutral: false, language: undefined };
  const { language } = optionsOf(context);
  return {
    neutral: context.getNodeParameter('replaceWith', 0, 'placeholders') === 'neutral',
    language: LANGUAGES.find((each) => each === language),
  };
}

function fieldNames(value: unknown): string[] {
  const names = (typeof value === 'string' ? value.split(',') : [])
    .map((name) => fieldPath(name, 'Fields'))
    .filter((name) => name !== '');
  if (names.length > 0) return names;
  throw new CareError('fieldNameExpected', 'Enter the name of at least one field under "Fields".', {
    field: 'fields',
  });
}

async function policyOf(context: IExecuteFunctions): Promise<DetectOptions> {
  if (context.getNodeParameter('policy', 0) === 'builtIn') return {};
  const { controllers } = await registryFor(context);
  return { policy: await controllers.phiPolicy(await chosenController(context)) };
}
