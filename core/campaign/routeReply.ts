import type { InboxItem } from '../registry/types';
import type { Intent } from '../replies/types';

/** The ways an answer can go, in the fixed order of the Reply Router's outputs. */
export const ROUTES = [
  'Emergency',
  'Sensitive',
  'Stop',
  'Start',
  'Confirm',
  'Reschedule',
  'Cancel',
  'Person',
  'Rating',
  'Preference',
  'Yes',
  'No',
  'Help',
  'Question',
  'Other',
] as const;
export type Route = (typeof ROUTES)[number];

export interface RoutedReply {
  readonly route: Route;
  /** What the workflow has to ask back before anything is done. */
  readonly ask: 'whichAppointment' | 'nothingOpen' | null;
}

/** What the decision rests on; the rest of an Inbox item does not matter here. */
export type RoutableReply = Pick<
  InboxItem,
  'intent' | 'sensitive' | 'suspectedStop' | 'wrongNumber' | 'deceased'
> & { readonly kind: InboxItem['kind']; readonly replyTo: Pick<InboxItem['replyTo'], 'status'> };

const BY_INTENT: Readonly<Record<Intent, Route>> = {
  emergency: 'Emergency',
  stop: 'Stop',
  start: 'Start',
  confirm: 'Confirm',
  reschedule: 'Reschedule',
  cancel: 'Cancel',
  human: 'Person',
  rating: 'Rating',
  preference_a: 'Preference',
  preference_b: 'Preference',
  preference_c: 'Preference',
  yes: 'Yes',
  no: 'No',
  help: 'Help',
  question: 'Question',
  other: 'Other',
};

const ANSWERS: readonly Intent[] = [
  'confirm',
  'rating',
  'preference_a',
  'preference_b',
  'preference_c',
  'yes',
  'no',
];
const ABOUT_ONE_APPOINTMENT: readonly Intent[] = ['confirm', 'reschedule', 'cancel'];

/**
 * Where an answer goes. An emergency and a STOP count whatever else the words hold. A death or a wrong number
 * comes before "sensitive", whose neutral text would be the wrong one to send there. Nothing that a person must
 * read is answered as if it were clear, and an answer that could mean several appointments is asked back.
 */
export function routeReply(reply: RoutableReply): RoutedReply {
  if (reply.kind === 'status' || reply.kind === 'identity') return to('Other');
  if (reply.intent === 'emergency' || reply.intent === 'stop') return to(BY_INTENT[reply.intent]);
  if (reply.deceased || reply.wrongNumber) return to('Person');
  if (reply.sensitive) return to('Sensitive');
  if (reply.suspectedStop) return to('Person');
  if (reply.replyTo.status === 'several' && ABOUT_ONE_APPOINTMENT.includes(reply.intent)) {
    return { route: 'Help', ask: 'whichAppointment' };
  }
  if (reply.replyTo.status === 'none') return unasked(reply.intent);
  return to(BY_INTENT[reply.intent]);
}

/**
 * Words that answer nothing we asked. Somebody who wants to move or cancel an appointment that we do not know of
 * needs a person; a bare yes or a number changes nothing.
 */
function unasked(intent: Intent): RoutedReply {
  if (intent === 'reschedule' || intent === 'cancel') return to('Person');
  return ANSWERS.includes(intent) ? { route: 'Help', ask: 'nothingOpen' } : to(BY_INTENT[intent]);
}

const to = (route: Route): RoutedReply => ({ route, ask: null });
