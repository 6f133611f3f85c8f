import type { IExecuteFunctions, ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { readTemplates, type LiveTemplate } from '../../core';
import {
  readWhatsAppCredential,
  WHATSAPP_CREDENTIAL,
  type WhatsAppAccess,
} from '../shared/whatsAppCredential';
import { callTemplates } from '../shared/metaTemplates';

type Context = IExecuteFunctions | ILoadOptionsFunctions;

/**
 * Every template of the account, to the last page.
 * @throws CareError `providerAuth`, `providerUnreachable`, `templateListUnreadable`
 */
export const listLive = (context: Context, access: WhatsAppAccess): Promise<readonly LiveTemplate[]> =>
  readTemplates((qs) => callTemplates(context, access, { method: 'GET', qs }));

/** What can be sent stands first. */
const rank = ({ status }: LiveTemplate): number => (status === 'APPROVED' ? 0 : 1);

const label = ({ name, language, status, category }: LiveTemplate): string =>
  status === 'APPROVED'
    ? `${name} (${language}, ${category.toLowerCase()})`
    : `${name} (${language}, ${status.toLowerCase().replace(/_/g, ' ')})`;

/** For `methods.listSearch`. */
export async function searchApprovedTemplates(
  this: ILoadOptionsFunctions,
  filter?: string,
): Promise<INodeListSearchResult> {
  const access = readWhatsAppCredential(await this.getCredentials(WHATSAPP_CREDENTIAL));
  const wanted = filter?.toLowerCase() ?? '';
  const found = (await listLive(this, access)).filter((one) =>
    `${one.name} ${one.language}`.toLowerCase().includes(wanted),
  );
  return {
    results: found
      .sort(
        (a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name) || a.language.localeCompare(b.language),
      )
      .map((one) => ({ name: label(one), value: `${one.name}|${one.language}` })),
  };
}
