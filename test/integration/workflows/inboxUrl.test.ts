import { NodeHelpers, Workflow, type INode, type INodeType } from 'n8n-workflow';
import { WhatsAppInboxTrigger } from '../../../nodes/WhatsAppInboxTrigger/WhatsAppInboxTrigger.node';

const trigger = new WhatsAppInboxTrigger();
const FROM_FILE: INode = {
  id: '1',
  name: 'WhatsApp Inbox',
  type: 'whatsAppInboxTrigger',
  typeVersion: 1,
  position: [0, 0],
  parameters: {},
  webhookId: '17901c08-7f91-5161-a233-abeaae61408f',
};

/** The path as n8n finds it when a workflow is published: from the description, before it reads a credential. */
function pathsOf(workflowId: string): string[] {
  const typeOf = (): INodeType => trigger;
  const workflow = new Workflow({
    id: workflowId,
    nodes: [FROM_FILE],
    connections: {},
    active: false,
    nodeTypes: { getByName: typeOf, getByNameAndVersion: typeOf, getKnownTypes: () => ({}) },
  });
  const { webhooks = [] } = trigger.description;
  return webhooks.map(({ path }) => {
    const own = workflow.expression.getSimpleParameterValue(FROM_FILE, path, 'internal', {});
    return NodeHelpers.getNodeWebhookPath(workflowId, FROM_FILE, String(own));
  });
}

describe('the URL of WhatsApp Inbox Trigger', () => {
  it('is another one for a second import of the same file, so that both can be published', () => {
    const [handshake, events] = pathsOf('firstImport');
    expect(handshake).toBe(events);
    expect(events).toBe(`${FROM_FILE.webhookId}/firstImport`);
    expect(pathsOf('secondImport')).not.toContain(events);
  });
});
