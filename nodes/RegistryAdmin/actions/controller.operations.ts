import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { z } from 'zod/v4';
import {
  CareError,
  defaultPolicy,
  LANGUAGES,
  PACK_IDS,
  type ControllerInput,
  type PackId,
  type Registry,
} from '../../../core';
import { actorOf } from '../../shared/actor';
import { chosenController } from '../../shared/controller';
import { languageOptions } from '../../shared/options';
import { registryFor } from '../../shared/registry';
import type { Operation } from '../../ConsentRegistry/operation';
import { eachItem } from '../../ConsentRegistry/run';
import { adminItem } from '../result';

const BY = 'registryAdmin';

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean),
);

const schema = z.object({
  key: z.string().trim().min(1),
  name: z.string().trim().min(1),
  country: z.string().trim().length(2).toUpperCase(),
  languages: z.array(z.enum(LANGUAGES)).min(1),
  zone: z.string().trim().min(1),
  privacyNoticeUrl: z.string().trim().min(1),
  allowedDomains: list,
  locations: z
    .object({ location: z.array(z.object({ name: z.string().min(1), zone: z.string().min(1) })).default([]) })
    .default({ location: [] }),
  pack: z.enum(PACK_IDS),
});

const PARAMETERS = Object.keys(schema.shape);

/** Saving a controller again must not undo what was tightened since: its policy stays while its pack does. */
async function policyFor(
  controllers: Registry['controllers'],
  key: string,
  pack: PackId,
): Promise<ControllerInput['policy']> {
  const known = (await controllers.list()).some((controller) => controller.key === key);
  const current = known ? await controllers.policy(key) : null;
  const { version: _version, ...rules } = current?.pack === pack ? current : defaultPolicy(pack);
  return rules;
}

async function controllerInput(
  context: IExecuteFunctions,
  index: number,
  controllers: Registry['controllers'],
): Promise<ControllerInput> {
  const given = PARAMETERS.map((name) => [name, context.getNodeParameter(name, index)] as const);
  const parsed = schema.safeParse(Object.fromEntries(given));
  if (!parsed.success) {
    const field = String(parsed.error.issues[0]?.path[0] ?? 'key');
    throw new CareError(
      'parameterInvalid',
      `The parameter "${field}" is empty or has a value that cannot be used.`,
      {
        field,
      },
    );
  }
  const { pack, locations, ...controller } = parsed.data;
  const policy = await policyFor(controllers, controller.key, pack);
  return { ...controller, locations: locations.location, policy };
}

const text = (
  displayName: string,
  name: string,
  placeholder: string,
  description: string,
): INodeProperties => ({
  displayName,
  name,
  type: 'string',
  default: '',
  required: true,
  placeholder: `e.g. ${placeholder}`,
  description,
});

export const saveController: Operation = {
  option: {
    name: 'Create or Update',
    value: 'save',
    action: 'Create or update controller',
    description: 'Register a clinic or company in whose name people are written to',
  },
  fields: [
    text('Key', 'key', 'aurora', 'Short name that workflows use'),
    text('Name', 'name', 'Clinica Aurora', 'Registered name'),
    text('Country', 'country', 'IT', 'Two-letter country, also for numbers without a country code'),
    {
      displayName: 'Languages',
      name: 'languages',
      type: 'multiOptions',
      default: ['en'],
      options: languageOptions,
      description: 'Languages of the messages, the most used first',
    },
    text('Time Zone', 'zone', 'Europe/Rome', 'IANA zone of the controller'),
    text(
      'Privacy Notice URL',
      'privacyNoticeUrl',
      'https://aurora.example/privacy',
      'Where people read the notice',
    ),
    {
      displayName: 'Allowed Domains',
      name: 'allowedDomains',
      type: 'string',
      default: '',
      placeholder: 'e.g. aurora.example, portal.aurora.example',
      description: 'Hosts that links may lead to, separated by commas',
    },
    {
      displayName: 'Locations',
      name: 'locations',
      type: 'fixedCollection',
      typeOptions: { multipleValues: true },
      placeholder: 'Add Location',
      default: {},
      options: [
        {
          displayName: 'Location',
          name: 'location',
          values: [
            {
              displayName: 'Name',
              name: 'name',
              type: 'string',
              default: '',
              placeholder: 'e.g. Aurora North',
            },
            {
              displayName: 'Time Zone',
              name: 'zone',
              type: 'string',
              default: '',
              placeholder: 'e.g. Europe/Rome',
            },
          ],
        },
      ],
      description: 'Where appointments take place; their times are written in this zone',
    },
    {
      displayName: 'Policy Pack',
      name: 'pack',
      type: 'options',
      noDataExpression: true,
      default: 'eu',
      options: [
        { name: 'European Union', value: 'eu' },
        { name: 'Germany', value: 'de' },
        { name: 'Italy', value: 'it' },
        { name: 'United States', value: 'us' },
      ],
      description: 'The rules to start with. The resource Policy changes them later.',
    },
  ],
  async execute(context, items) {
    const { controllers } = await registryFor(context);
    return eachItem(items, BY, async (_item, index) => {
      const input = await controllerInput(context, index, controllers);
      return adminItem(await controllers.save(input, actorOf(context)), index);
    });
  },
};

export const listControllers: Operation = {
  option: {
    name: 'Get Many',
    value: 'list',
    action: 'Get many controllers',
    description: 'List the controllers that this credential may act for',
  },
  fields: [],
  async execute(context) {
    const controllers = await (await registryFor(context)).controllers.list();
    return controllers.map((controller) => adminItem(controller, 0));
  },
};

/** Pause and resume differ in nothing but the flag. */
function pausing(option: Operation['option'], paused: boolean): Operation {
  return {
    option,
    fields: [],
    async execute(context) {
      const key = await chosenController(context);
      const { controllers } = await registryFor(context);
      await controllers.pause(key, paused, actorOf(context));
      return [adminItem(await controllers.get(key), 0)];
    },
  };
}

export const pauseController = pausing(
  {
    name: 'Pause',
    value: 'pause',
    action: 'Pause controller',
    description: 'Stop all messages at the next claim',
  },
  true,
);
export const resumeController = pausing(
  { name: 'Resume', value: 'resume', action: 'Resume controller', description: 'Let messages leave again' },
  false,
);
