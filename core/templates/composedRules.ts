import type { ReasonCode } from '../policy/reasons';
import type { ComposedPart, ComposedSection } from './composedTypes';
import { LIMITS } from './limits';

export interface ComposedProblem {
  readonly code: Extract<ReasonCode, 'textTooLong' | 'variableMissing' | 'variableInvalid'>;
  /** Where it is: `body`, `buttons[1].title`, `sections[0].rows[2].description`. */
  readonly field: string;
}

type Check = readonly [broken: boolean, code: ComposedProblem['code'], field: string];

/** One picture of WhatsApp's keyboard: with its skin tone, joined ones and flags. */
const EMOJI = new RegExp('^\\p{RGI_Emoji}$', 'v');

/**
 * The first of Meta's limits that an answer breaks; null when it keeps all of them.
 * Source: developers.facebook.com, WhatsApp: messages/interactive-list-messages, interactive-reply-buttons-messages.
 */
export function composedProblem(part: ComposedPart): ComposedProblem | null {
  const found = checksOf(part).find(([broken]) => broken);
  return found ? { code: found[1], field: found[2] } : null;
}

function checksOf(part: ComposedPart): Check[] {
  switch (part.kind) {
    case 'text':
      return words('body', part.body, LIMITS.text);
    case 'buttons':
      return [...framed(part), ...buttonChecks(part.buttons)];
    case 'list':
      return [
        ...framed(part),
        ...label('button', part.button, LIMITS.listButton),
        ...listChecks(part.sections),
      ];
    case 'link':
      return [...framed(part), ...label('title', part.title, LIMITS.linkButton)];
    case 'document':
    case 'image':
      return optional('caption', part.caption, LIMITS.caption);
    case 'reaction':
      return [[!EMOJI.test(part.emoji), 'variableInvalid', 'emoji']];
  }
}

const words = (field: string, text: string, most: number): Check[] => [
  [text.trim() === '', 'variableMissing', field],
  [text.length > most, 'textTooLong', field],
];

const optional = (field: string, text: string | undefined, most: number): Check[] =>
  text === undefined ? [] : words(field, text, most);

/** What stands on a button or row: one line without outer spaces. */
const label = (field: string, text: string, most: number): Check[] => [
  ...words(field, text, most),
  [text.trim() !== text || /[\r\n\t]/.test(text), 'variableInvalid', field],
];

const framed = ({ body, header, footer }: { body: string; header?: string; footer?: string }): Check[] => [
  ...words('body', body, LIMITS.body),
  ...(header === undefined ? [] : label('header', header, LIMITS.header)),
  ...(footer === undefined ? [] : label('footer', footer, LIMITS.footer)),
];

const repeated = (values: readonly string[]): boolean => new Set(values).size < values.length;

function buttonChecks(buttons: readonly { choice: string; title: string }[]): Check[] {
  return [
    [buttons.length === 0, 'variableMissing', 'buttons'],
    [buttons.length > LIMITS.buttons, 'variableInvalid', 'buttons'],
    ...buttons.flatMap(({ title }, index) => label(`buttons[${index}].title`, title, LIMITS.buttonTitle)),
    [repeated(buttons.map(({ title }) => title)), 'variableInvalid', 'buttons'],
    [repeated(buttons.map(({ choice }) => choice)), 'variableInvalid', 'buttons'],
  ];
}

function listChecks(sections: readonly ComposedSection[]): Check[] {
  const rows = sections.flatMap((section) => section.rows);
  return [
    [rows.length === 0, 'variableMissing', 'sections'],
    [sections.length > LIMITS.sections || rows.length > LIMITS.rows, 'variableInvalid', 'sections'],
    ...sections.flatMap(({ title, rows: own }, index) => [
      ...sectionChecks(title, own.length, `sections[${index}]`, sections.length > 1),
      ...own.flatMap((row, position) => rowChecks(row, `sections[${index}].rows[${position}]`)),
    ]),
  ];
}

/** With several sections each needs a title. */
const sectionChecks = (title: string | undefined, rows: number, field: string, several: boolean): Check[] => [
  [rows === 0, 'variableMissing', `${field}.rows`],
  [several && title === undefined, 'variableMissing', `${field}.title`],
  ...(title === undefined ? [] : label(`${field}.title`, title, LIMITS.sectionTitle)),
];

const rowChecks = (
  { title, description }: { title: string; description?: string },
  field: string,
): Check[] => [
  ...label(`${field}.title`, title, LIMITS.rowTitle),
  ...(description === undefined ? [] : label(`${field}.description`, description, LIMITS.rowDescription)),
];
