import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { z } from 'zod/v4';
import {
  CareError,
  metaNameOf,
  toMetaTemplateCreate,
  type CatalogueTemplate,
  type Controller,
  type Language,
} from '../../core';
import { chosenController } from '../shared/controller';
import { registryFor } from '../shared/registry';
import {
  readWhatsAppCredential,
  WHATSAPP_CREDENTIAL,
  type WhatsAppAccess,
} from '../shared/whatsAppCredential';
import { chosenTemplates, resultItem } from './catalogue';
import { callTemplates, careRefusal, refusalOf } from '../shared/metaTemplates';

const BY = 'neutralTemplate';
const PAGE = 200;
const MAX_PAGES = 50;

const state = z.object({ status: z.string(), category: z.string(), rejected_reason: z.string().optional() });
const listed = z.object({
  data: z.array(state.extend({ name: z.string(), language: z.string() })),
  paging: z
    .object({ next: z.string().optional(), cursors: z.object({ after: z.string().optional() }).optional() })
    .optional(),
});

type Listed = z.output<typeof listed>['data'][number];

interface Wanted {
  readonly template: CatalogueTemplate;
  readonly language: Language;
}

/** Asks Meta to approve each template in the controller's languages. What Meta declines is Rejected, with its code. */
export async function submit(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
  const { access, wanted } = await prepared(context);
  const submitted: INodeExecutionData[] = [];
  const rejected: INodeExecutionData[] = [];
  for (const one of wanted) {
    const answer = await submitOne(context, access, one);
    if (answer instanceof CareError) {
      rejected.push(resultItem({ ...aboutOf(one), refusal: careRefusal(BY, answer) }));
    } else submitted.push(resultItem({ ...aboutOf(one), ...answer }));
  }
  return [submitted, rejected];
}

/** One that fails must not keep the others from being submitted. */
async function submitOne(
  context: IExecuteFunctions,
  access: WhatsAppAccess,
  { template, language }: Wanted,
): Promise<IDataObject | CareError> {
  try {
    const create = { ...toMetaTemplateCreate(template, language) };
    const body = await callTemplates(context, access, { method: 'POST', body: create });
    const parsed = state.safeParse(body);
    return parsed.success ? stateOf(template, parsed.data) : refusalOf(body);
  } catch (error) {
    return refusalIn(error);
  }
}

function refusalIn(error: unknown): CareError {
  if (error instanceof CareError) return error;
  throw error;
}

/** One item for each template and language of the controller: what Meta has made of it. */
export async function status(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
  const { access, wanted } = await prepared(context);
  const atMeta = await templatesAtMeta(context, access);
  const items = wanted.map((one) => {
    const name = metaNameOf(one.template);
    // Meta writes `en`, `en_US` and in some places `en-US`.
    const found = atMeta.find((its) => its.name === name && its.language.split(/[-_]/)[0] === one.language);
    const its = found ? stateOf(one.template, found) : { status: 'NOT_SUBMITTED' };
    return resultItem({ ...aboutOf(one), ...its });
  });
  return [items, []];
}

async function prepared(context: IExecuteFunctions): Promise<{ access: WhatsAppAccess; wanted: Wanted[] }> {
  const access = readWhatsAppCredential(await context.getCredentials(WHATSAPP_CREDENTIAL));
  const controller = await (await registryFor(context)).controllers.get(await chosenController(context));
  return { access, wanted: wantedOf(chosenTemplates(context), controller) };
}

/** Replies inside the service window need no approval, so Meta never sees them as templates. */
const wantedOf = (templates: readonly CatalogueTemplate[], { languages }: Controller): Wanted[] =>
  templates
    .filter(({ use }) => use !== 'reply')
    .flatMap((template) =>
      languages.filter((language) => template.texts[language]).map((language) => ({ template, language })),
    );

const aboutOf = ({ template, language }: Wanted): IDataObject => ({
  template: template.key,
  language,
  metaName: metaNameOf(template),
});

/** Meta may approve a UTILITY text as MARKETING; then consent for marketing is what counts. */
const stateOf = ({ metaCategory }: CatalogueTemplate, its: z.output<typeof state>): IDataObject => ({
  status: its.status,
  category: its.category,
  categoryChanged: its.category !== metaCategory,
  ...(its.rejected_reason === undefined || its.rejected_reason === 'NONE'
    ? {}
    : { rejectedReason: its.rejected_reason }),
});

async function templatesAtMeta(context: IExecuteFunctions, access: WhatsAppAccess): Promise<Listed[]> {
  const all: Listed[] = [];
  let after: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const qs = { fields: 'name,language,status,category,rejected_reason', limit: PAGE };
    const body = await callTemplates(context, access, {
      method: 'GET',
      qs: after === undefined ? qs : { ...qs, after },
    });
    const parsed = listed.safeParse(body);
    if (!parsed.success) throw refusalOf(body);
    all.push(...parsed.data.data);
    after = parsed.data.paging?.next === undefined ? undefined : parsed.data.paging.cursors?.after;
    if (after === undefined) break;
  }
  return all;
}
