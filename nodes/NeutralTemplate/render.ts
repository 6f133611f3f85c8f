import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
  getTemplate,
  isTemplateKey,
  languageFor,
  REASONS,
  renderText,
  type Controller,
  type ReasonCode,
  type RenderResult,
} from '../../core';
import { chosenController } from '../shared/controller';
import { fieldPath, textAt } from '../shared/fieldPath';
import { careText, refused, withCare } from '../shared/items';
import { registryFor } from '../shared/registry';
import { FROM_ITEM } from './fields';
import { readValueFields, valuesOf, type ValueFields } from './values';

const BY = 'neutralTemplate';

interface Parameters {
  readonly template: string;
  readonly languageOf: (item: INodeExecutionData) => string | undefined;
  readonly fields: ValueFields;
}

/** Rendered and Rejected, in the order of the outputs. */
export async function renderItems(
  context: IExecuteFunctions,
  items: readonly INodeExecutionData[],
): Promise<INodeExecutionData[][]> {
  const parameters = readParameters(context);
  const controller = await (await registryFor(context)).controllers.get(await chosenController(context));
  const rendered: INodeExecutionData[] = [];
  const rejected: INodeExecutionData[] = [];
  const now = Date.now();
  items.forEach((item, index) => {
    const result = renderOne(item, parameters, controller, now);
    if (result.ok) rendered.push(withCare(item, { message: result.message }, index));
    else rejected.push(refused(item, index, { by: BY, code: result.code, sentence: result.sentence }));
  });
  return [rendered, rejected];
}

function readParameters(context: IExecuteFunctions): Parameters {
  return {
    template: context.getNodeParameter('template', 0, FROM_ITEM) as string,
    languageOf: languageReader(context),
    fields: readValueFields(context),
  };
}

function languageReader(context: IExecuteFunctions): Parameters['languageOf'] {
  const from = context.getNodeParameter('languageFrom', 0, 'item') as string;
  if (from === 'fixed') {
    const language = context.getNodeParameter('language', 0) as string;
    return () => language;
  }
  if (from === 'field') {
    const path = fieldPath(context.getNodeParameter('languageField', 0), 'Language Field');
    return (item) => textAt(item, path)?.toLowerCase();
  }
  return (item) => careText(item, 'language') ?? textAt(item, 'language');
}

function renderOne(
  item: INodeExecutionData,
  { template: chosen, languageOf, fields }: Parameters,
  controller: Controller,
  now: number,
): RenderResult {
  const key = chosen === FROM_ITEM ? careText(item, 'template') : chosen;
  if (key === undefined || !isTemplateKey(key)) return refuse('templateUnknown');
  const template = getTemplate(key);
  // Consent was asked for one purpose; a text for another one would ride on it. Replies need no consent row.
  const purpose = careText(item, 'purpose');
  if (template.use !== 'reply' && purpose !== undefined && purpose !== template.purpose) {
    return refuse('purposeMismatch');
  }
  const language = languageFor(template, languageOf(item), controller.languages);
  if (language === null) return refuse('languageMissing');
  return renderText(template, language, valuesOf(item, fields, controller, template), {
    now,
    allowedDomains: controller.allowedDomains,
    locations: controller.locations.map(({ name }) => name),
  });
}

const refuse = (code: ReasonCode): RenderResult => ({ ok: false, code, sentence: REASONS[code].sentence });
