import { LANGUAGES, type Language } from '../phi/types';
import type { Purpose } from '../policy/types';
import type { Question } from '../replies/types';
import { fillButtons, quickReplies } from './approvedButtons';
import { fillHeader } from './approvedHeader';
import type { ApprovedOrigin, VariableBinding } from './approvedTypes';
import { LIMITS } from './limits';
import { fillLive, type LiveTemplate, variablesIn } from './live';
import { refused } from './media';
import type { RenderContext, RenderedMessage } from './types';
import { writeValue } from './values';

/** What the values are held against; `clinicName` is the only one that the variable of that type may say. */
export interface ApprovedContext extends RenderContext {
  readonly clinicName: string;
}

export interface ApprovedOrder {
  readonly purpose: Purpose;
  readonly asks: Question | null;
  readonly origin: ApprovedOrigin;
}

/**
 * The message that a live template makes of typed values. Words come from the template alone.
 *
 * @throws CareError `templateNotApproved`, `templateUnsupported`, `languageMissing`, `variableMissing`,
 *   `variableInvalid`, `linkNotAllowed`, `fileNotAllowed`, `textTooLong`, `wayOutMissing`
 */
export function renderApproved(
  live: LiveTemplate,
  { purpose, asks, origin }: ApprovedOrder,
  context: ApprovedContext,
): RenderedMessage {
  if (live.status !== 'APPROVED') throw refused('templateNotApproved', live.name);
  const category = live.category === 'MARKETING' ? 'MARKETING' : 'UTILITY';
  if (category !== live.category) throw refused('templateUnsupported', live.name);
  const language = languageOf(live);
  refuseStrangers(live, origin.bindings);
  const write = writer(origin.bindings, language, context);
  const text = fillLive(live.body, (name) => write('body', name));
  if (text.length > LIMITS.body) throw refused('textTooLong', live.name);
  const header = fillHeader(live, origin.header, write, context);
  const buttons = fillButtons(live.buttons, origin.buttons, context.allowedDomains);
  const message: RenderedMessage = {
    ...{ template: live.name, metaName: live.name, version: 1, language, purpose, asks, text },
    metaCategory: category,
    use: 'template',
    ttlSeconds: null,
    footer: live.footer,
    buttons: quickReplies(live.buttons, buttons.filled),
    choices: [],
    parameters: variablesIn(live.body).map((name) => ({ name, value: write('body', name) })),
    origin: {
      ...origin,
      filled: {
        named: live.named,
        header: header.value,
        buttons: buttons.filled,
        texts: [...header.texts, ...buttons.texts],
      },
    },
  };
  refuseNoWayOut(message);
  return message;
}

function languageOf({ language, name }: LiveTemplate): Language {
  const known = LANGUAGES.find((candidate) => candidate === language.split('_')[0]);
  if (known) return known;
  throw refused('languageMissing', name);
}

/** A value for a variable that is not there means that the template has changed since somebody set it up. */
function refuseStrangers({ body, header }: LiveTemplate, bindings: readonly VariableBinding[]): void {
  const there = {
    body: variablesIn(body),
    header: header?.format === 'TEXT' ? variablesIn(header.text) : [],
  };
  const names = bindings.map(({ part, name }) => `${part} ${name}`);
  const stranger = bindings.find(
    ({ part, name }, index) => !there[part].includes(name) || names.indexOf(`${part} ${name}`) !== index,
  );
  if (stranger) throw refused('variableInvalid', `${stranger.part} variable ${stranger.name}`);
}

export type WriteVariable = (part: VariableBinding['part'], name: string) => string;

function writer(
  bindings: readonly VariableBinding[],
  language: Language,
  context: ApprovedContext,
): WriteVariable {
  return (part, name) => {
    const field = `${part} variable ${name}`;
    const binding = bindings.find((one) => one.part === part && one.name === name);
    if (!binding) throw refused('variableMissing', field);
    const values = { ...binding.values, clinicName: context.clinicName };
    const written = writeValue(binding.type, values, language, context);
    if (!written.ok) throw refused(written.code, field);
    return written.text;
  };
}

/** Whoever is invited or asked for something must see how to end it. */
function refuseNoWayOut({ metaCategory, purpose, text, footer, buttons, template }: RenderedMessage): void {
  const promotes = metaCategory === 'MARKETING' || purpose !== 'appointment';
  const shown = buttons.some(({ choice }) => choice === 'stop') || /\bSTOP\b/.test(`${text} ${footer ?? ''}`);
  if (promotes && !shown) throw refused('wayOutMissing', template);
}
