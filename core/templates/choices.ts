import type { Language } from '../phi/types';
import type { ReasonCode } from '../policy/reasons';
import { isPlausibleInstant, isZone } from '../schedule/instant';
import { writeDate, writeShort, writeTime } from './dates';
import { LIMITS, PAYLOAD } from './limits';
import type { RenderContext, RenderedMessage, RenderValues, TemplateVariable } from './types';
import { properName } from './values';

export type ChoicesResult =
  | { readonly ok: true; readonly rows: RenderedMessage['choices'] }
  | { readonly ok: false; readonly code: ReasonCode };

type Row = RenderedMessage['choices'][number];
type Value = NonNullable<RenderValues['choices']>[number];

/**
 * The rows of a list. Labels are never free text: an appointment's is written from its start, a location's is a
 * registered name (cut to fit, with the whole name below).
 */
export function writeChoices(
  variable: TemplateVariable,
  values: RenderValues,
  language: Language,
  context: RenderContext,
): ChoicesResult {
  const given = values.choices ?? [];
  if (given.length === 0) return { ok: false, code: 'variableMissing' };
  const write = variable.of === 'appointment' ? appointmentRow : locationRow;
  const rows = given.map((value) => (PAYLOAD.test(value.id) ? write(value, language, context) : null));
  const ids = new Set(given.map(({ id }) => id));
  const fits = given.length <= LIMITS.rows && ids.size === given.length;
  const whole = rows.filter((row) => row !== null);
  return fits && whole.length === given.length
    ? { ok: true, rows: whole }
    : { ok: false, code: 'variableInvalid' };
}

function appointmentRow({ id, at, zone }: Value, language: Language, { now }: RenderContext): Row | null {
  if (at === undefined || !isPlausibleInstant(at) || zone === undefined || !isZone(zone)) return null;
  const description = `${writeDate(at, zone, language, now)}, ${writeTime(at, zone, language)}`;
  return { id, label: cut(writeShort(at, zone, language), LIMITS.rowTitle), description };
}

function locationRow({ id, label }: Value, _language: Language, { locations }: RenderContext): Row | null {
  const name = properName('choices', label, locations);
  if (!name.ok) return null;
  const short = cut(name.text, LIMITS.rowTitle);
  return short === name.text ? { id, label: short } : { id, label: short, description: name.text };
}

const cut = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1).trimEnd()}…`;
