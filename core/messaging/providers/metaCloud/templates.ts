import { z } from 'zod/v4';
import { refusal } from '../../../policy/reasons';
import { type LiveTemplate, parseLiveTemplate } from '../../../templates/live';

/** One page of `GET /{WABA-ID}/message_templates`: the body of the answer, good or bad. */
export type TemplatePage = (query: Readonly<Record<string, string>>) => Promise<unknown>;

const FIELDS = 'name,language,status,category,parameter_format,components';
const PAGE = '100';
/** Meta's codes for a token that is no good, and for a cursor that has gone stale (v24 and later). */
const BAD_TOKEN = [0, 190];
const STALE_CURSOR = 131059;
const RESTARTS = 3;

const failure = z.object({ error: z.object({ code: z.number() }) });
const good = z.object({
  data: z.array(z.unknown()),
  paging: z
    .object({ next: z.string().optional(), cursors: z.object({ after: z.string().optional() }).optional() })
    .optional(),
});

type Pass = { readonly done: true; readonly templates: LiveTemplate[] } | { readonly done: false };

/** From the first page to the last; not done when a cursor went stale on the way. */
async function pass(page: TemplatePage): Promise<Pass> {
  const templates: LiveTemplate[] = [];
  const seen = new Set<string>();
  for (let after: string | undefined; ;) {
    const body = await page({ fields: FIELDS, limit: PAGE, ...(after === undefined ? {} : { after }) });
    const code = failure.safeParse(body).data?.error.code;
    if (code === STALE_CURSOR && after !== undefined) return { done: false };
    if (code !== undefined && BAD_TOKEN.includes(code)) throw refusal('providerAuth');
    const parsed = good.safeParse(body);
    if (!parsed.success) throw refusal('templateListUnreadable');
    templates.push(...parsed.data.data.map(parseLiveTemplate).filter((one) => one !== null));
    const { next, cursors } = parsed.data.paging ?? {};
    after = next === undefined ? undefined : cursors?.after;
    if (after === undefined || seen.has(after)) return { done: true, templates };
    seen.add(after);
  }
}

/**
 * All templates of a business account. A stale cursor starts the list from its beginning.
 * @throws CareError `providerAuth`, `templateListUnreadable`, and what `page` throws
 */
export async function readTemplates(page: TemplatePage): Promise<readonly LiveTemplate[]> {
  for (let attempt = 0; attempt <= RESTARTS; attempt += 1) {
    const result = await pass(page);
    if (result.done) return result.templates;
  }
  throw refusal('templateListUnreadable');
}
