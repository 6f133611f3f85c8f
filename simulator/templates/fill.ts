import { GraphError } from '../cloud/errors';
import { shownLocation, shownMedia } from '../cloud/media';
import type { Content, ShownButton, Template, TemplateButton, TemplateComponent } from '../model/types';
import { fill, variablesOf } from './variables';

/* From a template and the values of one send to what the phone shows; every mismatch as Meta refuses it. */

export interface Parameter {
  type: string;
  text?: string;
  parameter_name?: string;
  payload?: string;
  coupon_code?: string;
  action?: { flow_token?: string };
  currency?: { fallback_value: string };
  date_time?: { fallback_value: string };
  image?: unknown;
  video?: unknown;
  document?: unknown;
  location?: unknown;
}

export interface SendComponent {
  type: string;
  sub_type?: string;
  index?: string | number;
  parameters?: Parameter[];
}

export interface Filled {
  content: Content;
  /** The values of the body, in order of the template's variables. */
  variables: string[];
}

const LONGEST_BODY = 1024;
/** Often quoted; Meta states no bound (reference, section 7.4). */
const LONGEST_PAYLOAD = 128;
/** 15 or 20, as Meta's pages differ (reference, section 18). */
const LONGEST_CODE = 15;

/** @throws GraphError 131008, 131009, 132000, 132005, 132012 or 132018. */
export function fillTemplate(template: Template, sent: SendComponent[]): Filled {
  const part = (type: string) => template.components.find((component) => component.type === type);
  const parameters = (type: string) => sent.find((component) => component.type === type)?.parameters ?? [];
  const body = fillText(part('BODY'), parameters('body'), 'body', template);
  if (body.text.length > LONGEST_BODY) throw new GraphError(132005);
  return {
    variables: body.values,
    content: {
      header: fillHeader(part('HEADER'), parameters('header'), template),
      body: body.text,
      footer: part('FOOTER')?.text,
      buttons: fillButtons(part('BUTTONS')?.buttons ?? [], sent),
    },
  };
}

function fillHeader(
  header: TemplateComponent | undefined,
  parameters: Parameter[],
  template: Template,
): Content['header'] {
  if (!header) {
    if (parameters.length > 0) throw wrongCount('header', parameters.length, 0);
    return undefined;
  }
  if (header.format === 'TEXT') {
    return { kind: 'text', text: fillText(header, parameters, 'header', template).text };
  }
  const kind = (header.format ?? '').toLowerCase() as 'image' | 'video' | 'document' | 'location';
  if (parameters.length !== 1) throw wrongCount('header', parameters.length, 1);
  if (parameters[0]?.type !== kind) {
    throw new GraphError(132012, { details: `header: Format mismatch, expected ${kind.toUpperCase()}.` });
  }
  const where = `header['${kind}']`;
  return kind === 'location'
    ? shownLocation(parameters[0].location, where)
    : shownMedia(kind, parameters[0][kind], where);
}

