import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
  parseStart,
  type CatalogueTemplate,
  type ChoiceValue,
  type Controller,
  type RenderValues,
} from '../../core';
import { fieldPath, textAt, valueAt } from '../shared/fieldPath';
import { careText, isRecord } from '../shared/items';

export interface ValueFields {
  readonly firstName: string;
  readonly linkField: string;
  readonly link: string;
  readonly location: string;
  readonly number: string;
  readonly start: string;
  readonly zone: string;
}

export function readValueFields(context: IExecuteFunctions): ValueFields {
  const values = context.getNodeParameter('values', 0, {}) as IDataObject;
  return {
    firstName: fieldPath(values.firstNameField, 'First Name Field'),
    linkField: fieldPath(values.linkField, 'Link Field'),
    link: typeof values.link === 'string' ? values.link.trim() : '',
    location: fieldPath(values.locationField, 'Location Field'),
    number: fieldPath(values.numberField, 'Number Field'),
    start: fieldPath(values.startField, 'Start Field'),
    zone: fieldPath(values.zoneField, 'Zone Field'),
  };
}

/** Everything that a template could need of this item; what is not there stays absent and is refused by name. */
export function valuesOf(
  item: INodeExecutionData,
  fields: ValueFields,
  controller: Controller,
  template: CatalogueTemplate,
): RenderValues {
  const location = locationOf(item, fields, controller);
  const zone = zoneOf(item, fields, controller, location);
  const start = parseStart(fields.start === '' ? careText(item, 'at') : valueAt(item, fields.start), zone);
  const number = Number(textAt(item, fields.number) ?? NaN);
  const choices = choicesOf(item, controller, template);
  return present({
    at: start.ok ? start.at : undefined,
    zone,
    firstName: textAt(item, fields.firstName),
    location,
    link: textAt(item, fields.linkField) ?? (fields.link === '' ? undefined : fields.link),
    clinicName: controller.name,
    number: Number.isNaN(number) ? undefined : number,
    choices,
  });
}

function locationOf(item: INodeExecutionData, { location }: ValueFields, { locations }: Controller) {
  const named = textAt(item, location);
  return named ?? (locations.length === 1 ? locations[0]?.name : undefined);
}

/** Times are written in the location's zone: a reminder is about where the person has to be. */
function zoneOf(
  item: INodeExecutionData,
  { zone }: ValueFields,
  controller: Controller,
  location: string | undefined,
): string {
  const known = controller.locations.find(({ name }) => name === location);
  return textAt(item, zone) ?? known?.zone ?? careText(item, 'zone') ?? controller.zone;
}

function choicesOf(
  item: INodeExecutionData,
  { locations }: Controller,
  { variables }: CatalogueTemplate,
): readonly ChoiceValue[] | undefined {
  const choice = variables.find(({ type }) => type === 'choice');
  if (!choice) return undefined;
  if (choice.of !== 'appointment') {
    return locations.map(({ name }, index) => ({ id: `location_${index + 1}`, label: name }));
  }
  const { replyTo, intent } = item.json;
  const options: unknown = isRecord(replyTo) ? replyTo.options : undefined;
  return Array.isArray(options)
    ? options.filter(isRecord).flatMap((option) => appointmentChoice(option, intent))
    : [];
}

/** Choosing an appointment says again what the person wanted, this time of that appointment. */
function appointmentChoice({ id, at, zone }: IDataObject, intent: unknown): ChoiceValue[] {
  return typeof id === 'string' &&
    typeof at === 'number' &&
    typeof zone === 'string' &&
    typeof intent === 'string'
    ? [{ id: `${id}.${intent}`, at, zone }]
    : [];
}

function present(values: { [K in keyof RenderValues]: RenderValues[K] | undefined }): RenderValues {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
