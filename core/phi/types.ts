export const LANGUAGES = ['it', 'de', 'en', 'es', 'fr'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The five kinds of health data that a message can give away (docs/design, section 1). */
export const PHI_CATEGORIES = ['identifier', 'clinical', 'pathway', 'economic', 'revealing'] as const;
export type PhiCategory = (typeof PHI_CATEGORIES)[number];

/** A span of the text that gives something away. Never carries the matched text itself. */
export interface PhiFinding {
  /** UTF-16 offsets into the text as given: `text.slice(start, end)`. */
  readonly start: number;
  readonly end: number;
  readonly category: PhiCategory;
  /** Stable name of the rule, e.g. `identifier.phone`, `clinical.condition`. */
  readonly ruleId: string;
  /** 0 to 1. */
  readonly confidence: number;
}

/** A controller's own words: the same object that the gate and the linter use. */
export interface PhiPolicy {
  /** Terms that may stand in a message although a lexicon holds them (only parts of the registered name). */
  readonly allowedTerms?: readonly string[];
  /**
   * Names that the controller registered for itself and its locations. They may stand, also where they look like a
   * person's ("Aurora Milano"); whoever gets the message knows who writes.
   */
  readonly registeredNames?: readonly string[];
  /** Terms that may not stand in a message although no lexicon holds them. */
  readonly forbiddenTerms?: readonly string[];
  /** Host names that a link may point to. A link to any other host is not PHI by itself. */
  readonly allowedDomains?: readonly string[];
}

export interface DetectOptions {
  /** Languages whose lexicons apply; all five by default. */
  readonly languages?: readonly Language[];
  readonly policy?: PhiPolicy;
  /**
   * Also report phone numbers, mailboxes and addresses that read as the clinic's own ("ring 0161 …", `info@…`).
   * For words of patients and for redaction; off by default, since a clinic may state its own contact.
   */
  readonly strict?: boolean;
}

export type DetectPhi = (text: string, options?: DetectOptions) => PhiFinding[];
