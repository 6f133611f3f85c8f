import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { STAGES, type AppointmentStatus, type Stage } from '../../core';
import { controllerParameter } from '../shared/controller';
import { fieldParameter } from '../shared/fieldPath';

/** Output names in the order of `STAGES`; the last output is for what is not due. */
export const STAGE_NAMES: Readonly<Record<Stage, string>> = {
  reminder48h: 'Reminder (T-48h)',
  logistics24h: 'Logistics (T-24h)',
  experience2h: 'Experience (T+2h)',
  survey1d: 'Survey (Day After)',
};
export const NOT_DUE = 'Not Due';

const STATUS_NAMES: Readonly<Record<AppointmentStatus, string>> = {
  booked: 'Booked',
  cancelled: 'Cancelled',
  confirmed: 'Confirmed',
  done: 'Done',
  moveRequested: 'Move Requested',
  noShow: 'No Show',
};

const optionsOf = (names: Readonly<Record<string, string>>): INodePropertyOptions[] =>
  Object.entries(names).map(([value, name]) => ({ name, value }));

const statusWords: INodeProperties = {
  displayName: 'Status Words',
  name: 'statusWords',
  type: 'fixedCollection',
  typeOptions: { multipleValues: true },
  placeholder: 'Add Word',
  default: {},
  description:
    'What your own status words mean. The usual words in five languages are known; any other word is left out until it stands here.',
  options: [
    {
      displayName: 'Word',
      name: 'words',
      values: [
        { displayName: 'Word', name: 'word', type: 'string', default: '', placeholder: 'e.g. anulada' },
        {
          displayName: 'Means',
          name: 'status',
          type: 'options',
          default: 'booked',
          options: optionsOf(STATUS_NAMES),
        },
      ],
    },
  ],
};

export const dueRemindersFields: INodeProperties[] = [
  controllerParameter,
  fieldParameter({
    displayName: 'Appointment ID Field',
    name: 'idField',
    default: 'id',
    required: true,
    placeholder: 'e.g. appointment.id',
    description: 'Field with your own ID of the appointment, never an ID of the person',
  }),
  fieldParameter({
    displayName: 'Start Field',
    name: 'startField',
    default: 'start',
    required: true,
    placeholder: 'e.g. appointment.start',
    description: 'Field with date and time of the start: ISO 8601, with an offset or in the time zone below',
  }),
  fieldParameter({
    displayName: 'Status Field',
    name: 'statusField',
    default: 'status',
    placeholder: 'e.g. appointment.status',
    description: 'Field with the status of the appointment. Leave empty if every row is booked.',
  }),
  fieldParameter({
    displayName: 'Zone Field',
    name: 'zoneField',
    placeholder: 'e.g. location.timeZone',
    description:
      'Field with the time zone of the location, e.g. Europe/Rome. An empty cell means the default zone.',
  }),
  {
    displayName: 'Stages',
    name: 'stages',
    type: 'multiOptions',
    noDataExpression: true,
    default: [...STAGES],
    options: optionsOf(STAGE_NAMES),
    description: 'Which messages an appointment gets. A stage that is off leaves its output empty.',
  },
  {
    displayName: 'Options',
    name: 'options',
    type: 'collection',
    placeholder: 'Add Option',
    default: {},
    options: [
      {
        displayName: 'Default Zone',
        name: 'defaultZone',
        type: 'string',
        noDataExpression: true,
        default: '',
        placeholder: 'e.g. Europe/Rome',
        description: 'Time zone of rows that name none. Empty means the zone of the controller.',
      },
      fieldParameter({
        displayName: 'End Field',
        name: 'endField',
        placeholder: 'e.g. appointment.end',
        description: 'Field with the end of the visit, from which the messages after it count',
      }),
      statusWords,
      fieldParameter({
        displayName: 'Subject Field',
        name: 'subjectField',
        placeholder: 'e.g. patientId',
        description:
          'Field with your ID of the person whom the appointment is for, when it is a child or somebody cared for. Leave the cell empty when it is the contact.',
      }),
    ],
  },
];
