import type { MetaMessageComponent } from '../../../templates/meta';
import { toPlainText } from '../../../templates/plain';
import type { HttpRequest, OutgoingMessage } from '../../types';
import { plusOf } from '../sendApp/recipient';
import { lacksKind, saidOf } from '../sendApp/said';
import type { SendAppOfficialAccount } from './account';

/** apiv3 knows `param1` to `param3` and `button1` to `button3`. */
const MOST = 3;

type Query = Readonly<Record<string, string>>;

const numbered = (name: string, values: readonly string[]): Query =>
  Object.fromEntries(values.map((value, index) => [`${name}${index + 1}`, value]));

/**
 * All that is not a body or a quick reply has no place in apiv3's query.
 * @throws CareError `providerLacksKind`, also for more values or buttons than apiv3 can carry
 */
function templateQuery(components: readonly MetaMessageComponent[]): Query {
  const values: string[] = [];
  const payloads: string[] = [];
  for (const component of components) {
    if (component.type === 'body') values.push(...component.parameters.map(({ text }) => text));
    else if (component.type === 'button' && component.sub_type === 'quick_reply')
      payloads.push(component.parameters[0].payload);
    else throw lacksKind();
  }
  if (values.length > MOST || payloads.length > MOST) throw lacksKind();
  return { ...numbered('param', values), ...numbered('button', payloads) };
}

/**
 * One of apiv3's GETs, which send: number, text and values stand in the URL, and so in every access log on the
 * way. The token does not: it goes as Bearer only.
 * @throws CareError `providerLacksKind`, `badPhone`, `templateNotApproved`
 */
export async function buildApiv3Request(
  { baseUrl, accessToken }: SendAppOfficialAccount,
  outgoing: OutgoingMessage,
  timeoutMs: number,
  idOf: (name: string, language: string) => Promise<string>,
): Promise<HttpRequest> {
  const number = plusOf(outgoing.to);
  const said = saidOf(outgoing);
  const get = (call: string, query: Query): HttpRequest => ({
    method: 'GET',
    url: `${baseUrl}/apiv3/send/${call}?${new URLSearchParams({ number, ...query }).toString()}`,
    headers: {
      Authorization: `Bearer ${accessToken}`,
      Accept: 'application/json',
      'Cache-Control': 'no-store',
    },
    timeoutMs,
  });
  switch (said.kind) {
    case 'text':
      return get('text', { message: said.text });
    case 'buttons':
      return get('text', { message: toPlainText(outgoing.message) });
    case 'media':
      return get('media', {
        type: said.media,
        media_url: said.url,
        ...(said.caption === null ? {} : { message: said.caption }),
        ...(said.fileName === null ? {} : { filename: said.fileName }),
      });
    case 'template': {
      const query = templateQuery(said.components);
      const template_id = await idOf(said.name, said.language);
      return get('template', { template_id, language_code: said.language, ...query });
    }
  }
}
