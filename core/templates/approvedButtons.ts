import type { ButtonValue, FilledButton } from './approvedTypes';
import { LIMITS } from './limits';
import { fillLive, type LiveButton, variablesIn } from './live';
import { checkedLink, refused } from './media';
import type { TemplateButton } from './types';

/** What may stand at the end of an address: a reference of the user's own, never words. */
const SUFFIX = /^[\p{L}\p{N}][\p{L}\p{N}._~=&/-]{0,199}$/u;
const CODE = /^[A-Za-z0-9_-]+$/;

interface ButtonsResult {
  readonly filled: readonly FilledButton[];
  /** Titles, addresses and codes that a person gets to read. */
  readonly texts: readonly string[];
}

/**
 * @throws CareError `templateUnsupported`, `variableMissing` for a quick reply without a meaning, `variableInvalid`,
 *   `linkNotAllowed`
 */
export function fillButtons(
  live: readonly LiveButton[],
  values: readonly ButtonValue[],
  allowedDomains: readonly string[],
): ButtonsResult {
  const indexes = values.map(({ index }) => index);
  const stranger = values.find(
    ({ index }, position) => live[index] === undefined || indexes.indexOf(index) !== position,
  );
  if (stranger) throw refused('variableInvalid', fieldOf(stranger.index));
  const done = live.map((button, index) => {
    const value = values.find((one) => one.index === index) ?? { index };
    return fillButton(button, value, allowedDomains);
  });
  return {
    filled: done.flatMap(({ filled }) => (filled ? [filled] : [])),
    texts: done.flatMap(({ texts }) => texts),
  };
}

/** The template's quick replies with what a tap on them means. */
export const quickReplies = (
  live: readonly LiveButton[],
  filled: readonly FilledButton[],
): readonly TemplateButton[] =>
  filled.flatMap((one) =>
    one.type === 'quick_reply' ? [{ choice: one.choice, title: live[one.index]?.text ?? '' }] : [],
  );

/** People count from 1. */
const fieldOf = (index: number): string => `button ${index + 1}`;

interface Done {
  readonly filled?: FilledButton;
  readonly texts: readonly string[];
}

function fillButton(button: LiveButton, value: ButtonValue, allowedDomains: readonly string[]): Done {
  const { index } = value;
  const field = fieldOf(index);
  switch (button.type) {
    case 'QUICK_REPLY':
      // Without a payload of ours a tap would come back as the label, and nobody knew what it answers.
      if (value.choice === undefined) throw refused('variableMissing', field);
      return { filled: { index, type: 'quick_reply', choice: value.choice }, texts: [] };
    case 'URL':
      return urlButton(button, value, allowedDomains);
    case 'PHONE_NUMBER':
      return { texts: [button.text] };
    case 'COPY_CODE':
      return {
        filled: { index, type: 'copy_code', code: codeOf(value, field) },
        texts: [button.text, value.code ?? ''],
      };
    case 'FLOW':
      return { filled: { index, type: 'flow' }, texts: [button.text] };
    default:
      throw refused('templateUnsupported', field);
  }
}

function codeOf({ code }: ButtonValue, field: string): string {
  if (code === undefined) throw refused('variableMissing', field);
  if (code.length <= LIMITS.copyCode && CODE.test(code)) return code;
  throw refused('variableInvalid', field);
}

/** A variable stands at the end of the address, behind its host: no value may lead to another one. */
function urlButton({ text, url }: LiveButton, value: ButtonValue, allowedDomains: readonly string[]): Done {
  const field = fieldOf(value.index);
  const [name] = variablesIn(url);
  if (name === undefined) return { texts: [text, checkedLink(url, allowedDomains, field)] };
  const { suffix } = value;
  if (suffix === undefined) throw refused('variableMissing', field);
  if (!SUFFIX.test(suffix)) throw refused('variableInvalid', field);
  const stem = url.slice(0, url.indexOf('{{'));
  if (!/^https:\/\/[^/?#]+[/?#]/.test(stem)) throw refused('linkNotAllowed', field);
  const encoded = encodeURIComponent(suffix);
  const whole = checkedLink(
    fillLive(url, () => encoded),
    allowedDomains,
    field,
  );
  return {
    filled: { index: value.index, type: 'url', suffix: encoded },
    texts: [text, whole, suffix],
  };
}
