import { GraphError } from '../cloud/errors';
import type { TemplateButton, TemplateComponent } from '../model/types';
import { sampleCode } from './fill';
import { variablesOf } from './variables';

/* What Meta's review machine refuses at once when a template is created (reference, sections 7.2 and 7.3). */

const SUBCODE = {
  length: 2388040,
  header: 2388047,
  body: 2388072,
  footer: 2388073,
  many: 2388293,
  edge: 2388299,
};

export function refusal(details: string, subcode?: number): GraphError {
  return new GraphError(100, {
    details,
    ...(subcode === undefined ? {} : { subcode }),
    message: 'Invalid parameter',
    user: { title: 'Message template cannot be saved', message: details },
  });
}

export type Format = 'POSITIONAL' | 'NAMED';

/** @throws GraphError on the first rule that the components break. */
export function checkComponents(components: TemplateComponent[], format: Format, category: string): void {
  const only = (type: string) => {
    const found = components.filter((component) => component.type === type);
    if (found.length > 1) throw refusal(`A template has at most one ${type} component.`);
    return found[0];
  };
  const unknown = components.find(({ type }) => !['HEADER', 'BODY', 'FOOTER', 'BUTTONS'].includes(type));
  if (unknown) throw refusal('A component has an unknown type.');
  const body = only('BODY');
  if (!body) throw refusal('A template needs a BODY component.', SUBCODE.body);
  checkHeader(only('HEADER'), format);
  // Meta writes the words of authentication templates itself.
  if (category !== 'AUTHENTICATION') checkBody(body, format);
  checkFooter(only('FOOTER'), category);
  checkButtons(only('BUTTONS')?.buttons ?? []);
}

function checkHeader(header: TemplateComponent | undefined, format: Format): void {
  if (!header) return;
  const kinds = ['TEXT', 'IMAGE', 'VIDEO', 'DOCUMENT', 'LOCATION'];
  if (!kinds.includes(header.format ?? '')) throw refusal('The header format is unknown.', SUBCODE.header);
  if (header.format !== 'TEXT') return;
  checkLength(header.text, 60, 'header');
  const text = header.text ?? '';
  if (variablesOf(text).length > 1) throw refusal('A header has at most one variable.', SUBCODE.header);
  checkNames(text, format);
  checkExamples(header, format, 'header');
}

function checkBody(body: TemplateComponent, format: Format): void {
  checkLength(body.text, 1024, 'body');
  const text = (body.text ?? '').trim();
  const variables = variablesOf(text);
  checkNames(text, format);
  if (/^\{\{[^{}]*\}\}|\{\{[^{}]*\}\}$/.test(text)) {
    throw refusal('Variables cannot be at the start or end of the template.', SUBCODE.edge);
  }
  if (/\}\}\s*\{\{/.test(text)) throw refusal('Two variables cannot stand side by side.', SUBCODE.many);
  // 2x + 1 words beside x variables: what partners quote. Meta's pages only say "too many for its length".
  const words = text.split(/\s+/).length - variables.length;
  if (variables.length > 0 && words < 2 * variables.length + 1) {
    throw refusal('This template has too many variables for its length.', SUBCODE.many);
  }
  checkExamples(body, format, 'body');
}

function checkFooter(footer: TemplateComponent | undefined, category: string): void {
  if (!footer || category === 'AUTHENTICATION') return;
  checkLength(footer.text, 60, 'footer');
  if (variablesOf(footer.text ?? '').length > 0) throw refusal('A footer has no variables.', SUBCODE.footer);
}

function checkLength(text: string | undefined, longest: number, where: 'header' | 'body' | 'footer'): void {
  if (text === undefined || text.trim() === '') throw refusal(`The ${where} has no text.`, SUBCODE[where]);
  if (text.length > longest)
    throw refusal(`The ${where} is over ${longest} characters long.`, SUBCODE.length);
}

