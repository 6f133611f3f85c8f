import type { INodeProperties } from 'n8n-workflow';
import { controllerParameter } from '../shared/controller';
import { languageOptions, purposeOptions } from '../shared/options';

const list = (
  displayName: string,
  name: string,
  placeholder: string,
  description: string,
): INodeProperties => ({
  displayName,
  name,
  type: 'string',
  noDataExpression: true,
  default: '',
  placeholder,
  description: `${description}. Separate several by commas; one of them is enough.`,
});

export const safeAudienceFields: INodeProperties[] = [
  controllerParameter,
  {
    displayName: 'Campaign Key',
    name: 'campaign',
    type: 'string',
    noDataExpression: true,
    default: '',
    required: true,
    placeholder: 'e.g. autumn-checks',
    description:
      'Short name of the campaign, with small letters, digits and hyphens. A contact gets each campaign once.',
  },
  {
    displayName: 'Purpose',
    name: 'purpose',
    type: 'options',
    noDataExpression: true,
    default: 'prevention',
    options: purposeOptions,
    description: 'What people are written to for. Only contacts with a consent for it are chosen.',
  },
  {
    displayName: 'Template',
    name: 'template',
    type: 'string',
    noDataExpression: true,
    default: '',
    placeholder: 'e.g. prevention_invitation',
    description:
      'Key of the catalogue template that Neutral Template renders. Leave empty to choose it there.',
  },
  {
    displayName: 'Filters',
    name: 'filters',
    type: 'collection',
    placeholder: 'Add Filter',
    default: {},
    description: 'What is not health only: there is no filter for a diagnosis, a department or a visit',
    options: [
      list('Areas', 'areas', 'e.g. north, centre', 'Coarse areas as the registry holds them'),
      list('Interests', 'interests', 'e.g. prevention', 'Tags that people chose for themselves'),
      {
        displayName: 'Languages',
        name: 'languages',
        type: 'multiOptions',
        noDataExpression: true,
        default: [],
        options: languageOptions,
        description: 'Languages of the contacts',
      },
      list('Preferred Times', 'preferredTimes', 'e.g. morning', 'Times of day that people asked for'),
      list('Relations', 'relations', 'e.g. active', 'Active or inactive contacts'),
    ],
  },
];
