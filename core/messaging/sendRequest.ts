import { isMarketing } from '../consent/decide';
import { CareError } from '../errors';
import { refusal } from '../policy/reasons';
import { PURPOSES, type Purpose } from '../policy/types';
import { isCatalogueMessage } from './catalogued';
import type { AskedQuestion, PersonRef, SendBasis, SendRequest } from '../registry/types';
import { outgoingTexts } from '../templates/plain';
import type { RenderedMessage } from '../templates/types';

/** What a workflow says about one message, before the gate decides. Instants are ISO 8601 texts. */
export interface SendDraft {
  readonly person: PersonRef;
  readonly message: RenderedMessage;
  readonly basis: SendBasis;
  /** Declared purpose; absent: the template's own. */
  readonly purpose?: Purpose | undefined;
  readonly kind?: string | undefined;
  readonly occurrence?: string | undefined;
  readonly stage?: string | undefined;
  /** The user's appointment id, visit id or campaign key that an answer will be about. */
  readonly about?: string | undefined;
  readonly at?: string | undefined;
  readonly zone?: string | undefined;
  readonly closesAt?: string | undefined;
  readonly subjectRef?: string | undefined;
  readonly campaignKey?: string | undefined;
  /** Meta's category of the template at this moment; absent where nothing is sent as one. */
  readonly category?: RenderedMessage['metaCategory'] | undefined;
}

/**
 * `PURPOSES` is ordered from service to marketing: what the text is for cannot be talked down. Screening stands beside
 * that order, on a mandate instead of consent: neither is a way around the other, so only the text's own word counts.
 */
export function stricterPurpose(declared: Purpose, ofText: Purpose): Purpose {
  if (ofText === 'screening' || (declared === 'screening' && ofText !== 'appointment')) return ofText;
  return PURPOSES.indexOf(declared) > PURPOSES.indexOf(ofText) && !bothMarketing(declared, ofText)
    ? declared
    : ofText;
}

/**
 * What Meta takes for marketing needs a consent for marketing, whatever somebody called it. A screening invitation is
 * marketing to Meta and rests on its mandate.
 */
export function purposeAtMeta(purpose: Purpose, category: SendDraft['category']): Purpose {
  const raised = category === 'MARKETING' && !isMarketing(purpose) && purpose !== 'screening';
  return raised ? 'prevention' : purpose;
}

const bothMarketing = (a: Purpose, b: Purpose): boolean =>
  [a, b].every((purpose) => purpose === 'prevention' || purpose === 'events');

function instant(value: string | undefined, field: string): number | null {
  if (value === undefined) return null;
  const at = /^\d{4}-\d{2}-\d{2}T.*(?:Z|[+-]\d{2}:?\d{2})$/.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isFinite(at)) return at;
  throw new CareError(
    'badInstant',
    `"${field}" is no ISO 8601 instant with an offset, such as 2027-03-01T10:30:00Z.`,
    {
      field,
    },
  );
}

function asked({ message, about, at, zone }: SendDraft, occurrence: string): AskedQuestion | null {
  if (message.asks === null) return null;
  const start = instant(at, 'care.at');
  return {
    question: message.asks,
    about: about ?? occurrence,
    ...(start === null ? {} : { at: start }),
    ...(zone === undefined ? {} : { zone }),
    ...(message.choices.length === 0 ? {} : { choices: message.choices.length }),
  };
}

/** The words are the catalogue's, the live template's, or those of a named person that were checked a moment ago. */
function isTrusted(message: RenderedMessage): boolean {
  const { origin } = message;
  if (origin === undefined) return isCatalogueMessage(message);
  return origin.source === 'approved' ? origin.filled !== undefined : origin.checked === true;
}

/** Another answer of a person is another message; the same one leaves once. */
const replyStage = ({ template, origin }: RenderedMessage): string =>
  origin?.source === 'composed' ? `composed:${origin.id}` : template;

/**
 * The request that the gate decides on. A reply happens once for each event and template; anything else needs an
 * occurrence of its own.
 * @throws CareError `messageInvalid`, `noOccurrence`, `badInstant`
 */
export function buildSendRequest(draft: SendDraft): SendRequest {
  const { basis, message, person, subjectRef, campaignKey } = draft;
  if (!isTrusted(message)) throw refusal('messageInvalid', { field: 'care.message' });
  const reply = basis.kind === 'reply';
  const kind = reply ? 'reply' : draft.kind;
  const occurrence = reply ? basis.eventId : draft.occurrence;
  const stage = reply ? replyStage(message) : draft.stage;
  if (!kind || !occurrence || !stage) {
    throw new CareError(
      'noOccurrence',
      'The item does not say what the message is for. It needs a kind, an occurrence and a stage, so that it leaves once.',
      { field: 'care.occurrence' },
    );
  }
  return {
    person,
    basis,
    kind,
    occurrence,
    stage,
    purpose: purposeAtMeta(
      stricterPurpose(draft.purpose ?? message.purpose, message.purpose),
      draft.category,
    ),
    template: message.template,
    templateVersion: message.version,
    language: message.language,
    asks: asked(draft, occurrence),
    closesAt: instant(draft.closesAt, 'care.closesAt'),
    screened: outgoingTexts(message),
    metaCategory: message.metaCategory,
    ...(message.origin?.source === 'composed' ? { sentBy: message.origin.sentBy } : {}),
    ...(subjectRef === undefined ? {} : { subjectRef }),
    ...(campaignKey === undefined ? {} : { campaignKey }),
  };
}
