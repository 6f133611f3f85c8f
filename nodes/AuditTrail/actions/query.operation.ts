import type { IExecuteFunctions } from 'n8n-workflow';
import type { AuditFilter, AuditRow } from '../../../core';
import type { Operation } from '../../ConsentRegistry/operation';
import { chosenController } from '../../shared/controller';
import { limitFields, limitOf } from '../../shared/limit';
import { registryFor } from '../../shared/registry';
import { auditItem, filtersField, iso, periodOf, sinceField, untilField, word } from '../shared';

const PAGE = 500;
const TEXTS = ['action', 'actor', 'contactRef', 'object'] as const;

function filterOf(context: IExecuteFunctions): Omit<AuditFilter, 'limit'> {
  const filters = context.getNodeParameter('filters', 0, {}) as Record<string, unknown>;
  const texts = TEXTS.map((name) => [name, word(filters[name])]).filter(([, text]) => text !== undefined);
  return { ...(Object.fromEntries(texts) as Partial<AuditFilter>), ...periodOf(context, filters) };
}

export const queryOperation: Operation = {
  option: {
    name: 'Query',
    value: 'query',
    action: 'Query audit',
    description: 'List who did what, newest first; rows hold references and no words',
  },
  fields: [
    ...limitFields,
    filtersField([
      {
        displayName: 'Action',
        name: 'action',
        type: 'string',
        default: '',
        placeholder: 'e.g. conversation.read',
        description: 'What was done',
      },
      {
        displayName: 'Actor',
        name: 'actor',
        type: 'string',
        default: '',
        placeholder: 'e.g. workflow:12',
        description: 'Who did it. A workflow stands for all its runs.',
      },
      {
        displayName: 'Contact Reference',
        name: 'contactRef',
        type: 'string',
        default: '',
        description: 'Pseudonym of a contact, to see all about it, its tasks and its conversations',
      },
      {
        displayName: 'Object',
        name: 'object',
        type: 'string',
        default: '',
        placeholder: 'e.g. campaign:autumn-checks',
        description: 'What it was done to',
      },
      sinceField,
      untilField,
    ]),
  ],
  async execute(context) {
    const controller = await chosenController(context);
    const filter = filterOf(context);
    const limit = limitOf(context) ?? Infinity;
    const { audit } = await registryFor(context);
    const rows: AuditRow[] = [];
    let after: number | null = null;
    do {
      const page = { limit: Math.min(PAGE, limit - rows.length), ...(after === null ? {} : { after }) };
      const found = await audit.query(controller, { ...filter, ...page });
      rows.push(...found.rows);
      after = found.next;
    } while (after !== null && rows.length < limit);
    return rows.map((row) => auditItem({ ...row, at: iso(row.at) }, 0));
  },
};
