import type { ButtonChoice } from './types';

interface Framed {
  readonly body: string;
  readonly header?: string;
  readonly footer?: string;
}

/** One free-form answer, by its kind. */
export type ComposedPart =
  | { readonly kind: 'text'; readonly body: string }
  | (Framed & {
      readonly kind: 'buttons';
      readonly buttons: readonly { readonly choice: ButtonChoice; readonly title: string }[];
    })
  | (Framed & {
      readonly kind: 'list';
      readonly button: string;
      readonly sections: readonly ComposedSection[];
    })
  | (Framed & { readonly kind: 'link'; readonly title: string; readonly url: string })
  | {
      readonly kind: 'document';
      readonly link: string;
      readonly fileName: string;
      readonly caption?: string;
    }
  | { readonly kind: 'image'; readonly link: string; readonly caption?: string }
  | { readonly kind: 'reaction'; readonly emoji: string };

export interface ComposedSection {
  readonly title?: string;
  readonly rows: readonly { readonly title: string; readonly description?: string }[];
}

/** Words that a named person wrote, for the open service window. */
export interface ComposedOrigin {
  readonly source: 'composed';
  /** Drawn when it was written, so that the same answer leaves once and another one is another. */
  readonly id: string;
  /** Name of the person of the staff. */
  readonly sentBy: string;
  /** Shows the message that is answered above the answer. */
  readonly quote: boolean;
  readonly part: ComposedPart;
  /** Held against the limits and the controller's domains right before sending, never taken from an item. */
  readonly checked?: true;
}
