import { NodeHelpers, type INodeTypeDescription } from 'n8n-workflow';
import { SAVE_NOTHING } from '../../../cli/saveSettings';
import { holdsPhoneNumber } from '../../../core';
import { parameterProblems, type ShippedNode as NodeParameters } from './parameters';
import {
  descriptions,
  modelOf,
  SHIPPED,
  type Describe,
  type ShippedNode,
  type ShippedWorkflow,
} from './shipped';

/** A fresh machine installs n8n first. */
const INSTALL_MS = 20 * 60_000;
const STICKY = 'n8n-nodes-base.stickyNote';
const ERROR_TRIGGER = 'n8n-nodes-base.errorTrigger';
const DATA_TABLE = 'n8n-nodes-base.dataTable';

let describeNode: Describe;
beforeAll(async () => {
  describeNode = await descriptions();
}, INSTALL_MS);

const descriptionOf = (node: ShippedNode): INodeTypeDescription => {
  const description = describeNode(node);
  if (description) return description;
  throw new Error(`n8n knows no ${node.type} of version ${node.typeVersion}`);
};

/** Names of a node's outputs, in their order. */
function outputsOf(workflow: ShippedWorkflow, node: ShippedNode): string[] {
  const description = descriptionOf(node);
  const model = modelOf(workflow, describeNode);
  const outputs = NodeHelpers.getNodeOutputs(model, model.getNode(node.name)!, description);
  return outputs.map((output, index) => {
    const own = typeof output === 'string' ? undefined : output.displayName;
    return own ?? description.outputNames?.[index] ?? String(index);
  });
}

const linksOf = ({ connections }: ShippedWorkflow, { name }: ShippedNode) => connections[name]?.main ?? [];

/** Outputs that may end in nothing: what left is in the registry, and a stage that is off gives no items. */
function mayEnd({ type, parameters }: ShippedNode, output: string, index: number): boolean {
  if (type.endsWith('.whatsAppSend')) return output === 'Sent';
  const stages = ['reminder48h', 'logistics24h', 'experience2h', 'survey1d'];
  const stage = type.endsWith('.dueReminders') ? stages[index] : undefined;
  return stage !== undefined && !(parameters.stages as string[]).includes(stage);
}

/** Its one output carries what was done and what was refused alike. */
const refusesInline = (node: ShippedNode): boolean => {
  const { group, outputs } = descriptionOf(node);
  return !group.includes('trigger') && outputs.length === 1;
};

const wordsOf = ({ nodes }: ShippedWorkflow) =>
  nodes.map(({ name, parameters, credentials }) => ({ name, parameters, credentials }));

