/**
 * What Meta permits, in characters or pieces.
 * Source: developers.facebook.com, WhatsApp: templates/components, templates/time-to-live,
 * messages/interactive-list-messages, messages/interactive-reply-buttons-messages.
 */
export const LIMITS = {
  body: 1024,
  footer: 60,
  /** A quick-reply button may have 25 in a template; 20 fits a reply button as well. */
  buttonTitle: 20,
  /** More than three cannot be shown as reply buttons, nor on desktop clients. */
  buttons: 3,
  rows: 10,
  rowTitle: 24,
  rowDescription: 72,
  /** Meta documents 256 for button ids, 200 for row ids and nothing firm for payloads; 100 holds everywhere. */
  payload: 100,
  url: 2000,
  /** Of a plain text message; every other text is `body`. */
  text: 4096,
  header: 60,
  listButton: 20,
  linkButton: 20,
  sections: 10,
  sectionTitle: 24,
  /** Meta's pages differ: 15 or 20. */
  copyCode: 15,
  /** Not stated for media; a caption that fits a template's body fits everywhere. */
  caption: 1024,
  fileName: 100,
  phone: 20,
  templateButtons: 10,
  ttl: { UTILITY: [30, 43_200], MARKETING: [43_200, 2_592_000] },
} as const;

/** Only what cannot hold a name, a number to call or a sentence. */
export const PAYLOAD = /^[A-Za-z0-9_.:|-]{1,100}$/;
