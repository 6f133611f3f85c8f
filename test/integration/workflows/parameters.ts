import {
  NodeHelpers,
  type INodeParameters,
  type INodeProperties,
  type INodePropertyCollection,
  type INodePropertyOptions,
  type INodeTypeDescription,
} from 'n8n-workflow';

export interface ShippedNode {
  readonly typeVersion: number;
  readonly parameters: INodeParameters;
}

/** What is looked at: the values of one level, and the root that display conditions may point at. */
interface Level {
  readonly node: ShippedNode;
  readonly description: INodeTypeDescription;
  readonly root: INodeParameters;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isExpression = (value: unknown): boolean => typeof value === 'string' && value.startsWith('=');

/**
 * What the editor would not know of a node's parameters, each with its path: names that the description lacks or
 * hides for the chosen operation, values that are not among the options, expressions where none are read, and
 * required parameters that are empty.
 */
export function parameterProblems(description: INodeTypeDescription, node: ShippedNode): string[] {
  const root = NodeHelpers.getNodeParameters(
    description.properties,
    node.parameters,
    true,
    false,
    node,
    description,
  );
  const level: Level = { node, description, root: root ?? {} };
  return problemsOf(description.properties, node.parameters, level.root, '', level);
}

function problemsOf(
  properties: readonly INodeProperties[],
  values: Record<string, unknown>,
  filled: INodeParameters,
  path: string,
  level: Level,
): string[] {
  const shown = properties.filter((property) =>
    NodeHelpers.displayParameter(filled, property, level.node, level.description, level.root),
  );
  const unknown = Object.keys(values)
    .filter((name) => !shown.some((property) => property.name === name))
    .map((name) => `${path}${name}: no such parameter here`);
  const known = shown.flatMap((property) => {
    const value = values[property.name];
    if (value !== undefined) return problemsOfValue(property, value, `${path}${property.name}`, level);
    const needed = property.required === true && property.default === '';
    return needed ? [`${path}${property.name}: required and not set`] : [];
  });
  return [...unknown, ...known];
}

function problemsOfValue(property: INodeProperties, value: unknown, path: string, level: Level): string[] {
  if (isExpression(value)) return property.noDataExpression ? [`${path}: takes no expression`] : [];
  if (property.required === true && value === '') return [`${path}: required and empty`];
  const problem = (fits: boolean, what: string): string[] => (fits ? [] : [`${path}: ${what}`]);
  switch (property.type) {
    case 'boolean':
    case 'number':
    case 'string':
      return problem(typeof value === property.type, `is no ${property.type}`);
    case 'options':
      return problem(isOption(property, value), 'is not one of the options');
    case 'multiOptions':
      return problem(
        Array.isArray(value) && value.every((one) => isOption(property, one)),
        'has a value that is not one of the options',
      );
    case 'resourceLocator':
      return problem(
        isRecord(value) &&
          value.__rl === true &&
          (property.modes ?? []).some(({ name }) => name === value.mode),
        'has a mode that the parameter lacks',
      );
    case 'collection':
      return isRecord(value)
        ? problemsOf(
            property.options as INodeProperties[],
            value,
            value as INodeParameters,
            `${path}.`,
            level,
          )
        : [`${path}: is no collection`];
    case 'fixedCollection':
      return groupProblems(property, value, path, level);
    default:
      return [];
  }
}

/** Options that n8n loads at run time cannot be told from here. */
function isOption({ options, typeOptions }: INodeProperties, value: unknown): boolean {
  if (typeOptions?.loadOptionsMethod !== undefined || typeOptions?.loadOptions !== undefined) return true;
  return (options as readonly INodePropertyOptions[]).some((option) => option.value === value);
}

function groupProblems(
  { options, typeOptions }: INodeProperties,
  value: unknown,
  path: string,
  level: Level,
): string[] {
  if (!isRecord(value)) return [`${path}: is no collection`];
  return Object.entries(value).flatMap(([name, rows]) => {
    const group = (options as readonly INodePropertyCollection[]).find((one) => one.name === name);
    if (!group) return [`${path}.${name}: no such group`];
    if (Array.isArray(rows) !== (typeOptions?.multipleValues === true))
      return [`${path}.${name}: wrong form`];
    return [rows].flat().flatMap((row, index) => {
      const at = `${path}.${name}[${index}].`;
      return isRecord(row)
        ? problemsOf(group.values, row, withDefaults(group.values, row), at, level)
        : [`${at}: is no row`];
    });
  });
}

/** Conditions inside a row look at its other values, also those that are at their default. */
const withDefaults = (
  properties: readonly INodeProperties[],
  row: Record<string, unknown>,
): INodeParameters => ({
  ...Object.fromEntries(properties.map(({ name, default: byDefault }) => [name, byDefault])),
  ...(row as INodeParameters),
});
