import type { ILoadOptionsFunctions, INodeListSearchResult, INodeProperties } from 'n8n-workflow';
import { CareError } from '../../core';
import { registryFor, type CredentialReader } from './registry';

/** Which legal entity the node acts for. One value for all items, so it takes no expression. */
export const controllerParameter: INodeProperties = {
  displayName: 'Controller',
  name: 'controller',
  type: 'resourceLocator',
  default: { mode: 'list', value: '' },
  noDataExpression: true,
  description:
    'The clinic or company in whose name people are written to. Leave it empty where there is only one.',
  modes: [
    {
      displayName: 'From List',
      name: 'list',
      type: 'list',
      typeOptions: { searchListMethod: 'searchControllers', searchable: true },
    },
    {
      displayName: 'By Key',
      name: 'key',
      type: 'string',
      placeholder: 'e.g. aurora',
      validation: [
        {
          type: 'regex',
          properties: {
            regex: '^[a-z0-9][a-z0-9-]{0,62}$',
            errorMessage: 'A key has small letters, digits and hyphens',
          },
        },
      ],
    },
  ],
};

interface ParameterReader {
  getNodeParameter(
    name: string,
    index: number,
    fallback: unknown,
    options: { extractValue: boolean },
  ): unknown;
}

/**
 * The key of the chosen controller. Where the credential opens only one, nobody needs to choose it: most clinics
 * have one, and an imported workflow then works without a change.
 * @throws CareError `controllerMissing` when none is chosen and there is none, or more than one.
 */
export async function chosenController(context: ParameterReader & CredentialReader): Promise<string> {
  const key = context.getNodeParameter('controller', 0, '', { extractValue: true });
  if (typeof key === 'string' && key.trim() !== '') return key.trim();
  const [only, ...others] = await (await registryFor(context)).controllers.list();
  if (only && others.length === 0) return only.key;
  throw new CareError(
    'controllerMissing',
    only
      ? 'The registry has several controllers. Choose the one in whose name this node acts.'
      : 'The registry has no controller yet. Save one with Registry Admin.',
    { field: 'controller' },
  );
}

/** For `methods.listSearch` of every node that has `controllerParameter`. */
export async function searchControllers(
  this: ILoadOptionsFunctions,
  filter?: string,
): Promise<INodeListSearchResult> {
  const wanted = filter?.toLowerCase() ?? '';
  const controllers = await (await registryFor(this)).controllers.list();
  return {
    results: controllers
      .filter(({ key, name }) => `${key} ${name}`.toLowerCase().includes(wanted))
      .map(({ key, name }) => ({ name: `${name} (${key})`, value: key })),
  };
}
