import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { z } from 'zod/v4';
import {
  CareError,
  isButtonChoice,
  parseStart,
  type ButtonChoice,
  type ButtonValue,
  type Controller,
  type HeaderValue,
  type RenderValues,
  type VariableBinding,
} from '../../core';
import { fieldPath, textAt, valueAt } from '../shared/fieldPath';
import { careText } from '../shared/items';

export interface ApprovedReaders {
  readonly variables: (item: INodeExecutionData, controller: Controller) => VariableBinding[];
  readonly header: (item: INodeExecutionData) => HeaderValue | null;
  readonly buttons: (item: INodeExecutionData) => ButtonValue[];
}

const variableRow = z.object({
  name: z.string().trim().min(1),
  part: z.enum(['header', 'body']).default('body'),
  type: z.enum(['date', 'time', 'firstName', 'location', 'link', 'clinicName', 'number']).default('date'),
  field: z.string().default(''),
});
const buttonRow = z.object({
  number: z.int().min(1).max(10).default(1),
  choice: z
    .custom<ButtonChoice>((value) => value === '' || isButtonChoice(value))
    .default('' as ButtonChoice),
  suffixField: z.string().default(''),
  codeField: z.string().default(''),
});
const headerFields = z.object({
  link: z.string().trim().default(''),
  linkField: z.string().default(''),
  fileName: z.string().trim().default(''),
  latitude: z.number().optional(),
  longitude: z.number().optional(),
  locationName: z.string().trim().default(''),
});

/** @throws CareError `parameterInvalid` */
function parsed<T extends z.ZodType>(schema: T, value: unknown, field: string): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new CareError(
    'parameterInvalid',
    `The parameter "${field}" has a value that cannot be used. Correct it.`,
    {
      field,
    },
  );
}

function rows<T extends z.ZodType>(
  context: IExecuteFunctions,
  name: string,
  key: string,
  row: T,
): z.output<T>[] {
  const value = context.getNodeParameter(name, 0, {}) as IDataObject;
  return parsed(z.array(row), value[key] ?? [], name);
}

type VariableType = VariableBinding['type'];

export function readVariables(context: IExecuteFunctions): ApprovedReaders['variables'] {
  const bindings = rows(context, 'variables', 'variable', variableRow).map((row) => ({
    ...row,
    field: fieldPath(row.field, 'Field'),
  }));
  return (item, controller) =>
    bindings.map(({ name, part, type, field }) => ({
      ...{ part, name, type },
      values: valuesFor(item, controller, type, field),
    }));
}

function valuesFor(
  item: INodeExecutionData,
  controller: Controller,
  type: VariableType,
  field: string,
): RenderValues {
  const text = textAt(item, field);
  switch (type) {
    case 'date':
    case 'time':
      return instantOf(item, controller, field);
    case 'number':
      return text === undefined || Number.isNaN(Number(text)) ? {} : { number: Number(text) };
    case 'location': {
      const [only, ...others] = controller.locations;
      const name = text ?? (others.length === 0 ? only?.name : undefined);
      return name === undefined ? {} : { location: name };
    }
    case 'clinicName':
      return {};
    default:
      return text === undefined ? {} : { [type]: text };
  }
}

/** Times are written in the zone of the place, as in the catalogue's templates. */
function instantOf(item: INodeExecutionData, controller: Controller, field: string): RenderValues {
  const place = controller.locations.length === 1 ? controller.locations[0]?.zone : undefined;
  const zone = careText(item, 'zone') ?? place ?? controller.zone;
  const start = parseStart(field === '' ? careText(item, 'at') : valueAt(item, field), zone);
  return start.ok ? { at: start.at, zone } : {};
}

export function readHeader(context: IExecuteFunctions): ApprovedReaders['header'] {
  const fields = parsed(headerFields, context.getNodeParameter('header', 0, {}), 'header');
  const linkField = fieldPath(fields.linkField, 'File Link Field');
  const { latitude, longitude, locationName: name, fileName } = fields;
  if (latitude !== undefined && longitude !== undefined) {
    return () => ({ kind: 'location', latitude, longitude, name });
  }
  return (item) => {
    const link = textAt(item, linkField) ?? fields.link;
    return link === '' ? null : { kind: 'media', link, ...(fileName === '' ? {} : { fileName }) };
  };
}

export function readButtons(context: IExecuteFunctions): ApprovedReaders['buttons'] {
  const given = rows(context, 'buttons', 'button', buttonRow).map((row) => ({
    ...row,
    suffixField: fieldPath(row.suffixField, 'Address Field'),
    codeField: fieldPath(row.codeField, 'Code Field'),
  }));
  return (item) =>
    given.map(({ number, choice, suffixField, codeField }) => {
      const suffix = textAt(item, suffixField);
      const code = textAt(item, codeField);
      return {
        index: number - 1,
        ...(isButtonChoice(choice) ? { choice } : {}),
        ...(suffix === undefined ? {} : { suffix }),
        ...(code === undefined ? {} : { code }),
      };
    });
}
