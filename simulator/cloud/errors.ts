import type { Dice } from '../model/random';

interface Known {
  title: string;
  details: string;
  /** Meta's usual HTTP status; the reference warns that callers must not depend on it. */
  http?: number;
  transient?: true;
}

/** Codes that the simulator can give, by Meta's error page. `http` is 400 where absent. */
const CATALOGUE: Record<number, Known> = {
  1: { title: 'API Unknown', details: 'Invalid request or possible server error.' },
  2: { title: 'API Service', details: 'Temporary due to downtime or overload.', http: 500, transient: true },
  4: {
    title: 'Application request limit reached',
    details: 'The app reached its call rate limit.',
    transient: true,
  },
  10: {
    title: 'Application does not have permission for this action',
    details: 'Permission is missing.',
    http: 403,
  },
  33: { title: 'Parameter value is not valid', details: 'The business phone number was deleted.' },
  100: { title: 'Invalid parameter', details: 'The request has an unsupported or misspelt parameter.' },
  190: { title: 'Invalid OAuth access token', details: 'The access token is invalid or expired.', http: 401 },
  368: {
    title: 'Temporarily blocked for policies violations',
    details: 'The account was restricted.',
    http: 403,
  },
  80007: {
    title: 'Rate limit issues',
    details: 'The business account reached its rate limit.',
    transient: true,
  },
  130429: {
    title: 'Rate limit hit',
    details:
      'Message failed to send because there were too many messages sent from this phone number in a short period of time.',
  },
  130472: {
    title: "User's number is part of an experiment",
    details: 'Message was not sent as part of an experiment.',
  },
  130497: {
    title: 'Business account is restricted from messaging users in this country',
    details: 'The country is restricted.',
    http: 403,
  },
  131000: {
    title: 'Something went wrong',
    details: 'Message failed to send due to an unknown error.',
    http: 500,
  },
  131005: {
    title: 'Access denied',
    details: 'Permission is either not granted or has been removed.',
    http: 403,
  },
  131008: { title: 'Required parameter is missing', details: 'The request is missing a required parameter.' },
  131009: { title: 'Parameter value is not valid', details: 'One or more parameter values are invalid.' },
  131016: {
    title: 'Service unavailable',
    details: 'A service is temporarily unavailable.',
    http: 503,
    transient: true,
  },
  131021: { title: 'Recipient cannot be sender', details: 'Sender and recipient phone number is the same.' },
  131026: { title: 'Message undeliverable', details: 'Unable to deliver the message.' },
  131030: {
    title: 'Recipient phone number not in allowed list',
    details: 'Add the recipient to the allowed list.',
  },
  131031: { title: 'Account has been locked', details: 'The account was restricted or disabled.', http: 403 },
  131037: { title: 'Display name approval required', details: 'The display name is not approved.' },
  131042: {
    title: 'Business eligibility payment issue',
    details: 'There was an error related to your payment method.',
  },
  131045: { title: 'Incorrect certificate', details: 'The phone number is not registered.', http: 500 },
  131047: {
    title: 'Re-engagement message',
    details:
      'Message failed to send because more than 24 hours have passed since the customer last replied to this number.',
  },
  131048: {
    title: 'Spam rate limit hit',
    details: 'Too many messages from this number were blocked or flagged as spam.',
  },
  131049: {
    title: 'Meta chose not to deliver',
    details: 'This message was not delivered to maintain healthy ecosystem engagement.',
  },
  131050: {
    title: 'User has stopped marketing messages',
    details: 'The recipient chose to stop receiving marketing messages from this business.',
  },
  131051: { title: 'Unsupported message type', details: 'Message type is currently not supported.' },
  131053: { title: 'Media upload error', details: 'Unable to upload the media used in the message.' },
  131055: { title: 'Method not allowed', details: 'The message type is not allowed on this endpoint.' },
  131056: {
    title: '(Business Account, Consumer Account) pair rate limit hit',
    details: 'Too many messages sent from this phone number to the same recipient in a short period of time.',
  },
  131057: {
    title: 'Account in maintenance mode',
    details: 'The business account is in maintenance mode.',
    http: 500,
    transient: true,
  },
  131059: { title: 'Invalid paging cursor', details: 'The cursor is stale; start again without one.' },
  131062: { title: 'Business-scoped user id not allowed', details: 'This message needs a phone number.' },
  131063: {
    title: 'Marketing messages disabled on this endpoint',
    details: 'Use the marketing messages endpoint.',
  },
  131064: { title: 'Utility messages limited', details: 'The account misused the utility category.' },
  132000: {
    title: 'Number of parameters does not match the expected number of params',
    details: 'The number of variable values differs from the template.',
  },
  132001: {
    title: 'Template name does not exist in the translation',
    details: 'The template does not exist in this language or is not approved.',
    http: 404,
  },
  132005: {
    title: 'Translated text too long',
    details: 'The text is too long once the variables are filled in.',
  },
  132007: { title: 'Template format character policy violated', details: 'The content violates a policy.' },
  132012: {
    title: 'Parameter format does not match format in the created template',
    details: 'A variable value has the wrong format.',
  },
  132015: { title: 'Template is paused', details: 'The template is paused due to low quality.' },
  132016: {
    title: 'Template is disabled',
    details: 'The template was paused too often and is disabled for good.',
  },
  132018: {
    title: 'There was an issue with the parameters in your template',
    details: 'Values cannot have new lines, tabs or more than 4 consecutive spaces.',
  },
  133010: {
    title: 'Phone number not registered',
    details: 'The phone number is not registered on the platform.',
  },
  134100: {
    title: 'Only marketing messages supported',
    details: 'This endpoint sends templates of category MARKETING only.',
  },
  134101: {
    title: 'Template is still syncing',
    details: 'The template can be used on this endpoint within 10 minutes.',
  },
  135000: {
    title: 'Generic user error',
    details: 'Message failed to send because of an unknown error with the parameters.',
  },
};

