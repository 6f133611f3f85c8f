import { CareError } from '../errors';

/**
 * Why a message does not leave, or why a node cannot do what an item asks for.
 * - `sentence`: what happened and what the user can do about it, in words that hold no data of the person.
 * - `final`: this very message can never leave any more; the stage counts as done and is not offered again.
 * - `later`: the same message may leave by waiting; it goes to the Later output.
 */
export interface Reason {
  readonly sentence: string;
  readonly final: boolean;
  readonly later?: true;
}

const no = (sentence: string): Reason => ({ sentence, final: false });
const never = (sentence: string): Reason => ({ sentence, final: true });
const later = (sentence: string): Reason => ({ sentence, final: false, later: true });

/**
 * All codes that can stand in an item's `care.refusal`. A code keeps its meaning for good; users' workflows match
 * on it. What stops a whole node before it looks at an item (a credential, a parameter) is an error of its own and
 * listed in the README.
 */
export const REASONS = {
  // The person and the address
  badPhone: no(
    'The phone number is missing or cannot exist. Correct it at the source, with its country code.',
  ),
  unknownContact: no('The registry does not know this person. Record a consent first.'),
  subjectUnknown: no(
    'The registry does not know whom the appointment is for. Record that person with the contact.',
  ),
  handleVoid: no(
    'This number is marked as no longer belonging to the person. Ask for the new one and record it.',
  ),
  handleDisputed: no(
    'Somebody said that this number is wrong. Check it with the person before writing again.',
  ),
  notVerified: no('This purpose needs a verified number. Verify it at the desk or by double opt-in.'),
  deceased: never(
    'The person is recorded as deceased. Nothing is sent; cancel open appointments at the source.',
  ),
  restricted: no(
    'The person asked to have their data restricted. Lift the restriction before writing again.',
  ),
  noWhatsApp: never('The number has no WhatsApp account. Reach the person another way.'),

  // The right to write
  noConsent: no('No consent for this purpose is on record. Ask the person and record the answer.'),
  consentExpired: no('The consent for this purpose has run out. Ask the person to renew it.'),
  consentWithdrawn: no(
    'The person withdrew the consent for this purpose. Leave them out unless they opt in again.',
  ),
  refused: no('The person said no to this purpose. Leave them out unless they opt in by themselves.'),
  objected: no('The person objected to these messages. Leave them out unless they opt in by themselves.'),
  suppressed: no('The person asked for no more messages. Only their own START changes that.'),
  marketingRefusedInCountry: no(
    'Marketing must not be sent to numbers of this country. Leave the person out.',
  ),
  acknowledgementMissing: no(
    'Nothing may leave until a named person has accepted that Meta signs no BAA. Record it in Registry Admin.',
  ),
  underAge: no(
    'This is for adults only, and the person is under age or nobody told their age. Leave them out.',
  ),
  appointmentsOnly: no('This number may be used for appointments only. Leave the person out.'),
  purposeNotPermitted: no('The policy pack does not permit this purpose. Choose another one.'),
  mandateMissing: no(
    'Nobody has recorded a public screening mandate. A named person has to do so in Registry Admin.',
  ),
  screeningNotRecorded: no(
    'No right to invite this person to screening is on record. Record it with the mandate as its proof.',
  ),
  authorizationMissing: no(
    'This purpose needs a signed HIPAA authorization; a plain consent is not enough. Record one.',
  ),
  purposeUnknown: no('The purpose is missing or not one of the known ones. Choose it in the node.'),
  purposeNeedsCampaign: no('So many recipients need an approved campaign. Create one and have it approved.'),
  controllerMismatch: no(
    'The item belongs to another controller than the one of this node. Use one branch for each controller.',
  ),
  controllerNotAllowed: no(
    'The registry credential may not act for this controller. Choose another, or add the controller to it.',
  ),
  purposeMismatch: no(
    'The template is for another purpose than the one that was checked. Choose one of that purpose.',
  ),

  // Who belongs to an audience
  otherArea: no('The contact lives in another area than those chosen, or has named none.'),
  otherLanguage: no('The contact reads another language than those chosen, or has named none.'),
  otherRelation: no('The contact stands in another relation to you than those chosen.'),
  otherTime: no('The contact prefers another time of day than those chosen, or has named none.'),
  noInterest: no('The contact has chosen none of these interests.'),

  // Time and measure
  quietHours: later('It is quiet time where the person is. The message may leave at the time given.'),
  capReached: later('The person has had as many messages of this purpose as the policy permits.'),
  frequencyReached: later('The person has had as many of these messages as they wished for.'),
  rateLimited: later('The provider takes no more messages at the moment. The next run tries again.'),
  pairRateLimited: later('Too many messages to this one person in a short time. The next run tries again.'),
  marketingHeld: later(
    'Meta delivers no more marketing to this person for now. It may leave at the time given, not earlier.',
  ),
  utilityHalted: later(
    'Meta has stopped the utility messages of this account. Correct the category of its templates meanwhile.',
  ),
  portfolioBudget: later(
    'Meta lets the portfolio write to no more new people within 24 hours. The rest may leave at the time given.',
  ),

  // The occurrence and its clock
  noOccurrence: no(
    'The item does not say which appointment, visit or campaign it is for. Set the field for its id.',
  ),
  duplicateRow: no('The same appointment is in the list more than once. Only its first row counts.'),
  badStart: no('The start of the appointment is missing or not a date with a time. Use ISO 8601.'),
  startWithoutTime: no('The start has a date but no time of day. Add the time.'),
  startNeedsZone: no('The start names no time zone. Set the zone field or write the offset, such as +01:00.'),
  startInGap: no('This local time does not exist: the clocks are put forward then. Correct the appointment.'),
  badInstant: no('A time under care is not ISO 8601 with an offset. Do not change it between the nodes.'),
  badZone: no('The time zone is not known. Use a name such as Europe/Rome.'),
  statusUnknown: no('The status of the appointment is not understood. Add the word to the status mapping.'),
  cancelled: no('The appointment is cancelled. Nothing is sent for it.'),
  moveRequested: no('The person asked to move the appointment. Nothing is sent until it has its new time.'),
  noShow: no('The person did not come. Nothing is asked about the visit.'),
  notDueYet: later('It is too early for this message. A later run sends it.'),
  stageOver: no('The time for this message has passed. Nothing is sent.'),
  tooLate: never('The message could only arrive after its time. Nothing is sent.'),
  alreadySent: never('This message was already sent, or was settled another way. It is never sent twice.'),
  inFlight: no('Another run is sending this very message. Nothing needs to be done.'),
  answerLost: never(
    'The answer of the provider was lost. Its status report settles the message; it is not re-sent.',
  ),
  sendAgain: no('The answer was lost, and a person decided to send it again. The next run offers it.'),
  dryRun: no('A dry run: this message could leave, and did not. Switch Dry Run off to send it.'),
  runCancelled: no('The run was stopped before this message left. The next run offers it again.'),

  // Sender and controller
  testMode: no('The sender is in Test and this is not one of its test numbers. Go live when you are ready.'),
  senderUnknown: no('The registry does not know this sender. Register it in Registry Admin.'),
  senderPaused: no('The sender is paused. Resume it in Registry Admin.'),
  senderHalted: no(
    'The provider has blocked the sender. Settle it in WhatsApp Manager, then lift the halt in Registry Admin.',
  ),
  controllerUnknown: no('The registry does not know this controller. Create it in Registry Admin.'),
  controllerPaused: no('The controller is paused. Resume it in Registry Admin.'),
  campaignPaused: no('The campaign is paused or not approved. Approve or resume it.'),
  noEars: no('Nobody hears answers for this sender. Publish a workflow with its Inbox Trigger first.'),
  executionDataKept: no(
    'Phone numbers of this run would stay in n8n. Switch off saving of successful, failed and manual executions.',
  ),
  embeddedRegistryInQueueMode: no(
    'The embedded registry cannot be used in queue mode. Choose PostgreSQL in the registry credential.',
  ),
  registryUnreachable: no(
    'The registry cannot be reached, so nothing is sent. Check its credential, and that its server runs.',
  ),
  registryAccessDenied: no(
    'The database server of the registry refuses the user. Check user, password and rights.',
  ),
  registryWrongKey: no('The key does not fit this registry. Use the key file that it was made with.'),
  registryNewer: no('A newer version of the package made this registry. Update the package.'),
  registryBusy: no('Another process holds the registry. Run it again in a moment.'),
  registryReadOnly: no(
    'The registry file cannot be written. Check the rights of the file and of its folder.',
  ),
  registryDamaged: no('The registry file is damaged or not a registry. Restore it from a backup.'),
  registryDiskFull: no('The disk that holds the registry is full. Free some space and run it again.'),

  // The message
  messageMissing: no('The item carries no rendered message. Put Neutral Template before this node.'),
  messageInvalid: no(
    'The message is not as Neutral Template rendered it. Do not change care.message between the nodes.',
  ),
  fieldMissing: no('The item lacks a field that this node looks at. Correct the names of the fields.'),
  templateUnknown: no('The catalogue has no template of this name. Choose one from the list.'),
  templateNotApproved: no(
    'Meta has not approved this template in this language. Submit it or wait for the review.',
  ),
  templateChanged: no(
    'The approved template says something else than what was rendered. Choose or submit it again.',
  ),
  templateUnsupported: no(
    'The approved template has a header or a button that this version cannot fill. Choose another one.',
  ),
  templateListUnreadable: no(
    'Meta’s list of templates cannot be read, so none is sent. Check the token and its rights, and try again.',
  ),
  wayOutMissing: no(
    'The approved template shows no way out. Give it a Stop button, or the word STOP in its text or footer.',
  ),
  templateExists: no('Meta has this template already. Get its status instead.'),
  templateUseMismatch: no(
    'This text is not meant for this way of sending. Choose a template or a reply as needed.',
  ),
  languageMissing: no('The template does not exist in this language. Choose another language.'),
  variableMissing: no('A value that the template needs is missing. Set the field that is named.'),
  variableInvalid: no('A value does not fit its type. Correct the field that is named.'),
  linkNotAllowed: no(
    'The link does not lead to an allowed domain over https. Add the domain or change the link.',
  ),
  fileNotAllowed: no(
    'The file has a name or an ending that cannot be sent in this place. Correct the field that is named.',
  ),
  textTooLong: no('The text is longer than WhatsApp permits. Shorten the values.'),
  containsPhi: no('The text gives health or personal data away. Use a neutral template and neutral values.'),
  filterTimedOut: no(
    'The check ran out of time and counts as not passed. Give it fewer items or shorter texts, or more time.',
  ),

  // Answers inside the service window
  noOpenWindow: never('The 24 hours for an answer are over. Send a template instead.'),
  replyLimit: never('This message was answered as often as permitted. Wait for the next one, or telephone.'),
  eventUnknown: no('The message to answer is not in the registry. Start from the Inbox Trigger.'),
  quotedMessageUnknown: no(
    'The message to quote or react to is not kept any more. Answer without quoting it.',
  ),
  optOutAlreadyConfirmed: never('The opt-out was already confirmed once. Nothing more is sent.'),

  // The provider
  providerRefused: never(
    'The provider refused the message. Check template, number and account in WhatsApp Manager.',
  ),
  providerUnreachable: no(
    'The provider could not be reached; the message did not leave. The next run tries again.',
  ),
  providerFault: no('The provider had a fault and did not take the message. The next run tries again.'),
  providerAuth: no('The provider does not accept the credential. Renew its token.'),
  providerHalted: no(
    'Meta blocks this sender (policy, payment or registration). Settle it in WhatsApp Manager, then lift the halt.',
  ),
  providerLacksKind: no(
    'The provider cannot carry a message of this kind. Choose another template, or a sender at another provider.',
  ),
  sessionLost: no('The WhatsApp session of SendApp Cloud has ended. Scan its QR code in SendApp again.'),
  sessionNotForHealth: no(
    'SendApp Cloud is outside Meta’s business terms. Use another product, or accept the risk in the credential.',
  ),

  // What is to be stored
  rowInvalid: no('A value of the row is missing or not permitted. Correct the field that is named.'),
  dateInvalid: no('A date is not in ISO 8601. Write it as 2027-03-01 or 2027-03-01T10:30.'),
  occurredInFuture: no('The date of the consent lies in the future. Correct it.'),
  proofMissing: no('Nothing shows that the person said so. Add the proof, or the message that proves it.'),
  consentStale: no('This consent has run out already, so it gives no right to write. Ask the person again.'),
  fileMissing: no('The item has no file in this field. Correct the name of the binary field.'),
  csvUnreadable: no(
    'The file is not a CSV table. Save it as CSV with a header line, commas or semicolons, in UTF-8.',
  ),
  columnMissing: no('The table has no column "phone" or none "purpose". Name its columns in the first line.'),
  scopeInvalid: no('The scope does not fit the purpose or the proof. Correct the field that is named.'),
  authorizationIncomplete: no(
    'The HIPAA authorization lacks an element, so it is not valid. Add the field that is named.',
  ),
  authorizationExpired: no('The HIPAA authorization has run out already. Ask the person for a new one.'),
  birthDateInvalid: no(
    'The birth date is malformed or cannot be right. Write it as 1980-12-31, not in the future.',
  ),
  tagInvalid: no('A tag takes up to 39 letters, digits, spaces and hyphens. Shorten or rename it.'),
  frequencyInvalid: no('A frequency is a whole number of messages in a whole number of days. Correct it.'),
  notAPreference: no(
    'The item is no answer to the preference menu. Connect the Preference output of Reply Router.',
  ),
  inputInvalid: no('A value is missing or has the wrong form. Correct the field that is named.'),
  parameterInvalid: no(
    'A parameter is empty or has a value that cannot be used. Correct the one that is named.',
  ),
  policyInvalid: no('A field of the policy is unknown or has a value that is not permitted. Correct it.'),
  policyMissing: no('The controller has no policy. Save the controller again in Registry Admin.'),
  allowedTermInLexicon: no(
    'An allowed term gives health data away and is not part of the registered name. Remove it.',
  ),
  senderTaken: no('This sender belongs to another controller. Use its own controller.'),

  // The desk
  taskMissing: no('The item names no task. Set the field with its ID.'),
  taskUnknown: no('This task is not in the registry. List the tasks again.'),
  taskClosed: no('This task is closed already. Nothing needs to be done.'),
  conversationMissing: no('The item names no conversation. Set the field with its ID.'),
  conversationUnknown: no('This conversation is not kept any more, or never was.'),
  staffMemberMissing: no('Nobody is named who does it. Enter the name of a person, not of a shared account.'),

  // People and their rights
  handleUnknown: no(
    'It is not clear which number of the person is meant. Name the person by it, or give the ID of the handle.',
  ),
  handleTaken: no(
    'Another person on record has this number. Correct it, or merge the two if they are one person.',
  ),
  verificationProofNeeded: no(
    'A void or disputed number comes back only by a check at the desk or a double opt-in.',
  ),
  mergeUnproven: no(
    'Nothing proves that the two are one person. Each needs a verified number; verify them first.',
  ),

  // What nobody foresaw
  unexpected: no('Something stopped the node that it has no words for. Nothing was decided; run it again.'),
} as const satisfies Readonly<Record<string, Reason>>;

export type ReasonCode = keyof typeof REASONS;

export const isReasonCode = (code: string): code is ReasonCode => Object.hasOwn(REASONS, code);

/** The reason behind a code; an unknown code is told as such and is never final, so that nothing is lost. */
export function reasonFor(code: string): Reason {
  return isReasonCode(code)
    ? REASONS[code]
    : no('The message was refused for a reason that this version does not know. Update the package.');
}

/** The error that carries a reason; `at` names the parameter or column, and the row. */
export const refusal = (code: ReasonCode, at: CareError['at'] = {}): CareError =>
  new CareError(code, REASONS[code].sentence, at);
