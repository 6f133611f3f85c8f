import { z } from 'zod/v4';
import { refusal } from '../../../policy/reasons';
import type { Transport } from '../../types';
import { NotPrepared } from '../sendApp/provider';
import type { SendAppOfficialAccount } from './account';

const id = z.union([z.string().min(1), z.number()]).transform(String);
const code = z.union([z.string(), z.object({ code: z.string() }).transform((language) => language.code)]);
const template = z.object({
  id: id.optional(),
  template_id: id.optional(),
  name: z.string().optional(),
  template_name: z.string().optional(),
  language: code.optional(),
  language_code: code.optional(),
});
const rows = z.array(template.catch({}));
/** No body is published: a bare list, or one under the usual names. */
const listSchema = z.union([
  rows,
  z.object({ data: rows }).transform(({ data }) => data),
  z.object({ templates: rows }).transform(({ templates }) => templates),
]);

/** Some write `en-US` where others write `en_US` (Meta's reference, section 7.2). */
const keyOf = (name: string, language: string): string =>
  `${name}\n${language.replace('-', '_').toLowerCase()}`;

async function load(
  { baseUrl, accessToken }: SendAppOfficialAccount,
  transport: Transport,
  timeoutMs: number,
): Promise<ReadonlyMap<string, string>> {
  const headers = { Authorization: `Bearer ${accessToken}`, Accept: 'application/json' };
  const answer = await transport({ method: 'GET', url: `${baseUrl}/apiv3/templates`, headers, timeoutMs });
  if (answer.status === 401 || answer.status === 403) throw new NotPrepared('providerAuth');
  const list = listSchema.safeParse(answer.status >= 200 && answer.status < 300 ? answer.body : null);
  if (!list.success) throw new NotPrepared('providerUnreachable');
  return new Map(
    list.data.flatMap((row) => {
      const name = row.name ?? row.template_name;
      const language = row.language ?? row.language_code;
      const found = row.template_id ?? row.id;
      return name === undefined || language === undefined || found === undefined
        ? []
        : [[keyOf(name, language), found] as const];
    }),
  );
}

/**
 * Looks up the id by which apiv3 names a template. The list is read once a run; one that could not be read is
 * asked for again with the next message.
 */
export function templateIds(
  account: SendAppOfficialAccount,
  transport: Transport,
  timeoutMs: number,
): (name: string, language: string) => Promise<string> {
  let list: Promise<ReadonlyMap<string, string>> | null = null;
  return async (name, language) => {
    list ??= load(account, transport, timeoutMs);
    const found = await list.catch((error: unknown) => {
      list = null;
      throw error instanceof NotPrepared ? error : new NotPrepared('providerUnreachable');
    });
    const templateId = found.get(keyOf(name, language));
    if (templateId === undefined) throw refusal('templateNotApproved');
    return templateId;
  };
}
