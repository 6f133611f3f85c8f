import type {
  IExecuteFunctions,
  INodeExecutionData,
  INodeProperties,
  INodePropertyOptions,
} from 'n8n-workflow';

/** One operation, one file: how it shows and what it does to all items of a run. */
export interface Operation {
  /** `value` is the operation's name in the workflow. */
  readonly option: INodePropertyOptions & { readonly value: string };
  /** Shown for this operation only; `forOperation` adds the condition. */
  readonly fields: readonly INodeProperties[];
  readonly execute: (
    context: IExecuteFunctions,
    items: readonly INodeExecutionData[],
  ) => Promise<INodeExecutionData[]>;
}

export interface Resource {
  readonly name: string;
  readonly value: string;
  readonly operations: readonly Operation[];
}

/** Adds "only for this operation (of this resource)" to the conditions that a field has already. */
function shownFor(fields: readonly INodeProperties[], show: Record<string, string[]>): INodeProperties[] {
  return fields.map((field) => ({
    ...field,
    displayOptions: { ...field.displayOptions, show: { ...field.displayOptions?.show, ...show } },
  }));
}

function operationParameter(
  operations: readonly Operation[],
  show?: Record<string, string[]>,
): INodeProperties {
  // The default is the first of the list; the rule sees literals only.
  // eslint-disable-next-line n8n-nodes-base/node-param-default-missing
  return {
    displayName: 'Operation',
    name: 'operation',
    type: 'options',
    noDataExpression: true,
    default: operations[0]?.option.value ?? '',
    options: operations.map(({ option }) => option),
    ...(show === undefined ? {} : { displayOptions: { show } }),
  };
}

/** Operation first, then each operation's own fields. */
export function operationFields(operations: readonly Operation[]): INodeProperties[] {
  return [
    operationParameter(operations),
    ...operations.flatMap(({ option, fields }) => shownFor(fields, { operation: [option.value] })),
  ];
}

/** Resource, then operation, then their fields. */
export function resourceFields(resources: readonly Resource[]): INodeProperties[] {
  return [
    // As above.
    // eslint-disable-next-line n8n-nodes-base/node-param-default-missing
    {
      displayName: 'Resource',
      name: 'resource',
      type: 'options',
      noDataExpression: true,
      default: resources[0]?.value ?? '',
      options: resources.map(({ name, value }) => ({ name, value })),
    },
    ...resources.flatMap(({ value: resource, operations }) => [
      operationParameter(operations, { resource: [resource] }),
      ...operations.flatMap(({ option, fields }) =>
        shownFor(fields, { resource: [resource], operation: [option.value] }),
      ),
    ]),
  ];
}

const isHead = ({ name }: INodeProperties): boolean => name === 'resource' || name === 'operation';

/** Users choose what to do before they say for whom: these fields come right after resource and operation. */
export const afterHead = (
  fields: readonly INodeProperties[],
  shared: readonly INodeProperties[],
): INodeProperties[] => [...fields.filter(isHead), ...shared, ...fields.filter((field) => !isHead(field))];

const byName = (operations: readonly Operation[], name: unknown): Operation | undefined =>
  operations.find(({ option }) => option.value === name);

/** The chosen operation; n8n lets only listed values through, so the first stands for none. */
export function chosenOperation(
  context: IExecuteFunctions,
  operations: readonly Operation[],
): Operation | undefined {
  return byName(operations, context.getNodeParameter('operation', 0));
}

export function chosenOfResource(
  context: IExecuteFunctions,
  resources: readonly Resource[],
): Operation | undefined {
  const resource = resources.find(({ value }) => value === context.getNodeParameter('resource', 0));
  return chosenOperation(context, resource?.operations ?? []);
}
