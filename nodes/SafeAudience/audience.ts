import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
  CareError,
  LANGUAGES,
  reasonFor,
  type AudienceFilter,
  type AudienceResult,
  type Language,
  type Purpose,
} from '../../core';
import { chosenController } from '../shared/controller';
import { countsHint } from '../shared/hints';
import { registryFor } from '../shared/registry';

const BY = 'safeAudience';
const CAMPAIGN_KEY = /^[a-z0-9][a-z0-9-]{0,62}$/;

interface Parameters {
  readonly controller: string;
  readonly campaign: string;
  readonly template: string;
  readonly filter: AudienceFilter;
}

export async function readParameters(context: IExecuteFunctions): Promise<Parameters> {
  const campaign = (context.getNodeParameter('campaign', 0) as string).trim();
  if (!CAMPAIGN_KEY.test(campaign)) {
    throw new CareError(
      'campaignKeyInvalid',
      'Enter a campaign key with small letters, digits and hyphens, such as autumn-checks.',
      { field: 'campaign' },
    );
  }
  return {
    controller: await chosenController(context),
    campaign,
    template: (context.getNodeParameter('template', 0, '') as string).trim(),
    filter: {
      purpose: context.getNodeParameter('purpose', 0) as Purpose,
      ...filtersOf(context.getNodeParameter('filters', 0, {})),
    },
  };
}

const LISTS = ['areas', 'interests', 'preferredTimes', 'relations'] as const;

function filtersOf(chosen: IDataObject): Omit<AudienceFilter, 'purpose'> {
  const lists = LISTS.map((name) => [name, wordsOf(chosen[name])] as const);
  const languages = LANGUAGES.filter((language) =>
    ((chosen.languages ?? []) as Language[]).includes(language),
  );
  return {
    ...Object.fromEntries(lists.filter(([, words]) => words.length > 0)),
    ...(languages.length > 0 ? { languages } : {}),
  };
}

const wordsOf = (value: unknown): string[] =>
  typeof value === 'string'
    ? value
        .split(',')
        .map((word) => word.trim())
        .filter(Boolean)
    : [];

/** Audience: one item a contact. Left Out: one item a reason, with how many it kept out. */
export async function selectAudience(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
  const parameters = await readParameters(context);
  const registry = await registryFor(context);
  const result = await registry.audience.select(parameters.controller, parameters.filter);
  tellTotals(context, result);
  return [
    result.audience.map((member) => audienceItem(parameters, member)),
    Object.entries(result.leftOut).map(([code, count]) => leftOutItem(parameters, code, count)),
  ];
}

function audienceItem(
  { controller, campaign, template, filter }: Parameters,
  { contactRef, language }: AudienceResult['audience'][number],
): INodeExecutionData {
  const care = {
    controller,
    kind: `campaign:${campaign}`,
    campaign,
    occurrence: `${campaign}:${contactRef}`,
    stage: 'invitation',
    purpose: filter.purpose,
    ...(template === '' ? {} : { template }),
    about: campaign,
    contactRef,
    identifiedBy: 'contactRef',
    language,
  };
  return { json: { care }, pairedItem: { item: 0 } };
}

function leftOutItem({ controller, campaign }: Parameters, code: string, count: number): INodeExecutionData {
  const refusal = { by: BY, code, sentence: reasonFor(code).sentence };
  return { json: { care: { controller, campaign, count, refusal } }, pairedItem: { item: 0 } };
}

function tellTotals(context: IExecuteFunctions, { audience, leftOut }: AudienceResult): void {
  const chosen = `${audience.length} ${audience.length === 1 ? 'contact' : 'contacts'} in the audience`;
  const hint = countsHint('left out', new Map(Object.entries(leftOut)));
  context.addExecutionHints({
    message: hint ? `${chosen}. ${hint.message}` : `${chosen}. Nobody was left out`,
    type: 'info',
    location: 'outputPane',
  });
}