function checkNames(text: string, format: Format): void {
  const rest = text.replace(/\{\{[^{}]*\}\}/g, '');
  if (/\{\{|\}\}/.test(rest)) throw refusal('The braces of a variable are not balanced.', SUBCODE.body);
  const names = variablesOf(text);
  const right =
    format === 'NAMED'
      ? names.every((name) => /^[a-z][a-z0-9_]*$/.test(name))
      : names.every((name, index) => name === String(index + 1));
  if (right) return;
  throw refusal(
    format === 'NAMED'
      ? 'Variable names have lowercase letters, digits and underscores.'
      : 'Variables are numbered from {{1}} in order, without a gap.',
    SUBCODE.body,
  );
}

function checkExamples(component: TemplateComponent, format: Format, where: 'header' | 'body'): void {
  const names = variablesOf(component.text ?? '');
  if (names.length === 0) return;
  const example = component.example ?? {};
  const complete =
    format === 'NAMED'
      ? hasNamed(example[`${where}_text_named_params`], names)
      : countExamples(example[`${where}_text`]) === names.length;
  if (!complete) throw refusal(`The ${where} needs one example value for each variable.`, SUBCODE[where]);
}

/** Header examples are a flat list, body examples a list in a list; pages show the body both ways. */
function countExamples(list: unknown): number {
  if (!Array.isArray(list)) return 0;
  const inner: unknown = Array.isArray(list[0]) ? list[0] : list;
  return (inner as unknown[]).filter((value) => typeof value === 'string' && value !== '').length;
}

function hasNamed(list: unknown, names: string[]): boolean {
  if (!Array.isArray(list)) return false;
  const given = new Set(
    (list as { param_name?: string; example?: string }[]).map((entry) => entry.example && entry.param_name),
  );
  return names.every((name) => given.has(name));
}

const MOST_BUTTONS: Record<string, number> = {
  QUICK_REPLY: 10,
  URL: 2,
  PHONE_NUMBER: 1,
  COPY_CODE: 1,
  OTP: 1,
};

function checkButtons(buttons: TemplateButton[]): void {
  if (buttons.length > 10) throw refusal('A template has at most 10 buttons.');
  for (const [type, most] of Object.entries(MOST_BUTTONS)) {
    if (buttons.filter((button) => button.type === type).length > most) {
      throw refusal(`A template has at most ${most} ${type} button${most === 1 ? '' : 's'}.`);
    }
  }
  buttons.forEach(checkButton);
  const quick = buttons.map((button) => (button.type === 'QUICK_REPLY' ? 'q' : '.')).join('');
  if (/q\.+q/.test(quick)) throw refusal('Quick replies stand together, not between other buttons.');
}

function checkButton(button: TemplateButton): void {
  if (!button.type) throw refusal('A button has no type.');
  if (button.type !== 'COPY_CODE' && button.type !== 'OTP' && !button.text?.trim())
    throw refusal('A button has no label.');
  if ((button.text ?? '').length > 25)
    throw refusal('A button label is over 25 characters long.', SUBCODE.length);
  if (button.type === 'URL') checkUrl(button);
  if (button.type === 'PHONE_NUMBER' && !/^\+?\d{5,20}$/.test(button.phone_number ?? '')) {
    throw refusal('A phone button needs a number of at most 20 characters.');
  }
  if (button.type === 'COPY_CODE' && sampleCode(button).length > 15) {
    throw refusal('A code to copy is over 15 characters long.', SUBCODE.length);
  }
}

function checkUrl(button: TemplateButton): void {
  const url = button.url ?? '';
  if (!/^https?:\/\/[^\s{}]+/.test(url)) throw refusal('A URL button needs an address.');
  if (url.length > 2000) throw refusal('An address is over 2000 characters long.', SUBCODE.length);
  const variables = variablesOf(url);
  if (variables.length === 0) return;
  if (variables.length > 1 || !url.endsWith('}}')) throw refusal('An address has one variable, at its end.');
  if (!Array.isArray(button.example) || button.example.length !== 1) {
    throw refusal('An address with a variable needs one example.');
  }
}
