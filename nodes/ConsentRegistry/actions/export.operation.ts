import type { IBinaryData, INodeExecutionData } from 'n8n-workflow';
import { CareError, type Registry } from '../../../core';
import { actorOf } from '../../shared/actor';
import { chosenController } from '../../shared/controller';
import { assertNothingKept } from '../../shared/executionData';
import { registryFor } from '../../shared/registry';
import { anyPersonParameters, anyPersonReader, personOptions } from '../anyPerson';
import type { Operation } from '../operation';
import { BY } from '../rows';
import { eachItem } from '../run';

type Query = Parameters<Registry['rights']['exportPerson']>[1];

interface Exported {
  readonly document: object;
  readonly counts: Readonly<Record<string, number>>;
}

const FORMS: Readonly<
  Record<
    string,
    (rights: Registry['rights'], controller: string, who: Query, by: string) => Promise<Exported>
  >
> = {
  async person(rights, controller, who, by) {
    const document = await rights.exportPerson(controller, who, by);
    const lists = Object.entries(document as Record<string, unknown>).flatMap(([name, list]) =>
      Array.isArray(list) ? [[name, list.length] as const] : [],
    );
    return { document, counts: Object.fromEntries(lists) };
  },
  async fhir(rights, controller, who, by) {
    const document = await rights.exportFhir(controller, who, by);
    return { document, counts: { consents: document.entry.length } };
  },
  async receipt(rights, controller, who, by) {
    const document = await rights.exportConsentRecords(controller, who, by);
    return { document, counts: { records: document.records.length } };
  },
};

const FILES: Readonly<Record<string, { title: string; mimeType: string }>> = {
  person: { title: 'person-export', mimeType: 'application/json' },
  fhir: { title: 'consents-fhir-r5', mimeType: 'application/fhir+json' },
  receipt: { title: 'consent-receipt', mimeType: 'application/json' },
};

/**
 * The document is a file and no json: it is handed to the person, not passed through the workflow. It travels inside
 * the item, which n8n forgets with the run. n8n's store of files would hold it an hour longer, unencrypted.
 */
function fileItem(
  index: number,
  form: string,
  contactRef: string,
  { document, counts }: Exported,
): INodeExecutionData {
  const { title, mimeType } = FILES[form] ?? { title: form, mimeType: 'application/json' };
  const content = Buffer.from(`${JSON.stringify(document, null, 2)}\n`, 'utf8');
  const data: IBinaryData = {
    data: content.toString('base64'),
    mimeType,
    fileType: 'json',
    fileName: `${title}-${contactRef}.json`,
    fileExtension: 'json',
    bytes: content.length,
  };
  return {
    json: { care: { contactRef, export: { code: 'ok', form, counts } } },
    binary: { data },
    pairedItem: { item: index },
  };
}

export const exportOperation: Operation = {
  option: {
    name: 'Export',
    value: 'export',
    action: 'Export person',
    description:
      'Make a file of everything held about a person, or of their consents (Articles 15 and 20 GDPR)',
  },
  fields: [
    ...anyPersonParameters,
    {
      displayName: 'Form',
      name: 'form',
      type: 'options',
      noDataExpression: true,
      default: 'person',
      options: [
        { name: 'FHIR R5', value: 'fhir', description: 'The consents as FHIR resources; pseudonyms only' },
        { name: 'JSON', value: 'person', description: 'Everything that is held, in clear' },
        {
          name: 'Receipt',
          value: 'receipt',
          description: 'The consents as records in the style of ISO/IEC TS 27560; pseudonyms only',
        },
      ],
      description: 'What the file holds; it comes as binary data in the field "data"',
    },
    {
      displayName:
        'The file of JSON holds the person’s number and words. n8n must keep no data of this workflow’s runs; otherwise the node refuses.',
      name: 'exportNotice',
      type: 'notice',
      default: '',
      displayOptions: { show: { form: ['person'] } },
    },
    personOptions(),
  ],
  async execute(context, items) {
    const form = context.getNodeParameter('form', 0, 'person') as string;
    const make = Object.hasOwn(FORMS, form) ? FORMS[form] : undefined;
    if (!make) throw new CareError('parameterInvalid', 'Choose a form of the list.', { field: 'form' });
    if (form === 'person') assertNothingKept(context);
    const controller = await chosenController(context);
    const person = anyPersonReader(context);
    const { rights, people } = await registryFor(context);
    return eachItem(items, BY, async (item, index) => {
      const { contactRef } = await people.find(controller, person(item));
      const exported = await make(rights, controller, { contactRef }, actorOf(context));
      return fileItem(index, form, contactRef, exported);
    });
  },
};
