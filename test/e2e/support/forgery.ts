import { createHmac } from 'node:crypto';
import axios from 'axios';
import { inboxUrl } from '../../../demo/workflows';
import type { ClinicWorld } from './clinicWorld';

/** A message as Meta posts it. */
export interface Posted {
  readonly id: string;
  /** E.164. */
  readonly from: string;
  readonly text: string;
  /** Default: the clinic's own. */
  readonly phoneNumberId?: string;
  /** Default: the credential's own. */
  readonly appSecret?: string;
}

/** Posts one message to the published inbox by hand, and answers with the HTTP status and what was said. */
export async function post(
  clinic: ClinicWorld,
  { id, from, text, phoneNumberId, appSecret }: Posted,
): Promise<{ status: number; text: string }> {
  const { n8n, secrets } = clinic.world;
  const { sender } = clinic.world.clinic;
  const waId = from.slice(1);
  const timestamp = String(Math.floor(clinic.now() / 1000));
  const value = {
    messaging_product: 'whatsapp',
    metadata: {
      display_phone_number: '390600000000',
      phone_number_id: phoneNumberId ?? sender.phoneNumberId,
    },
    contacts: [{ profile: { name: 'Somebody' }, wa_id: waId }],
    messages: [{ from: waId, id, timestamp, type: 'text', text: { body: text } }],
  };
  const entry = [{ id: sender.businessAccountId, changes: [{ value, field: 'messages' }] }];
  const body = JSON.stringify({ object: 'whatsapp_business_account', entry });
  const signature = createHmac('sha256', appSecret ?? secrets.appSecret)
    .update(body)
    .digest('hex');
  const answer = await axios.post<string>(await inboxUrl(n8n, clinic.world.workflow('inbox')), body, {
    headers: { 'Content-Type': 'application/json', 'X-Hub-Signature-256': `sha256=${signature}` },
    validateStatus: () => true,
    responseType: 'text',
  });
  return { status: answer.status, text: answer.data };
}