describe.each(SHIPPED)('workflows/%s.json', (_file, workflow) => {
  const { nodes, connections, settings } = workflow;

  it('has only nodes that this package and the pinned n8n have, in these versions', () => {
    const unknown = nodes.filter((node) => describeNode(node) === undefined);
    expect(unknown.map(({ name, type, typeVersion }) => ({ name, type, typeVersion }))).toEqual([]);
  });

  it('sets only parameters and options that the editor shows', () => {
    const problems = nodes.flatMap((node) =>
      parameterProblems(descriptionOf(node), node as NodeParameters).map(
        (problem) => `${node.name}: ${problem}`,
      ),
    );
    expect(problems).toEqual([]);
  });

  it('has one ID and one name for each node', () => {
    const ids = nodes.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(nodes.map(({ name }) => name)).size).toBe(nodes.length);
  });

  it('brings no webhook ID, so that each import gets a URL of its own and can be published', () => {
    expect(nodes.filter(({ webhookId }) => webhookId !== undefined)).toEqual([]);
  });

  it('connects only outputs and inputs that exist', () => {
    const byName = new Map(nodes.map((node) => [node.name, node]));
    const loose = Object.entries(connections).flatMap(([name, { main }]) => {
      const node = byName.get(name);
      if (!node) return [`${name} is no node`];
      const tooMany =
        main.length > outputsOf(workflow, node).length ? [`${name} lacks output ${main.length - 1}`] : [];
      const nowhere = main.flat().filter((to) => {
        const target = byName.get(to.node);
        return !target || to.index >= descriptionOf(target).inputs.length;
      });
      return [...tooMany, ...nowhere.map((to) => `${name} leads to ${to.node} ${to.index}`)];
    });
    expect(loose).toEqual([]);
  });

  it('leads every way out to something, each "no" above all', () => {
    const dead = nodes
      .filter(({ type }) => type.startsWith('n8n-nodes-carecampaign.') || /\.(?:switch|if)$/.test(type))
      .flatMap((node) => {
        const links = linksOf(workflow, node);
        const outputs = outputsOf(workflow, node);
        // A node of one output acts, such as Care Desk; it has no "no" and may end its branch.
        if (outputs.length === 1) return [];
        return outputs
          .filter((output, index) => !links[index]?.length && !mayEnd(node, output, index))
          .map((output) => `${node.name}: ${output}`);
      });
    expect(dead).toEqual([]);
  });

  it('tells nobody that something was done before it has looked whether it was', () => {
    const acting = nodes.filter(
      (node) => node.type.startsWith('n8n-nodes-carecampaign.') && refusesInline(node),
    );
    const next = acting.flatMap((node) =>
      linksOf(workflow, node)
        .flat()
        .map(({ node: name }) => name),
    );
    const unchecked = nodes.filter(({ name, type }) => next.includes(name) && type !== 'n8n-nodes-base.if');
    expect(unchecked.map(({ name }) => name)).toEqual([]);
  });

  it('runs every node from a trigger', () => {
    const reached = new Set<string>();
    const visit = (name: string): void => {
      if (reached.has(name)) return;
      reached.add(name);
      for (const { node } of (connections[name]?.main ?? []).flat()) visit(node);
    };
    const working = nodes.filter(({ type }) => type !== STICKY);
    working
      .filter((node) => descriptionOf(node).group.includes('trigger'))
      .forEach(({ name }) => visit(name));
    expect(working.map(({ name }) => name).filter((name) => !reached.has(name))).toEqual([]);
  });

  it('asks for the credentials that each node needs, and for no others', () => {
    const asked = nodes.map((node) => [node.name, Object.keys(node.credentials ?? {}).sort()]);
    const needed = nodes.map((node) => {
      const description = descriptionOf(node);
      const { name, parameters } = node as ShippedNode & NodeParameters;
      const shown = (description.credentials ?? []).filter((credential) =>
        NodeHelpers.displayParameter(parameters, credential, node, description),
      );
      return [name, shown.map((credential) => credential.name).sort()];
    });
    expect(asked).toEqual(needed);
  });

  it('comes unpublished, keeps no run, and has a way for a run that fails', () => {
    expect(workflow.active).toBe(false);
    expect(settings).toMatchObject({ executionOrder: 'v1', ...SAVE_NOTHING });
    const failing = nodes.find(({ type }) => type === ERROR_TRIGGER);
    expect(failing && linksOf(workflow, failing).flat()).not.toHaveLength(0);
  });

  it('explains itself on the canvas', () => {
    const notes = nodes.filter(({ type }) => type === STICKY).map(({ parameters }) => parameters.content);
    expect(notes.length).toBeGreaterThanOrEqual(3);
    expect(notes.filter((note) => typeof note !== 'string' || !note.startsWith('##'))).toEqual([]);
  });

  it('makes the Data Tables that it uses, and their names carry a version', () => {
    const tables = nodes.filter(({ type }) => type === DATA_TABLE);
    const made = tables.flatMap(({ parameters: { resource, operation, tableName, options } }) =>
      resource === 'table' &&
      operation === 'create' &&
      (options as { createIfNotExists?: boolean }).createIfNotExists
        ? [tableName]
        : [],
    );
    const used = tables.flatMap(({ parameters: { dataTableId } }) =>
      dataTableId === undefined ? [] : [(dataTableId as { value: string }).value],
    );
    expect(made.filter((name) => !/^care_[a-z_]+_v\d+$/.test(String(name)))).toEqual([]);
    expect(used.filter((name) => !made.includes(name))).toEqual([]);
  });

  it('holds nobody’s number and no address but reserved ones', () => {
    const words = wordsOf(workflow);
    expect(holdsPhoneNumber(words, 'IT')).toBe(false);
    const hosts = [...JSON.stringify(words).matchAll(/(?:https?:\/\/|[\w.+-]+@)([\w.-]+)/g)].map(
      ([, host]) => host,
    );
    expect(hosts.filter((host) => !/(?:^|\.)example$/.test(host ?? ''))).toEqual([]);
  });
});

describe('the check of parameters', () => {
  // A check that passes everything would pass the shipped files as well.
  const [, reminder] = SHIPPED.find(([name]) => name === 'appointment-reminder')!;
  const spoilt = (name: string, change: Record<string, unknown>): string[] => {
    const node = reminder.nodes.find((one) => one.name === name)!;
    const parameters = { ...node.parameters, ...change };
    return parameterProblems(descriptionOf(node), { ...node, parameters } as unknown as NodeParameters);
  };

  it.each([
    ['a name that is misspelt', 'WhatsApp Send', { bassis: 'purpose' }, 'bassis: no such parameter here'],
    [
      'a parameter of another choice',
      'WhatsApp Send',
      { eventField: 'eventId' },
      'eventField: no such parameter here',
    ],
    ['a value that is no option', 'PHI Filter', { source: 'mail' }, 'source: is not one of the options'],
    [
      'one of several',
      'Due Reminders',
      { stages: ['day'] },
      'stages: has a value that is not one of the options',
    ],
    [
      'an option in a collection',
      'WhatsApp Send',
      { options: { dry: true } },
      'options.dry: no such parameter here',
    ],
    [
      'an expression where none is read',
      'Due Reminders',
      { idField: '={{ $json.id }}' },
      'idField: takes no expression',
    ],
    ['an empty field that is needed', 'Due Reminders', { idField: '' }, 'idField: required and empty'],
    [
      'a mode that is none',
      'PHI Filter',
      { controller: { __rl: true, mode: 'id', value: '' } },
      'controller: has a mode that the parameter lacks',
    ],
    [
      'a parameter that n8n’s node lacks',
      'Read Appointments',
      { returnEverything: true },
      'returnEverything: no such parameter here',
    ],
    [
      'an operation that n8n’s node lacks',
      'Read Appointments',
      { operation: 'fetch' },
      'operation: is not one of the options',
    ],
  ])('finds %s', (_what, node, change, problem) => {
    expect(spoilt(node, change)).toContain(problem);
  });
});
