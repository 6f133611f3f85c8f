import type { RenderedMessage } from '../templates/types';
import type { CallOutcome, PricingFacts, Recipient, SendRequest } from '../registry/types';

/** One HTTP call and its answer. Rejects with `TransportError` when no answer came. */
export type Transport = (request: HttpRequest) => Promise<HttpResponse>;

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  readonly contentType: string;
  readonly body: unknown;
}

/** `reached` is false only when the request certainly did not reach the provider (refused, not resolved). */
export class TransportError extends Error {
  constructor(
    readonly reached: boolean,
    message: string,
  ) {
    super(message);
    this.name = 'TransportError';
  }
}

export interface Capabilities {
  readonly template: boolean;
  readonly window: boolean;
  readonly buttons: boolean;
  readonly lists: boolean;
  readonly status: boolean;
  readonly inbound: boolean;
  /** The provider returns our own id in its status webhooks. Without it, nothing is ever re-sent by itself. */
  readonly callbackId: boolean;
}

/** A WhatsApp provider: one folder under `core/messaging/providers`. */
export interface Provider {
  readonly capabilities: Capabilities;
  /** Sends one message; never rejects: what happened is in the outcome. */
  send(message: OutgoingMessage, signal?: AbortSignal): Promise<CallOutcome>;
}

/** What only the run knows of a message, and no item. */
export interface WireExtras {
  /** Meta's id of the message that is answered, for a reaction or a quote. */
  readonly inReplyTo?: string;
  /** The approved template counts its variables instead of naming them. */
  readonly positional?: boolean;
}

export interface OutgoingMessage extends WireExtras {
  readonly outboxId: string;
  readonly to: Recipient;
  readonly message: RenderedMessage;
  /** Inside an answer to an event: session message; else the approved template. */
  readonly as: 'template' | 'reply';
}

/** One message that a workflow wants to send. */
export interface Dispatch {
  readonly request: SendRequest;
  readonly message: RenderedMessage;
  readonly extras?: WireExtras;
}

/** What an item comes to when its turn comes: a message, or why there is none. */
export type Drafted =
  | { readonly dispatch: Dispatch }
  | { readonly refusal: { readonly code: string; readonly sentence: string } };

/** Messages that are drafted in their turn: a run of a hundred thousand must not hold them all. */
export interface DispatchSource {
  readonly length: number;
  draft(index: number): Drafted;
}

export type DispatchResult =
  | {
      readonly sent: true;
      readonly outboxId: string;
      readonly contactRef: string;
      readonly state: 'accepted';
    }
  | {
      readonly sent: false;
      readonly code: string;
      readonly sentence: string;
      readonly outboxId: string | null;
      readonly contactRef: string | null;
      readonly state: 'refused' | 'failed' | 'unknown' | 'released';
      readonly nextPermittedAt: number | null;
      /** Of what could leave, in a dry run. */
      readonly pricing?: PricingFacts;
    };
