import { createLiveTemplates } from '../../../core/messaging/liveTemplates';
import { prepareLive, type ToldTemplate } from '../../../core/messaging/liveCheck';
import { readTemplates } from '../../../core/messaging/providers/metaCloud/templates';
import type { Provider } from '../../../core/messaging/types';
import { purposeAtMeta } from '../../../core/messaging/sendRequest';
import {
  getTemplate,
  renderTemplate,
  toMetaTemplateCreate,
  parseLiveTemplate,
  type LiveTemplate,
} from '../../../core/templates';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const entry = (name: string) => ({
  name,
  language: 'en',
  status: 'APPROVED',
  category: 'UTILITY',
  components: [],
});

describe('readTemplates', () => {
  const paged = (pages: Record<string, unknown>) => {
    const asked: (string | undefined)[] = [];
    const page = async ({ after }: Readonly<Record<string, string>>) => {
      asked.push(after);
      return pages[after ?? 'first'];
    };
    return { page, asked };
  };
  const next = (after: string, name: string) => ({
    data: [entry(name)],
    paging: { next: 'https://graph.facebook.com/x', cursors: { after } },
  });

  it('reads to the last page', async () => {
    const { page, asked } = paged({
      first: next('c2', 'a'),
      c2: next('c3', 'b'),
      c3: { data: [entry('c')] },
    });
    expect((await readTemplates(page)).map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(asked).toEqual([undefined, 'c2', 'c3']);
  });

  it('starts again when a cursor goes stale, and doubles nothing', async () => {
    let stale = true;
    const list = await readTemplates(async ({ after }) => {
      if (after === undefined) return next('c2', 'a');
      if (stale) {
        stale = false;
        return { error: { code: 131059 } };
      }
      return { data: [entry('b')] };
    });
    expect(list.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it.each([
    [
      'templateListUnreadable',
      'cursors that always go stale',
      { first: next('c2', 'a'), c2: { error: { code: 131059 } } },
    ],
    ['templateListUnreadable', 'another error', { first: { error: { code: 4 } } }],
    ['templateListUnreadable', 'an answer that is no list', { first: '<html>' }],
    ['providerAuth', 'a token that has run out', { first: { error: { code: 190 } } }],
  ])('gives up with %s at %s', async (code, _what, pages) => {
    await expect(readTemplates(paged(pages).page)).rejects.toMatchObject({ code });
  });

  it('is not led in circles by a cursor that comes back', async () => {
    const { page, asked } = paged({ first: next('c2', 'a'), c2: next('c2', 'b') });
    await readTemplates(page);
    expect(asked).toHaveLength(2);
  });
});

function cache() {
  let now = 0;
  let reads = 0;
  let down: Error | null = null;
  const templates = createLiveTemplates({
    clock: { now: () => now },
    read: async () => {
      reads += 1;
      if (down) throw down;
      return [];
    },
  });
  return {
    templates,
    after: (ms: number) => (now += ms),
    fails: (error: Error | null) => (down = error),
    reads: () => reads,
  };
}

describe('createLiveTemplates', () => {
  it('asks Meta once in ten minutes, however many ask at the same time', async () => {
    const { templates, after, reads } = cache();
    await Promise.all([templates.list(), templates.list(), templates.list()]);
    after(10 * MINUTE - 1);
    await templates.list();
    expect(reads()).toBe(1);
    after(1);
    await templates.list();
    expect(reads()).toBe(2);
  });

  it('reads anew after an answer that contradicts the list', async () => {
    const { templates, reads } = cache();
    await templates.list();
    templates.forget();
    await templates.list();
    expect(reads()).toBe(2);
  });

  it('lives on a list of less than a day while Meta cannot be asked, and on no older one', async () => {
    const { templates, after, fails } = cache();
    await templates.list();
    fails(new Error('away'));
    after(24 * HOUR - 1);
    await expect(templates.list()).resolves.toMatchObject({ readAt: 0 });
    after(1);
    await expect(templates.list()).rejects.toMatchObject({ code: 'templateListUnreadable' });
    fails(null);
    await expect(templates.list()).resolves.toMatchObject({ readAt: 24 * HOUR });
  });

  it('fails closed when it never got a list', async () => {
    const { templates, fails } = cache();
    fails(new Error('away'));
    await expect(templates.list()).rejects.toMatchObject({ code: 'templateListUnreadable' });
  });
});

const KEY = 'appointment_reminder_48h';
const NAME = 'care_appointment_reminder_48h_v1';

function reminder() {
  const rendered = renderTemplate(
    KEY,
    'en',
    { at: Date.UTC(2027, 2, 1, 9, 30), zone: 'Europe/Rome', clinicName: 'Clinica Aurora', location: 'North' },
    { now: Date.UTC(2027, 1, 27), allowedDomains: [], locations: ['North'] },
  );
  if (!rendered.ok) throw new Error(rendered.code);
  return rendered.message;
}

function atMeta(format: 'named' | 'positional' = 'named', patch: Partial<LiveTemplate> = {}): LiveTemplate {
  const create = toMetaTemplateCreate(getTemplate(KEY), 'en', format);
  const live = parseLiveTemplate({ ...create, status: 'APPROVED' });
  if (!live) throw new Error('no template');
  return { ...live, ...patch };
}

const prepared = (live: readonly LiveTemplate[], told: ToldTemplate[] = []) =>
  prepareLive(
    {
      templates: { list: async () => ({ templates: live, readAt: 1_000 }), forget: () => undefined },
      states: { states: async () => told },
      businessAccountId: '2001',
      context: { now: 0, allowedDomains: [], clinicName: 'Clinica Aurora' },
    },
    [reminder()],
    'purpose',
  );

describe('the check right before sending', () => {
  it.each([
    ['named', {}],
    ['positional', { positional: true }],
  ] as const)('writes the variables %s, as the live template has them', async (format, extras) => {
    const live = await prepared([atMeta(format)]);
    expect(live.check(reminder(), 'purpose')).toMatchObject({ category: 'UTILITY', extras });
  });

  const told = (patch: Partial<ToldTemplate>): ToldTemplate => ({
    name: NAME,
    language: 'en',
    status: null,
    category: null,
    changedAt: 2_000,
    ...patch,
  });

  it('heeds a pause that a webhook told after the list was read, and no older one', async () => {
    const now = await prepared([atMeta()], [told({ status: 'PAUSED' })]);
    expect(() => now.check(reminder(), 'purpose')).toThrow(
      expect.objectContaining({ code: 'templateNotApproved' }) as Error,
    );
    const before = await prepared([atMeta()], [told({ status: 'PAUSED', changedAt: 999 })]);
    expect(before.check(reminder(), 'purpose').category).toBe('UTILITY');
  });

  it('reads the list anew when a webhook told of a change since', async () => {
    const lists = [
      { templates: [atMeta()], readAt: 1_000 },
      { templates: [atMeta('named', { body: 'Your ECG.' })], readAt: 3_000 },
    ];
    const live = await prepareLive(
      {
        templates: { list: async () => lists[0]!, forget: () => void lists.shift() },
        states: { states: async () => [told({})] },
        businessAccountId: '2001',
        context: { now: 0, allowedDomains: [], clinicName: 'Clinica Aurora' },
      },
      [reminder()],
      'purpose',
    );
    expect(() => live.check(reminder(), 'purpose')).toThrow(
      expect.objectContaining({ code: 'templateChanged' }) as Error,
    );
  });

  it('heeds a category that a webhook told', async () => {
    const live = await prepared([atMeta()], [told({ category: 'MARKETING' })]);
    expect(live.check(reminder(), 'purpose').category).toBe('MARKETING');
  });

  it.each<[string, Partial<LiveTemplate>]>([
    ['other words', { body: 'Hello {{appointment_date}}.' }],
    ['another footer', { footer: 'Ward 3' }],
    ['a header', { header: { format: 'TEXT', text: 'Cardiology' } }],
    ['another button', { buttons: [{ type: 'QUICK_REPLY', text: 'See result', url: '' }] }],
    ['a link for a button', { buttons: [{ type: 'URL', text: 'Confirm', url: 'https://else.example' }] }],
  ])('does not let a catalogue text leave that has %s at Meta', async (_what, patch) => {
    const live = await prepared([atMeta('named', patch)]);
    expect(() => live.check(reminder(), 'purpose')).toThrow(
      expect.objectContaining({ code: 'templateChanged' }) as Error,
    );
  });

  it('reads the list anew once the provider says that a template is not approved', async () => {
    let forgotten = 0;
    const templates = {
      list: async () => ({ templates: [], readAt: 0 }),
      forget: () => void (forgotten += 1),
    };
    const context = { now: 0, allowedDomains: [], clinicName: 'Clinica Aurora' };
    const live = await prepareLive({ templates, businessAccountId: '2001', context }, [], 'purpose');
    const answers = ['templateNotApproved', 'rateLimited'];
    const provider = {
      send: async () => ({ state: 'released', code: answers.shift() }),
    } as unknown as Provider;
    const watched = live.watch(provider);
    const message = {
      outboxId: 'o',
      to: { kind: 'phone', e164: '+12025550143' },
      message: reminder(),
      as: 'template',
    } as const;
    await watched.send(message);
    await watched.send(message);
    expect(forgotten).toBe(1);
  });
});

describe('purposeAtMeta', () => {
  it.each([
    ['appointment', 'MARKETING', 'prevention'],
    ['survey', 'MARKETING', 'prevention'],
    ['review', 'MARKETING', 'review'],
    ['events', 'MARKETING', 'events'],
    ['screening', 'MARKETING', 'screening'],
    ['prevention', 'UTILITY', 'prevention'],
    ['appointment', 'UTILITY', 'appointment'],
    ['appointment', undefined, 'appointment'],
  ] as const)('%s under %s counts as %s', (purpose, category, counts) => {
    expect(purposeAtMeta(purpose, category)).toBe(counts);
  });
});
