import type { Language } from '../phi/types';
import type { ApprovedOrigin } from './approvedTypes';
import type { ComposedOrigin } from './composedTypes';
import type { Purpose } from '../policy/types';
import type { Question } from '../replies/types';

/** Typed variables only; there is no free text (docs/design, section 10). */
export type VariableType =
  'date' | 'time' | 'firstName' | 'location' | 'link' | 'clinicName' | 'number' | 'choice';

export interface TemplateVariable {
  readonly name: string;
  readonly type: VariableType;
  /** The value that Meta's review sees. */
  readonly example: string;
  /** For `choice`: what the rows of the list are, which decides how their labels are made and checked. */
  readonly of?: 'location' | 'appointment';
}

/** What a tap means. The sender puts its own reference before it, so a payload never holds personal data. */
export type ButtonChoice =
  | 'confirm'
  | 'reschedule'
  | 'human'
  | 'yes'
  | 'no'
  | 'stop'
  | 'preference_a'
  | 'preference_b'
  | 'preference_c'
  | `rating_${1 | 2 | 3 | 4 | 5}`
  | `location_${number}`;

export interface TemplateButton {
  readonly choice: ButtonChoice;
  /** At most 20 characters, so that it fits a reply button as well as a template. */
  readonly title: string;
}

export interface TemplateText {
  /** `{{name}}` marks a variable. At most 1024 characters; neither begins nor ends with a variable. */
  readonly body: string;
  readonly footer?: string;
  readonly buttons?: readonly TemplateButton[];
  /** Label that opens the list of a `choice` variable; at most 20 characters. */
  readonly listButton?: string;
  /** Replies only: the `link` variable sits on a button with this title (at most 20) instead of in the body. */
  readonly linkButton?: string;
}

/** One catalogue template with all its languages: one data file. */
export interface CatalogueTemplate {
  readonly key: string;
  readonly version: number;
  readonly purpose: Purpose;
  readonly metaCategory: 'UTILITY' | 'MARKETING';
  /** Sent as an approved template, or as a reply inside the service window, or either. */
  readonly use: 'template' | 'reply' | 'both';
  readonly asks: Question | null;
  /** Seconds after which an undelivered message must not arrive any more; null: Meta's default. */
  readonly ttlSeconds: number | null;
  readonly variables: readonly TemplateVariable[];
  readonly texts: Partial<Record<Language, TemplateText>>;
}

/** Values for the variables. date and time share `at` (an instant, ms) and `zone` (IANA, the location's). */
export interface RenderValues {
  readonly at?: number;
  readonly zone?: string;
  readonly firstName?: string;
  readonly location?: string;
  readonly link?: string;
  readonly clinicName?: string;
  readonly number?: number;
  /** For templates with a `choice` variable (choice of location or of appointment): labels in order. */
  readonly choices?: readonly ChoiceValue[];
}

/**
 * One row to choose from. Of locations, `label` is the location's name. Of appointments, `at` (ms since epoch) and
 * `zone` are needed and the label is written from them; a `label` given is not used.
 */
export interface ChoiceValue {
  readonly id: string;
  readonly label?: string;
  readonly at?: number;
  readonly zone?: string;
}

export interface RenderContext {
  /** ms since epoch: decides "today" / "tomorrow" beside the date. */
  readonly now: number;
  readonly allowedDomains: readonly string[];
  /** Names of locations that the controller registered; a `location` must be one of them when given. */
  readonly locations?: readonly string[];
}

/** A rendered message: what `json.care.message` carries, free of phone numbers and ids of people. */
export interface RenderedMessage {
  readonly template: string;
  readonly version: number;
  readonly language: Language;
  readonly purpose: Purpose;
  readonly metaCategory: 'UTILITY' | 'MARKETING';
  readonly use: CatalogueTemplate['use'];
  readonly asks: Question | null;
  readonly ttlSeconds: number | null;
  readonly text: string;
  readonly footer: string | null;
  readonly buttons: readonly TemplateButton[];
  /** For a list (choices): rows by id and label. */
  readonly choices: readonly { readonly id: string; readonly label: string; readonly description?: string }[];
  /** Name under which the template stands at Meta: `care_<key>_v<version>`. */
  readonly metaName: string;
  /** Body parameters in order, as strings. */
  readonly parameters: readonly { readonly name: string; readonly value: string }[];
  /** Label that opens the list of `choices`. */
  readonly listButton?: string;
  /** A link that sits on a button instead of in the text. */
  readonly link?: { readonly title: string; readonly url: string };
  /** Where the words come from; absent: from the catalogue. */
  readonly origin?: ApprovedOrigin | ComposedOrigin;
}

export type RenderResult =
  | { readonly ok: true; readonly message: RenderedMessage }
  | { readonly ok: false; readonly code: string; readonly sentence: string; readonly field?: string };