function fillText(
  component: TemplateComponent | undefined,
  parameters: Parameter[],
  where: string,
  template: Template,
): { text: string; values: string[] } {
  const text = component?.text ?? '';
  const names = variablesOf(text);
  if (parameters.length !== names.length) throw wrongCount(where, parameters.length, names.length);
  const values = names.map((name, index) => valueOf(parameterFor(name, index, parameters, template), where));
  return {
    text: fill(text, Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']))),
    values,
  };
}

function parameterFor(
  name: string,
  index: number,
  parameters: Parameter[],
  template: Template,
): Parameter | undefined {
  if (template.parameterFormat === 'POSITIONAL') return parameters[index];
  const named = parameters.find((parameter) => parameter.parameter_name === name);
  if (!named) throw new GraphError(132012, { details: 'A named parameter is missing or misspelt.' });
  return named;
}

function valueOf(parameter: Parameter | undefined, where: string): string {
  if (parameter && !['text', 'currency', 'date_time'].includes(parameter.type)) {
    throw new GraphError(132012, { details: `${where}: a variable takes text, currency or date_time.` });
  }
  const value =
    parameter?.text ?? parameter?.currency?.fallback_value ?? parameter?.date_time?.fallback_value;
  if (value === undefined || value === '')
    throw new GraphError(131008, { details: `${where}: a variable has no value.` });
  if (/[\n\r\t]| {5,}/.test(value)) throw new GraphError(132018);
  return value;
}

const wrongCount = (where: string, given: number, expected: number): GraphError =>
  new GraphError(132000, {
    details: `${where}: number of localizable_params (${given}) does not match the expected number of params (${expected})`,
  });

function fillButtons(buttons: TemplateButton[], sent: SendComponent[]): ShownButton[] {
  const given = sent.filter((component) => component.type === 'button');
  for (const component of given) checkTarget(component, buttons);
  return buttons.flatMap((button, index) => {
    const parameter = given.find((component) => Number(component.index) === index)?.parameters?.[0];
    const shown = shownButton(button, parameter, index);
    return shown ? [shown] : [];
  });
}

function checkTarget(component: SendComponent, buttons: TemplateButton[]): void {
  const button = buttons[Number(component.index)];
  const kind = component.sub_type?.toUpperCase();
  // The code of an authentication button travels as if it were the end of an address.
  if (button && (button.type === kind || (button.type === 'OTP' && kind === 'URL'))) return;
  throw new GraphError(132018, {
    details: `buttons: The template has no button of this type at index ${Number(component.index)}.`,
  });
}

function shownButton(
  button: TemplateButton,
  parameter: Parameter | undefined,
  index: number,
): ShownButton | undefined {
  const text = button.text ?? '';
  switch (button.type) {
    case 'QUICK_REPLY':
      // Without a payload the label comes back (reference, section 12).
      return { kind: 'quickReply', text, payload: payloadOf(parameter) ?? text };
    case 'URL':
      return { kind: 'url', text, url: urlOf(button, parameter, index) };
    case 'OTP':
      return { kind: 'copy', text: text || 'Copy code', code: parameter?.text ?? '' };
    case 'PHONE_NUMBER':
      return { kind: 'phone', text, phone: button.phone_number ?? '' };
    case 'COPY_CODE':
      return {
        kind: 'copy',
        text: text || 'Copy code',
        code: codeOf(parameter, index),
      };
    case 'FLOW':
      return { kind: 'flow', text, token: parameter?.action?.flow_token ?? '' };
    default:
      return undefined;
  }
}

function payloadOf(parameter: Parameter | undefined): string | undefined {
  if (!parameter) return undefined;
  if (parameter.type !== 'payload') throw new GraphError(132012, { details: 'buttons: expected a payload.' });
  if ((parameter.payload ?? '').length > LONGEST_PAYLOAD) {
    throw new GraphError(131009, {
      details: `buttons: a payload is over ${LONGEST_PAYLOAD} characters long.`,
    });
  }
  return parameter.payload;
}

/** Without a value Meta refuses the message; the template's own code is an example for its review. */
function codeOf(parameter: Parameter | undefined, index: number): string {
  const code = parameter?.coupon_code;
  if (code === undefined || code === '') {
    throw new GraphError(131008, {
      details: `buttons: Button at index ${index} of type CopyCode requires a parameter`,
    });
  }
  if (code.length > LONGEST_CODE) {
    throw new GraphError(131009, { details: `buttons: a code is over ${LONGEST_CODE} characters long.` });
  }
  return code;
}

function urlOf(button: TemplateButton, parameter: Parameter | undefined, index: number): string {
  const url = button.url ?? '';
  const [name] = variablesOf(url);
  if (name === undefined) {
    if (parameter) throw wrongCount(`buttons: Button at index ${index}`, 1, 0);
    return url;
  }
  if (!parameter?.text) {
    throw new GraphError(131008, {
      details: `buttons: Button at index ${index} of type Url requires a parameter`,
    });
  }
  if (/[\s#]/.test(parameter.text) || !isEncoded(parameter.text)) {
    throw new GraphError(132018, { details: `buttons: the end of an address has to be percent-encoded.` });
  }
  return fill(url, { [name]: parameter.text });
}

/** The code that the template was created with. */
export const sampleCode = (button: TemplateButton): string =>
  typeof button.example === 'string' ? button.example : '';

function isEncoded(text: string): boolean {
  try {
    return /^[\x21-\x7e]+$/.test(text) && decodeURIComponent(text) !== '';
  } catch {
    return false;
  }
}
