import type { HttpRequest, OutgoingMessage } from '../../types';
import { digitsOf } from '../sendApp/recipient';
import { lacksKind, saidOf } from '../sendApp/said';
import type { SendAppOfficialAccount } from './account';

/**
 * `POST /api/send/template`: the only call of the JSON API that is known, so it carries templates and nothing else.
 * @throws CareError `providerLacksKind`, `badPhone`
 */
export function buildJsonRequest(
  { baseUrl, templatePath, accessToken }: SendAppOfficialAccount,
  outgoing: OutgoingMessage,
  timeoutMs: number,
): HttpRequest {
  const said = saidOf(outgoing);
  if (said.kind !== 'template') throw lacksKind();
  const { name, language, components } = said;
  return {
    method: 'POST',
    url: `${baseUrl}/${templatePath}`,
    headers: {
      Authorization: `Bearer ${accessToken}`,
      'Content-Type': 'application/json',
      Accept: 'application/json',
    },
    body: {
      phone: digitsOf(outgoing.to),
      template: { name, language, components },
      // The panel shows conversations to whoever has a login there; what it need not show stays out.
      show_in_chat: false,
    },
    timeoutMs,
  };
}
