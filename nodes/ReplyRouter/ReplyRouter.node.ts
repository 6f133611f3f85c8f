import { NodeConnectionTypes } from 'n8n-workflow';
import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { ROUTES, routeReply, type Route } from '../../core';
import { decideAll } from '../shared/batch';
import { withCare } from '../shared/items';
import { replyOf } from './reply';

const PERSON = ROUTES.indexOf('Person');

/** Sends each answer from the WhatsApp Inbox Trigger down the way that fits what the person wants. */
// A gate: an AI agent that is handed the answers must not be able to choose their way itself.
// eslint-disable-next-line @n8n/community-nodes/node-usable-as-tool
export class ReplyRouter implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Reply Router',
    name: 'replyRouter',
    icon: { light: 'file:replyRouter.svg', dark: 'file:replyRouter.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle: 'by intent',
    description: 'Route the answers of the WhatsApp Inbox Trigger by what the person wants',
    defaults: { name: 'Reply Router' },
    inputs: [NodeConnectionTypes.Main],
    outputs: ROUTES.map(() => NodeConnectionTypes.Main),
    outputNames: [...ROUTES],
    properties: [
      {
        displayName:
          'Wire Emergency, Sensitive and Person to somebody who reads them. An answer that could mean several appointments leaves by Help with <code>care.ask</code> set to <code>whichAppointment</code>: ask back, do not guess.',
        name: 'notice',
        type: 'notice',
        default: '',
      },
    ],
  };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    const node = { by: 'replyRouter', outputs: ROUTES.length, restrictive: PERSON };
    return decideAll(this, node, async (items) => {
      const routed = items.map((item, index) => {
        const { route, ask } = routeReply(replyOf(item, index));
        return {
          route,
          item: ask ? withCare(item, { ask }, index) : { ...item, pairedItem: { item: index } },
        };
      });
      const through = (wanted: Route) =>
        routed.filter(({ route }) => route === wanted).map(({ item }) => item);
      return ROUTES.map(through);
    });
  }
}
