import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
  isButtonChoice,
  PURPOSES,
  QUESTIONS,
  refusal,
  renderApproved,
  sameLanguage,
  type ApprovedContext,
  type ApprovedOrigin,
  type ButtonValue,
  type Controller,
  type LiveTemplate,
  type Purpose,
  type Question,
} from '../../core';
import { chosenController } from '../shared/controller';
import { reasonOf } from '../shared/errors';
import { careText, refused, withCare } from '../shared/items';
import { registryFor } from '../shared/registry';
import { readWhatsAppCredential, WHATSAPP_CREDENTIAL } from '../shared/whatsAppCredential';
import { FROM_ITEM_PURPOSE } from './approvedFields';
import { readButtons, readHeader, readVariables, type ApprovedReaders } from './approvedValues';
import { listLive } from './liveList';

const BY = 'neutralTemplate';

interface Setup {
  readonly live: LiveTemplate;
  readonly purpose: string;
  readonly asks: Question | null;
  readonly readers: ApprovedReaders;
  readonly controller: Controller;
  readonly context: ApprovedContext;
}

/** Rendered and Rejected: a template of the user's own account with typed values, as it stands at Meta now. */
export async function renderOwn(
  context: IExecuteFunctions,
  items: readonly INodeExecutionData[],
): Promise<INodeExecutionData[][]> {
  const setup = await prepare(context);
  const rendered: INodeExecutionData[] = [];
  const rejected: INodeExecutionData[] = [];
  items.forEach((item, index) => {
    try {
      rendered.push(withCare(item, { message: renderOne(item, setup) }, index));
    } catch (error) {
      rejected.push(refused(item, index, { by: BY, ...reasonOf(error) }));
    }
  });
  return [rendered, rejected];
}

async function prepare(context: IExecuteFunctions): Promise<Setup> {
  const access = readWhatsAppCredential(await context.getCredentials(WHATSAPP_CREDENTIAL));
  const controller = await (await registryFor(context)).controllers.get(await chosenController(context));
  const asks = context.getNodeParameter('asks', 0, '');
  return {
    live: chosenTemplate(context, await listLive(context, access)),
    purpose: context.getNodeParameter('purpose', 0, FROM_ITEM_PURPOSE) as string,
    asks: QUESTIONS.find((one) => one === asks) ?? null,
    readers: {
      variables: readVariables(context),
      header: readHeader(context),
      buttons: readButtons(context),
    },
    controller,
    context: {
      now: Date.now(),
      allowedDomains: controller.allowedDomains,
      locations: controller.locations.map(({ name }) => name),
      clinicName: controller.name,
    },
  };
}

/** @throws CareError `templateNotApproved` */
function chosenTemplate(context: IExecuteFunctions, templates: readonly LiveTemplate[]): LiveTemplate {
  const chosen = context.getNodeParameter('approvedTemplate', 0, '', { extractValue: true });
  const [name, language = ''] = (typeof chosen === 'string' ? chosen : '').split('|');
  const found = templates.find((one) => one.name === name && one.language === sameLanguage(language));
  if (found) return found;
  throw refusal('templateNotApproved', { field: 'approvedTemplate' });
}

function purposeOf(item: INodeExecutionData, chosen: string): Purpose {
  const wanted = chosen === FROM_ITEM_PURPOSE ? careText(item, 'purpose') : chosen;
  const purpose = PURPOSES.find((one) => one === wanted);
  if (purpose) return purpose;
  throw refusal('purposeUnknown');
}

/** The item gets values and orders; Send takes the words from Meta once more. */
function renderOne(item: INodeExecutionData, setup: Setup): IDataObject {
  const { live, asks, readers, controller, context } = setup;
  const purpose = purposeOf(item, setup.purpose);
  const origin: ApprovedOrigin = {
    source: 'approved',
    language: live.language,
    bindings: readers.variables(item, controller),
    header: readers.header(item),
    buttons: readers.buttons(item).filter(isNeeded),
  };
  const message = renderApproved(live, { purpose, asks, origin }, context);
  return { ...message, origin: { ...origin } };
}

const isNeeded = ({ choice, suffix, code }: ButtonValue): boolean =>
  isButtonChoice(choice) || suffix !== undefined || code !== undefined;
