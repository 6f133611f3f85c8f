import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
  CareError,
  PURPOSES,
  reasonFor,
  type ContactRequest,
  type Decision,
  type PersonRef,
  type Purpose,
  type ReasonCode,
} from '../../core';
import { chosenController } from '../shared/controller';
import { fieldPath, textAt } from '../shared/fieldPath';
import { careText, refused, withCare } from '../shared/items';
import { registryFor } from '../shared/registry';
import { FROM_ITEM } from './fields';

const BY = 'consentCheck';

export interface CheckParameters {
  readonly controller: string;
  readonly personFrom: 'phone' | 'contactRef';
  readonly phoneField: string;
  readonly countryField: string;
  readonly subjectField: string;
  readonly purpose: string;
}

export async function readParameters(context: IExecuteFunctions): Promise<CheckParameters> {
  const byPhone = context.getNodeParameter('personFrom', 0) !== 'contactRef';
  const options = context.getNodeParameter('options', 0, {});
  const phoneField = byPhone ? fieldPath(context.getNodeParameter('phoneField', 0), 'Phone Field') : '';
  if (byPhone && phoneField === '') {
    throw new CareError('fieldNameExpected', 'Enter the name of the field that holds the phone number.', {
      field: 'phoneField',
    });
  }
  return {
    controller: await chosenController(context),
    personFrom: byPhone ? 'phone' : 'contactRef',
    phoneField,
    countryField: fieldPath(options.countryField, 'Country Field'),
    subjectField: fieldPath(options.subjectField, 'Subject Field'),
    purpose: context.getNodeParameter('purpose', 0) as string,
  };
}

type Asked =
  { readonly ok: true; readonly request: ContactRequest } | { readonly ok: false; readonly code: ReasonCode };

/** Allowed, Blocked and Later, in the order of the outputs. */
export async function checkAll(
  context: IExecuteFunctions,
  items: readonly INodeExecutionData[],
): Promise<INodeExecutionData[][]> {
  const parameters = await readParameters(context);
  const asked = items.map((item) => requestOf(item, parameters));
  const requests = asked.flatMap((one) => (one.ok ? [one.request] : []));
  const { consent } = await registryFor(context);
  const decisions = await consent.mayContact(parameters.controller, requests);

  const outputs: [INodeExecutionData[], INodeExecutionData[], INodeExecutionData[]] = [[], [], []];
  const [allowed, blocked, later] = outputs;
  let next = 0;
  items.forEach((item, index) => {
    const one = asked[index];
    const decision = one?.ok ? decisions[next++] : undefined;
    if (!one?.ok || !decision) {
      const code = one && !one.ok ? one.code : 'registryUnreachable';
      blocked.push(refused(item, index, { by: BY, code, sentence: reasonFor(code).sentence }));
      return;
    }
    const patch = patchOf(parameters, one.request.purpose, decision);
    const target = decision.nextPermittedAt === null ? blocked : later;
    if (decision.allowed) allowed.push(withCare(item, patch, index));
    else
      target.push(refused(item, index, { by: BY, code: decision.code, sentence: decision.sentence }, patch));
  });
  return outputs;
}

function requestOf(item: INodeExecutionData, parameters: CheckParameters): Asked {
  const controller = careText(item, 'controller');
  if (controller !== undefined && controller !== parameters.controller) return no('controllerMismatch');
  const purpose = parameters.purpose === FROM_ITEM ? careText(item, 'purpose') : parameters.purpose;
  if (!isPurpose(purpose)) return no('purposeUnknown');
  const person = personOf(item, parameters);
  if (!person) return no(parameters.personFrom === 'phone' ? 'badPhone' : 'unknownContact');
  const subjectRef =
    parameters.subjectField === '' ? careText(item, 'subjectRef') : textAt(item, parameters.subjectField);
  return { ok: true, request: { person, purpose, ...(subjectRef === undefined ? {} : { subjectRef }) } };
}

function personOf(item: INodeExecutionData, parameters: CheckParameters): PersonRef | null {
  if (parameters.personFrom === 'contactRef') {
    const contactRef = careText(item, 'contactRef') ?? textAt(item, 'contactRef');
    return contactRef === undefined ? null : { contactRef };
  }
  const phone = textAt(item, parameters.phoneField);
  if (phone === undefined) return null;
  const country = textAt(item, parameters.countryField);
  return { phone, ...(country === undefined ? {} : { country }) };
}

function patchOf({ controller, personFrom }: CheckParameters, purpose: Purpose, decision: Decision): object {
  const { allowed, code, sentence, contactRef, language, eventId, nextPermittedAt } = decision;
  return {
    controller,
    purpose,
    identifiedBy: personFrom,
    ...(contactRef === null ? {} : { contactRef }),
    ...(language === null ? {} : { language }),
    decision: {
      allowed,
      code,
      sentence,
      eventId,
      nextPermittedAt: nextPermittedAt === null ? null : new Date(nextPermittedAt).toISOString(),
    },
  };
}

const no = (code: ReasonCode): Asked => ({ ok: false, code });
const isPurpose = (value: unknown): value is Purpose => (PURPOSES as readonly unknown[]).includes(value);
