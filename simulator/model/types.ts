/** A button as the phone shows it, with what a tap on it sends back. */
export type ShownButton =
  | { kind: 'quickReply'; text: string; payload: string }
  | { kind: 'reply'; text: string; id: string }
  | { kind: 'url'; text: string; url: string }
  | { kind: 'phone'; text: string; phone: string }
  | { kind: 'copy'; text: string; code: string }
  | { kind: 'flow'; text: string; token: string };

export interface ListRow {
  id: string;
  title: string;
  description?: string | undefined;
}

export interface ShownList {
  label: string;
  sections: { title?: string | undefined; rows: ListRow[] }[];
}

/** What a bubble shows, for every message type. */
export interface Content {
  header?:
    | {
        kind: 'text' | 'image' | 'video' | 'document' | 'location';
        text: string;
        /** Where a file or a place opens. */
        url?: string | undefined;
      }
    | undefined;
  body: string;
  footer?: string | undefined;
  buttons: ShownButton[];
  list?: ShownList | undefined;
}

export type MessageStatus = 'accepted' | 'sent' | 'delivered' | 'read' | 'failed' | 'expired';

/** A message that the Cloud API accepted. Times are milliseconds since the Unix epoch. */
export interface SentMessage {
  direction: 'out';
  /** The `wamid.…` of the response. */
  id: string;
  at: number;
  phoneNumberId: string;
  /** The recipient in E.164, as resolved; `request` holds what was typed. */
  person: string;
  endpoint: 'messages' | 'marketing_messages';
  type: string;
  /** The request body as it came. */
  request: Record<string, unknown>;
  callbackData?: string | undefined;
  template?: { name: string; language: string; category: string; variables: string[] } | undefined;
  contextId?: string | undefined;
  /** True if the recipient was named by BSUID: their statuses carry the BSUID even when they fail. */
  byUserId: boolean;
  content: Content;
  /** `expired`: the time to live ended before the phone was reached; Meta sends no webhook for it. */
  status: MessageStatus;
  history: { status: MessageStatus; at: number }[];
  errorCode?: number | undefined;
  expiresAt: number;
}

/** A message from a person to a business number. */
export interface InboundMessage {
  direction: 'in';
  id: string;
  at: number;
  phoneNumberId: string;
  person: string;
  type: string;
  /** What the person's own bubble shows. */
  text: string;
  contextId?: string | undefined;
}

export type ChatMessage = SentMessage | InboundMessage;

/** A person with a phone, known by the E.164 number. */
export interface Person {
  phone: string;
  name: string;
  language: string;
  /** False: sends are accepted, then fail with 131026. */
  onWhatsApp: boolean;
  zone?: string | undefined;
  /** False: messages wait at `sent` until the person is back or their time to live is over. */
  online: boolean;
  /** Has a username and shares no phone number: webhooks carry only the BSUID. */
  hidesPhone: boolean;
  /** Portfolios whose marketing the person stopped in WhatsApp's own menu. */
  stoppedPortfolios: string[];
}

export type TemplateStatus = 'PENDING' | 'APPROVED' | 'REJECTED' | 'PAUSED' | 'DISABLED';

export interface Template {
  id: string;
  businessAccountId: string;
  name: string;
  language: string;
  category: string;
  status: TemplateStatus;
  components: TemplateComponent[];
  parameterFormat: 'POSITIONAL' | 'NAMED';
  /** Seconds; -1 is 30 days. */
  ttlSeconds?: number | undefined;
  rejectedReason: string;
  /** When a pending review ends, and how. */
  review?: { due: number; outcome: 'APPROVED' | 'REJECTED'; reason: string } | undefined;
}

export interface TemplateButton {
  type: string;
  text?: string | undefined;
  url?: string | undefined;
  phone_number?: string | undefined;
  example?: unknown;
  [key: string]: unknown;
}

export interface TemplateComponent {
  type: string;
  format?: string | undefined;
  text?: string | undefined;
  buttons?: TemplateButton[] | undefined;
  example?: Record<string, unknown> | undefined;
  [key: string]: unknown;
}

/** A file that a person sent, readable by `GET /{media-id}` and its short-lived address. */
export interface Media {
  id: string;
  mimeType: string;
  base64: string;
  sha256: string;
}

/** One webhook update on its way; it stays in the store until the receiver answered 200. */
export interface PendingWebhook {
  id: string;
  businessAccountId: string;
  field: string;
  value: Record<string, unknown>;
  /** Updates with one key go out in order; different keys overtake each other. */
  key: string;
  createdAt: number;
  due: number;
  attempts: number;
}
