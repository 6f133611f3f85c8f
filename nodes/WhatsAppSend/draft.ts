import type { INodeExecutionData } from 'n8n-workflow';
import {
  atMeta,
  buildSendRequest,
  PURPOSES,
  refusal,
  type Dispatch,
  type PersonRef,
  type Purpose,
} from '../../core';
import { textAt } from '../shared/fieldPath';
import { careText } from '../shared/items';
import { messageOf } from '../shared/message';
import { FROM_ITEM } from './fields';
import type { Preparation } from './live';
import type { SendParameters } from './parameters';

const CAMPAIGN_KIND = /^campaign:(.+)$/;

function personOf(item: INodeExecutionData, parameters: SendParameters): PersonRef {
  if (parameters.personFrom === 'contactRef') {
    const contactRef = careText(item, 'contactRef') ?? textAt(item, 'contactRef');
    if (contactRef === undefined) throw refusal('unknownContact');
    return { contactRef };
  }
  const phone = textAt(item, parameters.phoneField);
  if (phone === undefined) throw refusal('badPhone');
  const country = textAt(item, parameters.countryField);
  return { phone, ...(country === undefined ? {} : { country }) };
}

/** A purpose that is not one of ours is a mistake, and no reason to fall back on a milder one. */
function purposeOf(item: INodeExecutionData, chosen: SendParameters['purpose']): Purpose | undefined {
  if (chosen !== FROM_ITEM) return chosen;
  const declared = careText(item, 'purpose');
  if (declared === undefined) return undefined;
  const known = PURPOSES.find((purpose) => purpose === declared);
  if (!known) throw refusal('purposeUnknown');
  return known;
}

function basisOf(
  item: INodeExecutionData,
  { basis, eventField }: SendParameters,
): Dispatch['request']['basis'] {
  if (basis === 'purpose') return { kind: 'purpose' };
  const eventId = textAt(item, eventField);
  if (eventId === undefined) throw refusal('eventUnknown');
  return { kind: 'reply', eventId };
}

/** An empty field name leaves the word to what earlier nodes wrote under `care`. */
const either = (item: INodeExecutionData, field: string, key: string): string | undefined =>
  field === '' ? careText(item, key) : textAt(item, field);

const kindOf = (item: INodeExecutionData, { kind }: SendParameters): string | undefined =>
  kind === '' ? careText(item, 'kind') : kind;

/** The campaign that the item belongs to, if any. */
export function campaignKeyOf(item: INodeExecutionData, parameters: SendParameters): string | undefined {
  if (parameters.basis === 'reply') return undefined;
  if (parameters.campaignKey !== '') return parameters.campaignKey;
  return CAMPAIGN_KIND.exec(kindOf(item, parameters) ?? '')?.[1];
}

/**
 * What one item wants to send.
 * @throws CareError with the code for Not Sent
 */
export function dispatchOf(
  item: INodeExecutionData,
  parameters: SendParameters,
  live: Preparation,
): Dispatch {
  const controller = careText(item, 'controller');
  if (controller !== undefined && controller !== parameters.controller) {
    throw refusal('controllerMismatch');
  }
  const { message, category, extras } = live.check(messageOf(item), parameters.basis);
  const request = buildSendRequest({
    person: personOf(item, parameters),
    message,
    basis: basisOf(item, parameters),
    purpose: purposeOf(item, parameters.purpose),
    kind: kindOf(item, parameters),
    occurrence: either(item, parameters.occurrenceField, 'occurrence'),
    stage: parameters.stage === '' ? careText(item, 'stage') : parameters.stage,
    // An answer goes on about what the person's words were about.
    about: either(item, parameters.aboutField, 'about') ?? textAt(item, 'replyTo.about'),
    at: careText(item, 'at'),
    zone: careText(item, 'zone'),
    closesAt: careText(item, 'closesAt'),
    subjectRef: either(item, parameters.subjectField, 'subjectRef'),
    campaignKey: campaignKeyOf(item, parameters),
    category,
  });
  return {
    request,
    message: atMeta(message, category),
    extras: { ...extras, ...live.extrasFor(item, message) },
  };
}