const UNKNOWN: Known = { title: 'Unknown error', details: 'An unknown error occurred.' };
const known = (code: number): Known => CATALOGUE[code] ?? UNKNOWN;

interface Extra {
  details?: string;
  http?: number;
  subcode?: number;
  /** Replaces `(#code) title`; Graph's own errors are worded without the code. */
  message?: string;
  type?: 'OAuthException' | 'GraphMethodException';
  /** What Business Manager would show; template errors have it. */
  user?: { title: string; message: string };
}

/** A refusal in the shape of Meta's Graph API. */
export class GraphError extends Error {
  readonly http: number;

  constructor(
    readonly code: number,
    private readonly extra: Extra = {},
  ) {
    super(extra.message ?? `(#${code}) ${known(code).title}`);
    this.name = 'GraphError';
    this.http = extra.http ?? known(code).http ?? 400;
  }

  body(dice: Dice): { error: Record<string, unknown> } {
    const { details, subcode, type, user } = this.extra;
    return {
      error: {
        message: this.message,
        type: type ?? 'OAuthException',
        code: this.code,
        ...(subcode === undefined ? {} : { error_subcode: subcode }),
        ...(known(this.code).transient === true ? { is_transient: true } : {}),
        ...(user === undefined ? {} : { error_user_title: user.title, error_user_msg: user.message }),
        error_data: { messaging_product: 'whatsapp', details: details ?? known(this.code).details },
        fbtrace_id: `A${dice.hex(11)}`,
      },
    };
  }
}

/** The object in no path, or a token without rights to it: Graph tells the two apart no more than this. */
export const unknownObject = (id: string): GraphError =>
  new GraphError(100, {
    subcode: 33,
    type: 'GraphMethodException',
    message: `Unsupported request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation. Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api`,
    details: 'The id in the path is unknown.',
  });

const ERROR_PAGE =
  'https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes';

/** One entry of `statuses[].errors[]`. */
export const statusError = (code: number): Record<string, unknown> => ({
  code,
  title: known(code).title,
  message: known(code).title,
  error_data: { details: known(code).details },
  href: ERROR_PAGE,
});
