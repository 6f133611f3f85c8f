import { randomInt } from 'node:crypto';
import axios from 'axios';

export interface Handshake {
  ok: boolean;
  /** HTTP status of the receiver; 0 if it could not be reached. */
  status: number;
}

/**
 * What Meta does when a callback URL or verify token is edited: a GET that must echo the challenge as plain body.
 * Never throws; a receiver that is down is an answer too.
 */
export async function handshake(url: string, verifyToken: string): Promise<Handshake> {
  const challenge = String(randomInt(1_000_000_000, 2_000_000_000));
  try {
    const answer = await axios.get<string>(url, {
      params: { 'hub.mode': 'subscribe', 'hub.verify_token': verifyToken, 'hub.challenge': challenge },
      proxy: false,
      timeout: 10_000,
      maxRedirects: 0,
      responseType: 'text',
      transformResponse: (body: string) => body,
      validateStatus: () => true,
    });
    return { ok: answer.status === 200 && answer.data === challenge, status: answer.status };
  } catch {
    return { ok: false, status: 0 };
  }
}
